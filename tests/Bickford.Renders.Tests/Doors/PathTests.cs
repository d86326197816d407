using Bickford.Renders.Ports;

namespace Bickford.Renders.Tests.Doors;

/// <summary>Names and paths that mean to go round the door.</summary>
public sealed class PathTests
{
    private static readonly string[] s_roundabout =
    [
        "/", "//", "/renders", "//renders", "/RENDERS", "/renders/",
        "/./renders", "/%2e/renders", "/x/../renders", "/x/%2e%2e/renders", "/health", "/health/more",
        "/health/../renders", "/health/%2e%2e/renders", "/health/live/../../renders", "/health/live/..%2f..%2frenders", "/health/live%2f..%2f..%2frenders", "/health/live;/renders",
        "/health/live/", "/health//live", "/health/live%00", "/health/live%2frenders", "/health\\..\\renders", "/HEALTH/MORE",
        "/%68ealth/%6dore", "/auth/signin", "/auth/../renders", "/auth/signed-out/../../renders", "/api/who?x=/health/live", "/hangfire/..;/renders",
        "http://127.0.0.1/renders", "http://127.0.0.1/health/../renders",
    ];

    [Fact]
    public async Task No_way_of_writing_a_path_goes_round_the_door()
    {
        await using var world = await DoorWorld.StartAsync("Dashboard:OperatorPassword=operator-password-1");

        foreach (var target in s_roundabout)
        {
            var (status, body) = await world.RawAsync(target);
            status.ShouldBeOneOf([400, 401], target);
            body.ShouldNotContain("SECRET", Case.Sensitive, target);
        }
    }

    [Fact]
    public async Task The_health_checks_are_open_to_all_and_say_nothing()
    {
        await using var world = await DoorWorld.StartAsync("Dashboard:OperatorPassword=operator-password-1", "Dashboard:AllowedHosts=renders.example");

        foreach (var target in new[] { "/health/live", "/Health/Ready", "/x/../health/live" })
        {
            var (status, body) = await world.RawAsync(target, host: "10.4.5.6", headers: (DoorWorld.From, "203.0.113.7"));
            status.ShouldBe(200, target);
            body.ShouldMatch("live|ready");
        }
    }

    [Fact]
    public async Task Asked_for_by_a_name_that_is_not_its_own_it_answers_nothing()
    {
        await using var world = await DoorWorld.StartAsync("Dashboard:AllowedHosts=renders.example,*.studio.example");
        var key = KeyDoorTests.Bearer(world.Keys.Give("ci", ApiKeyRole.Viewer));

        foreach (var host in new[] { "renders.example", "RENDERS.example:8090", "a.studio.example", "localhost:1", "[::1]:8090" })
            (await world.WhoAsync(("Host", host), key)).ShouldBe("key:ci Look", host);
        foreach (var host in new[] { "studio.example", "renders.example.evil.example", "evil.example", "10.0.0.7", "" })
            (await world.WhoAsync(("Host", host), key)).ShouldBe("400", host);
    }

    [Fact]
    public async Task A_foreign_name_that_points_here_finds_the_door_shut()
    {
        await using var world = await DoorWorld.StartAsync();

        (await world.RawAsync("/renders", host: "evil.example")).Status.ShouldBe(403);
        (await world.RawAsync("/renders", host: "127.0.0.1.evil.example")).Status.ShouldBe(403);
        (await world.RawAsync("http://evil.example/renders", host: "evil.example")).Status.ShouldBe(403);
        (await world.RawAsync("/renders", host: "localhost")).Status.ShouldBe(200);
    }

    [Fact]
    public async Task What_a_proxy_on_this_machine_passes_on_is_not_this_machine()
    {
        await using var world = await DoorWorld.StartAsync();

        foreach (var header in new[] { ("X-Forwarded-For", "127.0.0.1"), ("X-Forwarded-Host", "127.0.0.1"), ("Forwarded", "for=127.0.0.1"), ("X-Real-IP", "127.0.0.1"), ("Via", "1.1 proxy") })
        {
            (await world.WhoAsync(header)).ShouldBe("403", header.Item1);
            (await world.WhoAsync((DoorWorld.From, "203.0.113.7"), header)).ShouldBe("403", header.Item1);
        }
    }
}
