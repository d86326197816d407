using System.Text.Json.Nodes;
using Bickford.Renders.IntegrationTests.Support;

namespace Bickford.Renders.IntegrationTests;

/// <summary>The first thing a newcomer runs.</summary>
public sealed class DemoTests
{
    [Fact]
    public async Task The_demo_ends_as_it_should_and_says_so_in_one_object()
    {
        var folder = Directory.CreateTempSubdirectory("renders-demo-").FullName;
        try
        {
            // A user's own settings must not lead the demo to a real provider.
            await using var demo = RendersProcess.Start(folder, new Dictionary<string, string> { ["Sora__BaseUrl"] = "https://provider.invalid/v1" }, "demo", "--json");
            var result = await demo.WaitAsync();

            result.ExitCode.ShouldBe(0, result.Error);
            var report = JsonNode.Parse(result.Output)!;
            var renders = report["renders"]!.AsArray();
            renders.Count.ShouldBe(6);
            renders.Count(r => r!["status"]!.GetValue<string>() == "Completed").ShouldBe(5);
            var refused = renders.Single(r => r!["status"]!.GetValue<string>() == "Failed")!;
            refused["cause"]!.GetValue<string>().ShouldBe("Policy");
            report["ledger"]!["verified"]!.GetValue<bool>().ShouldBeTrue();
            report["ledger"]!["events"]!.GetValue<int>().ShouldBeGreaterThan(40);
            report["creates"]!.GetValue<int>().ShouldBe(5);
            foreach (var asset in renders.SelectMany(r => r!["assets"]!.AsArray()))
                new FileInfo(new Uri(asset!["uri"]!.GetValue<string>()).LocalPath).Length.ShouldBe(asset["bytes"]!.GetValue<long>());
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task Its_dashboard_shows_the_renders_and_stays_for_as_long_as_it_is_looked_at()
    {
        var folder = Directory.CreateTempSubdirectory("renders-demo-").FullName;
        try
        {
            await using var demo = RendersProcess.Start(folder, new Dictionary<string, string>(), "demo", "--stay");
            await Eventually.HoldsAsync("the demo is over and stays", () => Task.FromResult(demo.Output.Contains("The dashboard stays at", StringComparison.Ordinal)));
            using var http = new HttpClient { BaseAddress = new Uri(demo.Output.Split('\n').Single(line => line.StartsWith("Dashboard ", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]) };
            (await http.GetStringAsync(new Uri("failed", UriKind.Relative), TestContext.Current.CancellationToken)).ShouldContain("A famous actor sells a miracle cure");

            demo.Terminate();
            (await demo.WaitAsync()).ExitCode.ShouldBe(0);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
