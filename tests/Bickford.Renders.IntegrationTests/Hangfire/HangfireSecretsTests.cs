using System.Text.RegularExpressions;
using Bickford.Renders.IntegrationTests.Secrets;
using Bickford.Renders.IntegrationTests.Support;

namespace Bickford.Renders.IntegrationTests.Hangfire;

/// <summary>With Hangfire there is more that could hold a secret: its jobs, its pages, and what it logs.</summary>
public sealed partial class HangfireSecretsTests(PostgresServer server, CephServer ceph)
{
    private static readonly string[] s_lists = ["enqueued", "scheduled", "processing", "succeeded", "failed", "deleted", "awaiting"];

    [Fact]
    public async Task Neither_Hangfire_s_rows_nor_its_pages_nor_its_log_hold_a_secret()
    {
        await using var scene = await SecretScene.StartAsync("hangfire", server, ceph, hangfire: true);
        await scene.EnqueueAsync();
        await using var worker = RendersProcess.Start(scene.World.Folder, scene.ByFolder(), "serve", "--json");
        await scene.AtRestAsync();

        var pages = await scene.PagesAsync(worker, ["/", "/hangfire", "/hangfire/servers", "/hangfire/recurring", "/hangfire/retries", .. s_lists.Select(list => $"/hangfire/jobs/{list}")]);
        var jobs = pages.SelectMany(page => JobLink().Matches(page.Text)).Select(link => link.Value).Distinct().ToList();
        jobs.Count.ShouldBeGreaterThan(5, "each step is a job");
        pages.AddRange(await scene.PagesAsync(worker, jobs));
        worker.Terminate();
        var end = await worker.WaitAsync();
        end.ExitCode.ShouldBe(0, end.Error);
        end.Error.ShouldContain("Hangfire.", customMessage: "the log is that of all levels");

        var search = scene.Secrets.Search();
        var rows = await scene.RowsAsync();
        rows.ShouldContain(table => table.Place == "hangfire.state" && table.Text.Contains("***", StringComparison.Ordinal), "a failed job shows its cause, masked");
        pages.Concat(rows).Append(("the log", end.Error)).Append(("the output", end.Output)).SelectMany(one => search.In(one.Item1, one.Item2)).ShouldBeEmpty();
    }

    [GeneratedRegex("/hangfire/jobs/details/[0-9]+")]
    private static partial Regex JobLink();
}
