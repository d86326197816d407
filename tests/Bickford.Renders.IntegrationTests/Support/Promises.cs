using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace Bickford.Renders.IntegrationTests.Support;

/// <summary>
/// Checks the promises from outside: it reads the database, the files and the provider's own record, and none of the product's code
/// but the verifier of the ledger.
/// </summary>
public static class Promises
{
    /// <summary>All promises after everything has come to rest.</summary>
    /// <param name="world">The world.</param>
    /// <param name="expected">How many renders were accepted.</param>
    /// <param name="creates">How many creates the provider may have accepted; null for one a render.</param>
    public static async Task HoldAsync(World world, int expected, int? creates = null)
    {
        var rows = await world.QueryAsync("SELECT * FROM renders");
        rows.Count.ShouldBe(expected, "7: every enqueue that was answered is there, once");

        // 1. Never pay twice.
        world.Simulator.Videos.CreateCount.ShouldBe(creates ?? expected, "1: creates the provider accepted");
        var ids = rows.Select(r => (string?)r["video_id"]).Where(id => id is not null).ToList();
        ids.Distinct().Count().ShouldBe(ids.Count, "1: no video belongs to two renders");
        world.Simulator.Videos.Creates.Select(v => v.Id).Except(ids!).ShouldBeEmpty("1, 2: no paid video is without its render");

        // 3. Never stuck in silence.
        rows.ShouldAllBe(r => (string)r["status"]! == "Completed" || (string)r["status"]! == "Failed" || (string)r["status"]! == "Parked" || (string)r["status"]! == "Cancelled");
        rows.Where(r => (string)r["status"]! is "Failed" or "Parked").ShouldAllBe(r => r["cause"] != null && r["message"] != null);

        // 2 and 4. Not lost; stored means stored.
        foreach (var row in rows.Where(r => (string)r["status"]! == "Completed"))
            await StoredAsync(world, row);

        // 5. Deleted means stored first: nothing here deletes.
        world.Simulator.Videos.Deleted.ShouldBeEmpty("5: no provider copy was deleted");

        // 6. Every change is on the ledger once.
        var report = await world.RunJsonAsync("ledger", "verify");
        report["verified"]!.GetValue<bool>().ShouldBeTrue(report.ToJsonString());
        foreach (var row in rows)
        {
            var id = (string)row["id"]!;
            var events = await world.QueryAsync($"SELECT type FROM ledger_events WHERE render_id = '{id}' ORDER BY render_seq");
            var types = events.Select(e => (string)e["type"]!).ToList();
            types[0].ShouldBe("render.enqueued");
            types.Count(t => t == "render.enqueued").ShouldBe(1);
            types.Count(t => t is "render.created" or "render.adopted").ShouldBeLessThanOrEqualTo(1, "6: one video, one event");
            if ((string)row["status"]! == "Completed")
            {
                types.Count(t => t == "render.completed").ShouldBe(1);
                types[^1].ShouldBe("render.completed");
            }
        }
    }

    private static async Task StoredAsync(World world, Dictionary<string, object?> row)
    {
        var assets = JsonNode.Parse((string)row["assets"]!)!.AsArray();
        assets.Count.ShouldBeGreaterThan(0, "4: a completed render has its video");
        var closing = (await world.QueryAsync($"SELECT payload FROM ledger_events WHERE render_id = '{row["id"]}' AND type = 'render.completed'")).Single();
        var recorded = JsonNode.Parse((string)closing["payload"]!)!["assets"]!.AsArray();
        foreach (var asset in recorded)
        {
            var bytes = await world.ReadAsync(asset!["uri"]!.GetValue<string>());
            Convert.ToHexStringLower(SHA256.HashData(bytes)).ShouldBe(asset["sha256"]!.GetValue<string>(), "4: the bytes on disk have the hash on the ledger");
        }

        var video = recorded.Single(a => a!["kind"]!.GetValue<string>() == "Video")!;
        var original = await world.Simulator.GetContentAsync((string)row["video_id"]!);
        original.ShouldNotBeNull();
        var made = new byte[original.Length];
        original.Read(0, made);
        video["sha256"]!.GetValue<string>().ShouldBe(Convert.ToHexStringLower(SHA256.HashData(made)), "2: what is stored is what the provider made");
    }
}
