using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Bickford.Renders.IntegrationTests.Support;

namespace Bickford.Renders.Benchmarks;

/// <summary>The promises after everything has come to rest, from outside: by the database, the files, and the provider's own record of what it was paid for.</summary>
internal static class WorldCheck
{
    /// <summary>What does not hold; empty when all does.</summary>
    public static async Task<IReadOnlyList<string>> BrokenAsync(World world)
    {
        var broken = new List<string>();
        var rows = await world.QueryAsync("SELECT id, status, cause, video_id, assets FROM renders");
        var open = rows.Count(row => (string)row["status"]! is "Queued" or "Rendering" or "Storing");
        if (open > 0)
            broken.Add($"{open} renders have not come to an end");

        var owned = rows.Select(row => (string?)row["video_id"]).OfType<string>().ToHashSet();
        var paid = world.Simulator.Videos.Creates;
        if (paid.Count(video => !owned.Contains(video.Id)) is var lost and > 0)
            broken.Add($"{lost} videos were paid for and belong to no render");
        if (paid.GroupBy(video => video.Prompt).Count(videos => videos.Count() > 1) is var twice and > 0)
            broken.Add($"{twice} renders were paid twice");
        // Three lost answers in a row park a render for a person; nothing else that happens here may stop one.
        if (rows.Count(row => (string)row["status"]! is "Failed" or "Parked" && (string?)row["cause"] != "AmbiguousCreate") is var stopped and > 0)
            broken.Add($"{stopped} renders were stopped: {string.Join(", ", rows.Where(row => (string)row["status"]! is "Failed" or "Parked").Select(row => row["cause"]).Distinct())}");

        var completed = rows.Where(row => (string)row["status"]! == "Completed").ToList();
        var wrong = 0;
        foreach (var row in completed)
            wrong += await IsStoredAsync(world, (string)row["assets"]!) ? 0 : 1;
        if (wrong > 0)
            broken.Add($"{wrong} of {completed.Count} completed renders are not stored as their rows say");

        var unrecorded = await world.CountAsync(
            """
            SELECT count(*) FROM renders r
            LEFT JOIN (SELECT render_id, count(*) AS times FROM ledger_events WHERE type = 'render.completed' GROUP BY render_id) e ON e.render_id = r.id
            WHERE r.status = 'Completed' AND coalesce(e.times, 0) <> 1
            """);
        if (unrecorded > 0)
            broken.Add(string.Create(CultureInfo.InvariantCulture, $"{unrecorded} completed renders are not on the ledger once"));
        var verified = await world.RunJsonAsync("ledger", "verify");
        if (!verified["verified"]!.GetValue<bool>())
            broken.Add($"the ledger does not verify: {verified.ToJsonString()}");
        return broken;
    }

    private static async Task<bool> IsStoredAsync(World world, string assets)
    {
        var list = JsonNode.Parse(assets)!.AsArray();
        foreach (var asset in list)
        {
            var bytes = await world.ReadAsync(asset!["uri"]!.GetValue<string>());
            if (Convert.ToHexStringLower(SHA256.HashData(bytes)) != asset["sha256"]!.GetValue<string>())
                return false;
        }

        return list.Count > 0;
    }
}
