using System.Text.Json.Nodes;
using Bickford.Renders.Simulation.Workers;
using Bickford.Renders.Simulation.Worlds;

namespace Bickford.Renders.Simulation.Checks;

/// <summary>What clean-up left: that it took nothing which people or a rule keep, and that what it says is gone is gone.</summary>
internal static class CleanupCheck
{
    private sealed record Row(string Id, string Status, bool Keep, string? FinishedAt, string? FilesDeletingAt, string? FilesDeletedAt)
    {
        public string Short => Id[^8..];
    }

    public static IEnumerable<string> Problems(World world)
    {
        var rows = world.Database.Query(
            "SELECT id, status, keep, finished_at, files_deleting_at, files_deleted_at FROM renders ORDER BY finished_at DESC, id DESC",
            row => new Row(row.GetString(0), row.GetString(1), row.GetInt64(2) != 0, row[3] as string, row[4] as string, row[5] as string));
        foreach (var row in rows.Where(row => row is { Keep: true, FilesDeletingAt: not null }))
            yield return $"{row.Short} is to be kept, and its files were deleted";
        foreach (var row in rows.Where(row => row.Status == "Completed").Take(world.Plan.KeepLast).Where(row => row.FilesDeletingAt is not null))
            yield return $"{row.Short} is one of the newest {world.Plan.KeepLast}, and its files were deleted";
        foreach (var row in rows.Where(row => row.FilesDeletedAt is not null))
        {
            foreach (var uri in Named(world, row).Where(uri => world.Bucket.Objects.ContainsKey(SimulatedStore.KeyOf(uri))))
                yield return $"{row.Short} says that its files are deleted, and {uri} is there";
        }
    }

    private static IEnumerable<string> Named(World world, Row row) => world.Database.Query(
        "SELECT payload FROM ledger_events WHERE stream = @stream AND type = 'render.files_deleting'", r => r.GetString(0), ("@stream", "renders/" + row.Id))
        .SelectMany(payload => JsonNode.Parse(payload)!["uris"]!.AsArray().Select(uri => (string)uri!));
}
