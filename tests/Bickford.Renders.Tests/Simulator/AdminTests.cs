using System.Text.Json;
using Bickford.Renders.Simulator;

namespace Bickford.Renders.Tests.Simulator;

public sealed class AdminTests
{
    [Fact]
    public async Task Fault_rules_are_added_shown_with_their_strikes_and_removed()
    {
        await using var simulator = await SimulatorClient.StartAsync(options => options with { ApiKey = "key", Faults = [FaultRule.Parse("get:hang:match=never")] });

        var added = await simulator.PostJsonAsync("/admin/faults", new { rule = "create:status:status=503:times=1" });
        var create = await simulator.SendAsync(HttpMethod.Post, "videos", SimulatorClient.Form([new Part("prompt", "p")]), ("Authorization", "Bearer key"));
        var rules = (await simulator.GetAsync("/admin/faults")).Json.GetProperty("faults").EnumerateArray().ToList();

        added.Status.ShouldBe(201);
        added.Json.GetProperty("id").GetInt32().ShouldBe(2);
        create.Status.ShouldBe(503);
        rules.Select(rule => rule.GetProperty("rule").GetString()).ShouldBe(["get:hang:match=never", "create:status:times=1:status=503"]);
        rules[1].GetProperty("strikes").GetInt32().ShouldBe(1);
        (await simulator.DeleteAsync("/admin/faults/1")).Status.ShouldBe(200);
        (await simulator.DeleteAsync("/admin/faults/1")).Status.ShouldBe(404);
        (await simulator.DeleteAsync("/admin/faults")).Json.GetProperty("deleted").GetInt32().ShouldBe(1);
        simulator.Server.Faults.Rules.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("create:explode")]
    [InlineData("")]
    public async Task A_bad_rule_is_a_400_that_says_why(string rule)
    {
        await using var simulator = await SimulatorClient.StartAsync();

        var reply = await simulator.PostJsonAsync("/admin/faults", new { rule });

        reply.Status.ShouldBe(400);
        reply.Error.GetProperty("message").GetString()!.ShouldContain(rule);
        (await simulator.SendAsync(HttpMethod.Post, "/admin/faults", new StringContent("no json"))).Status.ShouldBe(400);
    }

    [Fact]
    public async Task Videos_show_every_accepted_create_and_what_is_left()
    {
        await using var simulator = await SimulatorClient.StartAsync();
        var kept = await simulator.CreateAsync("kept");
        var gone = await simulator.CreateCompletedAsync("gone");
        await simulator.DeleteAsync($"videos/{gone}");

        var json = (await simulator.GetAsync("/admin/videos")).Json;

        json.GetProperty("creates").GetInt32().ShouldBe(2);
        json.GetProperty("accepted").EnumerateArray().Select(video => video.GetProperty("prompt").GetString()).ShouldBe(["kept", "gone"]);
        Strings(json.GetProperty("current")).ShouldBe([kept]);
        Strings(json.GetProperty("deleted")).ShouldBe([gone]);
    }

    [Fact]
    public async Task Requests_show_what_was_asked_and_answered()
    {
        await using var simulator = await SimulatorClient.StartAsync();
        await simulator.GetAsync("videos/video_unknown");

        var json = (await simulator.GetAsync("/admin/requests")).Json;

        json.GetProperty("total").GetInt64().ShouldBe(1);
        json.GetProperty("refused_tokens").GetInt32().ShouldBe(0);
        var request = json.GetProperty("requests")[0];
        request.GetProperty("path").GetString().ShouldBe("/v1/videos/video_unknown");
        request.GetProperty("status").GetInt32().ShouldBe(404);
    }

    private static string[] Strings(JsonElement array) => [.. array.EnumerateArray().Select(item => item.GetString()!)];
}
