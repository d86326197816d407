using System.Text.Json.Nodes;
using Bickford.Renders.Simulator;

namespace Bickford.Renders.Tests.Worker;

/// <summary><c>renders batch</c> over a real file, a real folder and a simulated provider.</summary>
public sealed class BatchCommandTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("batch-").FullName;

    private string BatchPath => Path.Combine(_folder, "spring.jsonl");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_file_is_handed_in_once_and_then_only_what_is_new_in_it()
    {
        await WriteAsync("""{"prompt": "a"}""", """{"prompt": "b"}""");
        var first = await RunAsync("batch", BatchPath, "--json");
        await WriteAsync("""{"prompt": "new"}""", """{"prompt": "b"}""", """{"prompt": "a"}""");
        var second = await RunAsync("batch", BatchPath, "--json");

        first.ExitCode.ShouldBe(0, first.Error);
        var (before, after) = (JsonNode.Parse(first.Out)!, JsonNode.Parse(second.Out)!);
        (before["created"]!.GetValue<int>(), after["created"]!.GetValue<int>()).ShouldBe((2, 1));
        Prompts(after).ShouldBe(["new", "b", "a"]);
        Ids(after).Skip(1).ShouldBe(Ids(before).Reverse());
        after["batch"]!["name"]!.GetValue<string>().ShouldBe("spring", "a file gives its name");
        after["batch"]!["renders"]!.GetValue<int>().ShouldBe(3);
        after["renders"]![0]!["batch"]!.GetValue<string>().ShouldBe("spring");
        (await RunAsync("batch", BatchPath)).Out.ShouldStartWith("spring: all 3 renders were there already");
        JsonNode.Parse((await RunAsync("list", "--batch", "spring", "--json")).Out)!["renders"]!.AsArray().Count.ShouldBe(3);
        JsonNode.Parse((await RunAsync("list", "--batch", "summer", "--json")).Out)!["renders"]!.AsArray().ShouldBeEmpty();
    }

    [Fact]
    public async Task One_wrong_line_and_nothing_is_written()
    {
        await WriteAsync("""{"prompt": "a"}""", """{"prompt": "b", "seconds": 5}""", """{"prompt": ""}""");

        var result = await RunAsync("batch", BatchPath);

        result.ExitCode.ShouldBe(2);
        result.Error.Trim().Split('\n').Select(line => line.Split(':')[0]).ShouldBe(["line 2", "line 3"]);
        result.Out.ShouldBeEmpty();
        File.Exists(Path.Combine(_folder, "renders.db")).ShouldBeFalse();
    }

    [Fact]
    public async Task A_key_that_belongs_to_another_request_takes_the_whole_batch_with_it_and_is_named_by_its_line()
    {
        await WriteAsync("""{"prompt": "a", "idempotency_key": "k"}""");
        await RunAsync("batch", BatchPath);
        await WriteAsync("""{"prompt": "new"}""", "", """{"prompt": "changed", "idempotency_key": "k"}""");

        var result = await RunAsync("batch", BatchPath);

        result.ExitCode.ShouldBe(2);
        result.Error.ShouldStartWith("line 3: idempotency key 'k' belongs to another request");
        JsonNode.Parse((await RunAsync("batch", "--name", "spring", "--json")).Out)!["renders"]!.GetValue<int>().ShouldBe(1);
    }

    [Fact]
    public async Task A_dry_run_tells_the_cost_and_writes_nothing()
    {
        await WriteAsync("""{"prompt": "a", "seconds": 8}""", """{"prompt": "b"}""");

        var result = await RunAsync("batch", BatchPath, "--dry-run");

        result.ExitCode.ShouldBe(0, result.Error);
        result.Out.ShouldStartWith("2 renders, all of them right; $1.20 by list prices.");
        Directory.EnumerateFileSystemEntries(_folder).ShouldBe([BatchPath]);
    }

    [Fact]
    public async Task Waiting_works_on_all_of_it_and_tells_what_did_not_complete()
    {
        await using var provider = await SimulatorServer.StartAsync(
            new SimulatorOptions { RenderTime = TimeSpan.FromMilliseconds(50), Faults = [FaultRule.Parse("create:moderation:match=weapon")] }, TestContext.Current.CancellationToken);
        await WriteAsync("""{"prompt": "a"}""", """{"prompt": "a weapon"}""");

        var result = await RunAsync(provider, "batch", BatchPath, "--wait");

        result.ExitCode.ShouldBe(1, result.Error);
        result.Out.ShouldContain("2 of 2 ended: 1 Completed, 1 Failed");
        result.Out.ShouldContain("Failed: Policy  a weapon");
        provider.Videos.CreateCount.ShouldBe(1);
        var again = await RunAsync(provider, "batch", BatchPath, "--wait", "--json");
        JsonNode.Parse(again.Out)!["renders"]!.AsArray().Select(render => render!["status"]!.GetValue<string>()).ShouldBe(["Completed", "Failed"]);
        provider.Videos.CreateCount.ShouldBe(1, "nothing is paid twice");
        var status = await RunAsync(provider, "batch", "--name", "spring");
        status.Out.ShouldContain("1 Completed, 1 Failed");
        status.Out.ShouldContain("renders again");
    }

    [Theory]
    [InlineData("FILE: is missing")]
    [InlineData("--name: is missing", "-")]
    [InlineData("FILE: 'no-such.jsonl' cannot be read", "no-such.jsonl")]
    [InlineData("batch: ' ' is not allowed", "--name", " ")]
    public async Task What_it_cannot_take_is_told_in_one_line(string said, params string[] arguments)
    {
        var result = await RunAsync(["batch", .. arguments]);

        result.ExitCode.ShouldBe(2);
        result.Error.ShouldStartWith(said);
    }

    [Fact]
    public async Task A_batch_that_is_not_there_is_told()
    {
        await WriteAsync("""{"prompt": "a"}""");
        await RunAsync("batch", BatchPath);

        var result = await RunAsync("batch", "--name", "summer");

        result.ExitCode.ShouldBe(2);
        result.Error.ShouldStartWith("--name: no batch 'summer'");
    }

    private static string[] Prompts(JsonNode json) => [.. json["renders"]!.AsArray().Select(render => render!["prompt"]!.GetValue<string>())];

    private static string[] Ids(JsonNode json) => [.. json["renders"]!.AsArray().Select(render => render!["id"]!.GetValue<string>())];

    private Task WriteAsync(params string[] lines) => File.WriteAllLinesAsync(BatchPath, lines, TestContext.Current.CancellationToken);

    private Task<CliResult> RunAsync(params string[] arguments) => RunAsync(null, arguments);

    private Task<CliResult> RunAsync(SimulatorServer? provider, params string[] arguments) =>
        new CliFolder(_folder, ("Jobs__PollFirst", "50ms"), ("Jobs__PollMax", "100ms")).RunAsync(provider, arguments);
}
