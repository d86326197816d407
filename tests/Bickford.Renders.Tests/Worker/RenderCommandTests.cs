using System.Text.Json.Nodes;
using NSubstitute;

namespace Bickford.Renders.Tests.Worker;

public sealed class RenderCommandTests
{
    private readonly CliWorld _world = new();

    public RenderCommandTests() =>
        _world.Renders.EnqueueAsync(null!, default, default).ReturnsForAnyArgs(call => Sample.Render() with { Prompt = call.Arg<RenderRequest>().Prompt });

    [Fact]
    public async Task A_prompt_with_choices_is_handed_in_without_an_engine()
    {
        var result = await _world.RunAsync("render", "A kite", "--model", "sora-2", "--size", "1280x720", "--seconds", "8", "--tag", "a", "--tag", "b", "--priority", "5", "--key", "k1");

        result.ExitCode.ShouldBe(0, result.Error);
        _world.Started.ShouldBeFalse();
        result.Out.ShouldContain("renders serve");
        await _world.Renders.Received(1).EnqueueAsync(
            Arg.Is<RenderRequest>(r => r.Prompt == "A kite" && r.Model == "sora-2" && r.Size == "1280x720" && r.Seconds == 8 && r.Priority == 5 && r.Tags.SequenceEqual(new[] { "a", "b" })),
            "k1",
            Arg.Any<CancellationToken>());
    }

    [Fact]
    public async Task Json_is_the_render_in_snake_case_and_nothing_else()
    {
        var result = await _world.RunAsync("render", "A kite", "--json");

        var json = JsonNode.Parse(result.Out)!.AsObject();
        json["id"]!.GetValue<string>().ShouldBe(Sample.Id.ToString());
        json["short_id"]!.GetValue<string>().ShouldBe("9f04f303");
        json["status"]!.GetValue<string>().ShouldBe("Queued");
        json.ContainsKey("video_id").ShouldBeTrue();
        result.Error.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_file_is_handed_in_line_by_line_each_with_a_key_of_its_own()
    {
        _world.Input = "# film\nfirst\n\n  second  \r\n";

        var result = await _world.RunAsync("render", "--prompts", "-", "--key", "batch", "--json");

        result.ExitCode.ShouldBe(0, result.Error);
        JsonNode.Parse(result.Out)!["renders"]!.AsArray().Select(r => r!["prompt"]!.GetValue<string>()).ShouldBe(["first", "second"]);
        await _world.Renders.Received(1).EnqueueAsync(Arg.Is<RenderRequest>(r => r.Prompt == "first"), "batch/2", Arg.Any<CancellationToken>());
        await _world.Renders.Received(1).EnqueueAsync(Arg.Is<RenderRequest>(r => r.Prompt == "second"), "batch/4", Arg.Any<CancellationToken>());
    }

    [Fact]
    public async Task A_file_with_one_bad_line_hands_in_nothing_and_names_the_line()
    {
        _world.Input = $"good\n{new string('x', 32_001)}";

        var result = await _world.RunAsync("render", "--prompts", "-");

        ShouldHaveWrittenNothing(result);
        result.Error.ShouldStartWith("--prompts line 2: prompt:");
    }

    [Theory]
    [InlineData("prompt", "render", "")]
    [InlineData("model", "render", "x", "--model", "none")]
    [InlineData("size", "render", "x", "--size", "1x1")]
    [InlineData("seconds", "render", "x", "--seconds", "5")]
    [InlineData("reference", "render", "x", "--reference", "/no/such/file.png")]
    [InlineData("priority", "render", "x", "--priority", "101")]
    [InlineData("idempotencyKey", "render", "x", "--key", "")]
    [InlineData("PROMPT", "render")]
    [InlineData("--prompts", "render", "x", "--prompts", "file")]
    [InlineData("--prompts", "render", "--prompts", "/no/such/file")]
    [InlineData("--seconds", "render", "x", "--seconds", "four")]
    public async Task Bad_input_is_one_line_and_nothing_is_written(string field, params string[] arguments)
    {
        var result = await _world.RunAsync(arguments);

        ShouldHaveWrittenNothing(result);
        result.Error.ShouldStartWith($"{field}: ");
    }

    [Fact]
    public async Task Bad_input_as_json_is_an_error_object_on_standard_error()
    {
        var result = await _world.RunAsync("render", "x", "--model", "none", "--json");

        result.ExitCode.ShouldBe(2);
        result.Out.ShouldBeEmpty();
        JsonNode.Parse(result.Error)!["error"]!["field"]!.GetValue<string>().ShouldBe("model");
    }

    [Fact]
    public async Task A_prompt_that_begins_with_an_at_sign_is_a_prompt()
    {
        (await _world.RunAsync("render", "@home")).ExitCode.ShouldBe(0);

        await _world.Renders.Received(1).EnqueueAsync(Arg.Is<RenderRequest>(r => r.Prompt == "@home"), null, Arg.Any<CancellationToken>());
    }

    [Theory]
    [InlineData(RenderStatus.Completed, 0)]
    [InlineData(RenderStatus.Failed, 1)]
    [InlineData(RenderStatus.Parked, 1)]
    [InlineData(RenderStatus.Cancelled, 1)]
    public async Task Waiting_runs_the_engine_and_answers_how_it_ended(RenderStatus ended, int exitCode)
    {
        _world.Renders.GetAsync(Sample.Id, Arg.Any<CancellationToken>()).Returns(
            Sample.Render() with { Status = RenderStatus.Rendering, Version = 2 },
            Sample.Completed() with { Status = ended });

        var result = await _world.RunAsync("render", "A kite", "--wait");

        result.ExitCode.ShouldBe(exitCode, result.Error);
        result.Out.ShouldContain(ended.ToString());
        result.Out.ShouldContain("/v/video.mp4");
        (_world.Started, _world.Disposed).ShouldBe((true, true));
    }

    [Fact]
    public async Task Ctrl_C_hands_the_work_back_and_says_how_to_go_on()
    {
        using var stop = new CancellationTokenSource();
        _world.Renders.GetAsync(Sample.Id, Arg.Any<CancellationToken>()).Returns(_ =>
        {
            stop.Cancel();
            return Sample.Render() with { Status = RenderStatus.Rendering, Version = 2 };
        });

        var result = await _world.RunAsync(stop.Token, "render", "A kite", "--wait");

        result.ExitCode.ShouldBe(130);
        result.Error.ShouldContain("1 render is not done");
        result.Error.ShouldContain("renders serve");
        _world.Disposed.ShouldBeTrue();
    }

    private void ShouldHaveWrittenNothing(CliResult result)
    {
        result.ExitCode.ShouldBe(2);
        result.Error.TrimEnd().ShouldNotContain("\n");
        (_world.Prepared, _world.Started).ShouldBe((false, false));
        _world.Renders.ReceivedCalls().ShouldBeEmpty();
    }
}
