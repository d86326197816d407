using System.Net;
using Bickford.Renders.Ports;
using Bickford.Renders.Tests.Support;
using Bickford.Renders.Worker.Doors;

namespace Bickford.Renders.Tests.Doors;

/// <summary>Programs come in with keys: tried from outside.</summary>
public sealed class KeyDoorTests
{
    private const string Outside = "203.0.113.7";

    [Fact]
    public async Task Without_a_key_another_machine_stays_outside_and_with_one_it_is_who_the_key_says()
    {
        await using var world = await DoorWorld.StartAsync();
        var key = world.Keys.Give("ci", ApiKeyRole.Operator);

        (await world.WhoAsync((DoorWorld.From, Outside))).ShouldBe("403");
        (await world.WhoAsync((DoorWorld.From, Outside), Bearer(key))).ShouldBe("key:ci Act");
        (await world.WhoAsync((DoorWorld.From, Outside), ("Authorization", $"bearer {key}"))).ShouldBe("key:ci Act");
        (await world.WhoAsync()).ShouldBe("dashboard Act", "this machine itself needs none");
    }

    [Fact]
    public async Task A_wrong_key_opens_nothing_not_even_to_this_machine()
    {
        await using var world = await DoorWorld.StartAsync();
        var key = world.Keys.Give("ci", ApiKeyRole.Operator);
        var other = world.Keys.Give("other", ApiKeyRole.Operator);

        foreach (var wrong in new[] { key[..^1] + (key[^1] == '0' ? '1' : '0'), key[..17] + other[17..], key + "0", key[..^1], key.ToUpperInvariant(), $"{key} {key}", "brk_", "x" })
            (await world.WhoAsync(Bearer(wrong))).ShouldBe("401", wrong);
    }

    [Fact]
    public async Task A_refused_key_is_told_as_a_problem_that_repeats_nothing_of_it()
    {
        await using var world = await DoorWorld.StartAsync();
        var wrong = world.Keys.Give("ci", ApiKeyRole.Operator)[..^1] + "g";

        using var answer = await world.GetAsync("/api/who", Bearer(wrong));

        answer.StatusCode.ShouldBe(HttpStatusCode.Unauthorized);
        answer.Headers.WwwAuthenticate.ToString().ShouldBe("Bearer");
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
        answer.Headers.CacheControl!.NoStore.ShouldBeTrue();
        (await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldNotContain(wrong[4..20]);
    }

    [Fact]
    public async Task A_key_opens_nothing_from_the_moment_it_expires()
    {
        var clock = new ManualTimeProvider();
        await using var world = await DoorWorld.StartAsync(clock, new MemoryKeys());
        var key = world.Keys.Give("ci", ApiKeyRole.Operator, clock.GetUtcNow().AddDays(90));

        clock.Advance(TimeSpan.FromDays(90) - TimeSpan.FromMilliseconds(1));
        (await world.WhoAsync(Bearer(key))).ShouldBe("key:ci Act");
        clock.Advance(TimeSpan.FromMilliseconds(1));

        (await world.WhoAsync(Bearer(key))).ShouldBe("401");
    }

    [Fact]
    public async Task A_key_opens_nothing_once_it_is_revoked()
    {
        await using var world = await DoorWorld.StartAsync();
        var key = world.Keys.Give("ci", ApiKeyRole.Operator);
        (await world.WhoAsync(Bearer(key))).ShouldBe("key:ci Act");

        await world.Keys.RevokeAsync(ApiKeyText.IdOf(key)!, DateTimeOffset.UnixEpoch, TestContext.Current.CancellationToken);

        (await world.WhoAsync(Bearer(key))).ShouldBe("401");
    }

    [Fact]
    public async Task A_viewers_key_looks_and_changes_nothing_and_an_operators_does_both()
    {
        await using var world = await DoorWorld.StartAsync();
        var (viewer, person) = (world.Keys.Give("grafana", ApiKeyRole.Viewer), world.Keys.Give("ci", ApiKeyRole.Operator));

        (await world.WhoAsync(Bearer(viewer))).ShouldBe("key:grafana Look");
        foreach (var path in new[] { "/api/renders", "/act/resume", "/API/Renders" })
        {
            using var refused = await world.PostAsync(path, null, Bearer(viewer));
            refused.StatusCode.ShouldBe(HttpStatusCode.Forbidden, path);
            using var done = await world.PostAsync(path, null, Bearer(person));
            (await done.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).ShouldBe("CHANGED by key:ci", path);
        }
    }

    [Fact]
    public async Task Read_only_holds_for_keys_too()
    {
        await using var world = await DoorWorld.StartAsync("Dashboard:ReadOnly=true");

        (await world.WhoAsync(Bearer(world.Keys.Give("ci", ApiKeyRole.Operator)))).ShouldBe("key:ci Look");
    }

    [Theory]
    [InlineData("Dashboard:OperatorPassword=operator-password-1")]
    [InlineData("Dashboard:Proxy:Addresses=10.0.0.1", "Dashboard:Proxy:UserHeader=X-Forwarded-User", "Dashboard:Proxy:Everybody=Viewer")]
    public async Task Keys_work_beside_every_way_in_for_people(params string[] flags)
    {
        await using var world = await DoorWorld.StartAsync(flags);

        (await world.WhoAsync(Bearer(world.Keys.Give("ci", ApiKeyRole.Operator)))).ShouldBe("key:ci Act");
        (await world.WhoAsync()).ShouldBe("401");
    }

    [Fact]
    public async Task The_last_use_is_noted_at_most_once_a_minute()
    {
        var clock = new ManualTimeProvider();
        await using var world = await DoorWorld.StartAsync(clock, new MemoryKeys());
        var key = world.Keys.Give("ci", ApiKeyRole.Viewer);

        for (var i = 0; i < 5; i++)
            await world.WhoAsync(Bearer(key));
        world.Keys.UsesNoted.ShouldBe(1);
        clock.Advance(TimeSpan.FromMinutes(1));
        await world.WhoAsync(Bearer(key));

        world.Keys.UsesNoted.ShouldBe(2);
    }

    [Fact]
    public async Task Without_its_database_no_key_opens_and_the_answer_says_to_come_again()
    {
        await using var world = await DoorWorld.StartAsync();
        var key = world.Keys.Give("ci", ApiKeyRole.Operator);
        world.Keys.FailsReads = true;

        using var answer = await world.GetAsync("/api/who", Bearer(key));

        answer.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        answer.Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task A_use_that_cannot_be_noted_keeps_nobody_out()
    {
        await using var world = await DoorWorld.StartAsync();
        world.Keys.FailsWrites = true;

        (await world.WhoAsync(Bearer(world.Keys.Give("ci", ApiKeyRole.Viewer)))).ShouldBe("key:ci Look");
    }

    [Fact]
    public async Task Two_authorizations_in_one_request_are_none()
    {
        await using var world = await DoorWorld.StartAsync();
        var key = world.Keys.Give("ci", ApiKeyRole.Operator);

        (await world.RawAsync("/api/who", headers: [Bearer(key), ("Authorization", "Basic eDp5")])).Status.ShouldBe(400);
    }

    [Fact]
    public void A_key_has_256_random_bits_behind_its_id_and_is_read_back()
    {
        var (id, key) = ApiKeyText.Make(Enumerable.Range(0, ApiKeyText.RandomBytes).Select(i => (byte)i).ToArray());

        key.ShouldBe("brk_000102030405_060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f202122232425");
        ApiKeyText.IdOf(key).ShouldBe(id);
        ApiKeyText.IdOf(key + "\n").ShouldBeNull();
        ApiKeyText.Fits(key, ApiKeyText.Sha256(key)).ShouldBeTrue();
        ApiKeyText.Fits(key, ApiKeyText.Sha256(key + "0")).ShouldBeFalse();
    }

    internal static (string Name, string Value) Bearer(string key) => ("Authorization", $"Bearer {key}");
}
