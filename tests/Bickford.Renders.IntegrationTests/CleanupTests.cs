using System.Text.Json.Nodes;
using Bickford.Renders.IntegrationTests.Support;

namespace Bickford.Renders.IntegrationTests;

/// <summary>Clean-up by the real program: by hand, and by the workers themselves.</summary>
public sealed class CleanupTests
{
    private static readonly string[] AtOnce = ["--set", "Retention:ProviderCopiesAfter=0s"];

    [Fact]
    public async Task What_a_dry_run_names_goes_and_what_is_damaged_here_stays_there()
    {
        await using var world = await World.StartAsync();
        await RenderAsync(world, 2);
        world.Simulator.Videos.AddForeign("somebody else's");
        var rows = (await world.QueryAsync("SELECT id, video_id FROM renders ORDER BY id")).ConvertAll(row => (Id: (string)row["id"]!, VideoId: (string)row["video_id"]!));
        var damaged = Directory.GetFiles(world.StoreRoot, "video.mp4", SearchOption.AllDirectories).Single(path => path.Contains(rows[1].Id, StringComparison.Ordinal));
        await File.AppendAllTextAsync(damaged, "x", TestContext.Current.CancellationToken);

        var planned = await world.RunJsonAsync(["cleanup", "--dry-run", .. AtOnce]);
        world.Simulator.Videos.Current.Count.ShouldBe(3, "it was a dry run");
        var done = await world.RunAsync(["cleanup", .. AtOnce]);

        Outcomes(planned).ShouldBe([(rows[0].VideoId, "Planned"), (rows[1].VideoId, "Kept")], ignoreOrder: true);
        done.ExitCode.ShouldBe(1, done.Error);
        done.Output.ShouldContain("Deleted 1 provider's copy");
        done.Output.ShouldContain("is missing or damaged");
        world.Simulator.Videos.Deleted.ShouldHaveSingleItem().Id.ShouldBe(rows[0].VideoId);
        (await world.RunJsonAsync("ledger", "verify"))["verified"]!.GetValue<bool>().ShouldBeTrue();
        var library = await world.RunJsonAsync("library");
        (Count(library, "Stored"), Count(library, "Foreign"), Count(library, "Missing")).ShouldBe((1, 1, 0));
    }

    [Fact]
    public async Task Workers_clean_up_by_themselves()
    {
        await using var world = await World.StartAsync();
        await RenderAsync(world, 2);
        world.Settings["Retention__Every"] = "1s";
        world.Settings["Retention__ProviderCopiesAfter"] = "0s";
        world.Settings["Retention__Completed"] = "0s";
        var keep = (string)(await world.QueryAsync("SELECT id FROM renders")).First()["id"]!;
        (await world.RunAsync("keep", keep)).ExitCode.ShouldBe(0);

        await using (var worker = world.Start("serve"))
        {
            await Eventually.HoldsAsync("files and copies are gone", async () =>
                world.Simulator.Videos.Current.Count == 0 && await world.CountAsync("SELECT count(*) FROM renders WHERE files_deleted_at IS NOT NULL") == 1);
            worker.Terminate();
            (await worker.WaitAsync()).ExitCode.ShouldBe(0);
        }

        Directory.GetFiles(world.StoreRoot, "video.mp4", SearchOption.AllDirectories).ShouldHaveSingleItem().ShouldContain(keep);
        (await world.RunJsonAsync("ledger", "verify"))["verified"]!.GetValue<bool>().ShouldBeTrue();
    }

    private static async Task RenderAsync(World world, int count)
    {
        var prompts = Path.Combine(world.Folder, "prompts.txt");
        await File.WriteAllLinesAsync(prompts, Enumerable.Range(1, count).Select(i => $"Take {i} of the same harbour"), TestContext.Current.CancellationToken);
        (await world.RunAsync("render", "--prompts", prompts, "--wait")).ExitCode.ShouldBe(0);
    }

    private static IEnumerable<(string, string)> Outcomes(JsonNode report) =>
        report["items"]!.AsArray().Select(item => (item!["name"]!.GetValue<string>(), item["outcome"]!.GetValue<string>()));

    private static int Count(JsonNode library, string state) => library["counts"]![state]!.GetValue<int>();
}
