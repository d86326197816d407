namespace Bickford.Renders.Tests.Doors;

/// <summary>A proxy names people: believed where it is, and nowhere else.</summary>
public sealed class ProxyDoorTests
{
    private const string User = "X-Forwarded-User";
    private const string Groups = "X-Forwarded-Groups";
    private const string Proxy = "10.1.2.3";
    private const string Outside = "203.0.113.7";

    private static readonly string[] s_flags =
    [
        "Dashboard:Proxy:Addresses=10.1.0.0/16,::1", $"Dashboard:Proxy:UserHeader={User}", $"Dashboard:Proxy:RolesHeader={Groups}",
        "Dashboard:Proxy:OperatorRole=producers", "Dashboard:Proxy:ViewerRole=studio,guests",
    ];

    [Fact]
    public async Task Its_word_for_somebody_counts_as_far_as_his_roles_go()
    {
        await using var world = await DoorWorld.StartAsync(s_flags);

        foreach (var (roles, expected) in new[]
        {
            ("producers", "anna Act"), ("guests,producers", "anna Act"), ("guests, staff", "anna Look"), ("studio", "anna Look"), ("Producers", "403"), ("producers2", "403"), ("", "403"),
        })
        {
            (await world.WhoAsync((DoorWorld.From, Proxy), (User, "anna"), (Groups, roles))).ShouldBe(expected, roles);
            (await world.WhoAsync((DoorWorld.From, $"::ffff:{Proxy}"), (User, "anna"), (Groups, roles))).ShouldBe(expected, roles);
        }
    }

    [Fact]
    public async Task From_anywhere_else_a_name_is_refused_and_this_machine_is_anywhere_else()
    {
        await using var world = await DoorWorld.StartAsync(s_flags);
        var key = world.Keys.Give("ci", Ports.ApiKeyRole.Operator);

        foreach (var from in new[] { Outside, "10.2.0.1", "127.0.0.1", "::ffff:203.0.113.7" })
        {
            (await world.WhoAsync((DoorWorld.From, from), (User, "anna"), (Groups, "producers"))).ShouldBe("403", from);
            (await world.WhoAsync((DoorWorld.From, from), (User.ToUpperInvariant(), "anna"))).ShouldBe("403", from);
            (await world.WhoAsync((DoorWorld.From, from), (Groups, "producers"))).ShouldBe("403", from);
            (await world.WhoAsync((DoorWorld.From, from), (User, "anna"), KeyDoorTests.Bearer(key))).ShouldBe("403", from);
            (await world.WhoAsync((DoorWorld.From, from))).ShouldBe("401", from);
            (await world.WhoAsync((DoorWorld.From, from), KeyDoorTests.Bearer(key))).ShouldBe("key:ci Act", from);
        }
    }

    [Fact]
    public async Task Saying_to_be_the_proxy_makes_nobody_the_proxy()
    {
        await using var world = await DoorWorld.StartAsync(s_flags);

        (await world.WhoAsync((DoorWorld.From, Outside), ("X-Forwarded-For", Proxy), (User, "anna"), (Groups, "producers"))).ShouldBe("403");
        (await world.WhoAsync((DoorWorld.From, Outside), ("X-Original-For", Proxy), (User, "anna"), (Groups, "producers"))).ShouldBe("403");
    }

    [Fact]
    public async Task Whom_it_does_not_name_stays_outside()
    {
        await using var world = await DoorWorld.StartAsync(s_flags);

        (await world.WhoAsync((DoorWorld.From, Proxy))).ShouldBe("401");
        (await world.WhoAsync((DoorWorld.From, Proxy), (User, "  "), (Groups, "producers"))).ShouldBe("401");
    }

    [Fact]
    public async Task A_header_that_is_there_twice_is_believed_neither_time()
    {
        await using var world = await DoorWorld.StartAsync(s_flags);

        (await world.RawAsync("/api/who", headers: [(DoorWorld.From, Proxy), (User, "anna"), (Groups, "producers")])).Status.ShouldBe(200);
        (await world.RawAsync("/api/who", headers: [(DoorWorld.From, Proxy), (User, "anna"), (User, "bert"), (Groups, "producers")])).Status.ShouldBe(403);
        (await world.RawAsync("/api/who", headers: [(DoorWorld.From, Proxy), (User, "anna, bert"), (Groups, "producers")])).Status.ShouldBe(403);
        (await world.RawAsync("/api/who", headers: [(DoorWorld.From, Proxy), (User, "anna"), (Groups, "producers"), (Groups, "guests")])).Status.ShouldBe(403);
    }

    [Theory]
    [InlineData("Viewer", "anna Look")]
    [InlineData("Operator", "anna Act")]
    public async Task Without_roles_everybody_may_the_same(string everybody, string expected)
    {
        await using var world = await DoorWorld.StartAsync("Dashboard:Proxy:Addresses=10.1.2.3", $"Dashboard:Proxy:UserHeader={User}", $"Dashboard:Proxy:Everybody={everybody}");

        (await world.WhoAsync((DoorWorld.From, Proxy), (User, "anna"))).ShouldBe(expected);
    }

    [Fact]
    public async Task Nobody_takes_the_name_of_one_of_ours()
    {
        await using var world = await DoorWorld.StartAsync(s_flags);

        foreach (var (name, expected) in new[] { ("operator", "user:operator"), ("Key:ci", "user:Key:ci"), ("dashboard", "user:dashboard"), ("anna@studio.example", "anna@studio.example") })
            (await world.WhoAsync((DoorWorld.From, Proxy), (User, name), (Groups, "producers"))).ShouldBe($"{expected} Act");
    }

    [Fact]
    public async Task The_proxys_own_token_does_not_stand_in_the_way_and_a_key_goes_first()
    {
        await using var world = await DoorWorld.StartAsync(s_flags);
        var key = world.Keys.Give("ci", Ports.ApiKeyRole.Viewer);

        (await world.WhoAsync((DoorWorld.From, Proxy), (User, "anna"), (Groups, "producers"), KeyDoorTests.Bearer("eyJhbGciOi.x.y"))).ShouldBe("anna Act");
        (await world.WhoAsync((DoorWorld.From, Proxy), (User, "anna"), (Groups, "producers"), KeyDoorTests.Bearer(key))).ShouldBe("key:ci Look");
        (await world.WhoAsync((DoorWorld.From, Proxy), (User, "anna"), (Groups, "producers"), KeyDoorTests.Bearer("brk_wrong"))).ShouldBe("401");
    }

    [Theory]
    [InlineData(Proxy, "198.51.100.4", "https", "renders.example", "198.51.100.4 https://renders.example")]
    [InlineData(Proxy, "127.0.0.1, 198.51.100.4", "https", "renders.example", "198.51.100.4 https://renders.example")]
    [InlineData(Proxy, "198.51.100.4, 10.1.9.9", "https, https", "renders.example, inner.example", "198.51.100.4 https://renders.example")]
    [InlineData(Outside, "127.0.0.1", "https", "evil.example", "203.0.113.7 http://127.0.0.1")]
    public async Task What_it_says_of_a_request_counts_from_the_named_ones_only(string from, string forwardedFor, string proto, string host, string expected)
    {
        await using var world = await DoorWorld.StartAsync("Dashboard:Proxy:Addresses=10.1.0.0/16");
        var key = world.Keys.Give("ci", Ports.ApiKeyRole.Viewer);

        using var answer = await world.GetAsync(
            "/api/where", (DoorWorld.From, from), KeyDoorTests.Bearer(key), ("Host", "127.0.0.1"), ("X-Forwarded-For", forwardedFor), ("X-Forwarded-Proto", proto), ("X-Forwarded-Host", host));

        (await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldBe(expected);
    }

    [Fact]
    public async Task Nobody_becomes_this_machine_by_way_of_a_named_proxy()
    {
        await using var world = await DoorWorld.StartAsync("Dashboard:Proxy:Addresses=127.0.0.1,10.1.2.3");

        (await world.WhoAsync((DoorWorld.From, Proxy), ("X-Forwarded-For", "127.0.0.1"), ("Host", "127.0.0.1"))).ShouldBe("403");
        (await world.WhoAsync(("X-Forwarded-For", "127.0.0.1"))).ShouldBe("403");
        (await world.WhoAsync()).ShouldBe("403", "the proxy is on this machine, and speaks for strangers");
    }

    [Fact]
    public async Task A_host_that_is_not_ours_is_not_taken_from_the_proxy()
    {
        await using var world = await DoorWorld.StartAsync("Dashboard:Proxy:Addresses=10.1.2.3", "Dashboard:AllowedHosts=renders.example");
        var key = world.Keys.Give("ci", Ports.ApiKeyRole.Viewer);

        using var answer = await world.GetAsync(
            "/api/where", (DoorWorld.From, Proxy), KeyDoorTests.Bearer(key), ("Host", "renders.example"), ("X-Forwarded-For", "198.51.100.4"), ("X-Forwarded-Host", "evil.example"));

        (await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldEndWith("://renders.example");
    }
}
