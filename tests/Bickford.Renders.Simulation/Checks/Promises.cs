using System.Text.Json.Nodes;
using Bickford.Renders.Simulation.Providers;
using Bickford.Renders.Simulation.Workers;
using Bickford.Renders.Simulation.Worlds;

namespace Bickford.Renders.Simulation.Checks;

/// <summary>
/// All seven promises after everything has come to rest. Reads the database by plain SQL, the store's objects, and the provider's books; none of the
/// product's code.
/// </summary>
internal static class Promises
{
    internal sealed record Row(string Id, string? Key, string Prompt, string Status, string Step, string? VideoId, string? RemixVideoId, string Assets, string? Cause, string? Message)
    {
        public string Short => Id[^8..];

        public bool IsOver => Status is "Completed" or "Failed" or "Parked" or "Cancelled";
    }

    public static List<Row> Rows(World world) => world.Database.Query(
        "SELECT id, idempotency_key, prompt, status, step, video_id, remix_video_id, assets, cause, message FROM renders ORDER BY id",
        row => new Row(row.GetString(0), row[1] as string, row.GetString(2), row.GetString(3), row.GetString(4), row[5] as string, row[6] as string, row.GetString(7), row[8] as string, row[9] as string));

    public static void Check(World world)
    {
        var rows = Rows(world);
        var problems = PaidOnce(world, rows).Concat(MadeFromTheirSource(world)).Select(p => "1. Never pay twice: " + p)
            .Concat(NothingLost(world, rows).Select(p => "2. Never lose a finished video: " + p))
            .Concat(NeverSilent(rows).Select(p => "3. Never stuck in silence: " + p))
            .Concat(Stored(world, rows).Select(p => "4. Stored means stored: " + p))
            // That the provider's copies were stored first is seen at each deletion, when it can be told.
            .Concat(CleanupCheck.Problems(world).Select(p => "5. Deleted means stored first: " + p))
            .Concat(LedgerCheck.Problems(world).Select(p => "6. Every change is on the ledger once: " + p))
            .Concat(SealCheck.Problems(world).Select(p => "6. Every change is on the ledger once: " + p))
            .Concat(Told(world, rows).Select(p => "6. Every change is on the ledger once: " + p))
            .Concat(world.Callers.Problems(rows).Select(p => "7. A caller's enqueue is atomic and idempotent: " + p));
        foreach (var problem in problems)
            world.Break(problem);
    }

    /// <summary>Whether an asset, as a row or an event names it, is in the store.</summary>
    public static bool IsStored(World world, JsonNode asset) =>
        (string?)asset["uri"] is { } uri
        && world.Bucket.Objects.TryGetValue(SimulatedStore.KeyOf(uri), out var bytes)
        && MediaFiles.Sha256(bytes) == (string?)asset["sha256"] && bytes.LongLength == (long?)asset["bytes"];

    // The provider's books were compared with the intents at each create; what is left is whose the videos are.
    private static IEnumerable<string> PaidOnce(World world, List<Row> rows)
    {
        foreach (var owner in rows.Where(row => row.VideoId is not null).GroupBy(row => row.VideoId!))
        {
            if (owner.Count() > 1)
                yield return $"{owner.Key} belongs to {owner.Count()} renders";
            var row = owner.First();
            var video = world.Provider.Find(owner.Key);
            if (video is null || video.Ordinal == 0 || video.Prompt != row.Prompt || video.RemixedFrom != row.RemixVideoId)
                yield return $"{row.Short} has {owner.Key}, which the provider made for somebody else";
        }
    }

    private static List<string> MadeFromTheirSource(World world) =>
        world.Database.Query(
            "SELECT remix.id, remix.remix_video_id FROM renders AS remix LEFT JOIN renders AS source ON source.id = remix.remix_of WHERE remix.remix_video_id IS NOT NULL AND remix.remix_video_id IS NOT source.video_id",
            row => $"{row.GetString(0)[^8..]} was made from {row.GetString(1)}, which is not its source's video");

    private static IEnumerable<string> NothingLost(World world, List<Row> rows)
    {
        var now = world.Clock.Now;
        foreach (var video in world.Provider.Accepted.Where(video => video.IsKnown(now)))
        {
            if (rows.Find(row => row.VideoId == video.Id) is not { } owner)
            {
                var mayBe = rows.Where(row => row.Prompt == video.Prompt && row.VideoId is null).ToList();
                if (!mayBe.Any(row => row.Status is "Parked" or "Failed" or "Cancelled"))
                    yield return $"{video.Id} ('{video.Prompt}') belongs to nobody, and no render waits for a person";
            }
            else if (video.IsCompleted(now) && now < video.ExpiresAt - Margin && owner.Status is "Failed" or "Parked")
            {
                yield return $"{owner.Short} is {owner.Status} ({owner.Cause}: {owner.Message}) after a person resumed it, and {video.Id} can be fetched";
            }
        }
    }

    /// <summary>What is about to expire need not have been saved by a person.</summary>
    public static readonly TimeSpan Margin = TimeSpan.FromMinutes(10);

    private static IEnumerable<string> NeverSilent(List<Row> rows) =>
        from row in rows
        where !row.IsOver || (row.Status is "Failed" or "Parked" && (row.Cause is null || string.IsNullOrEmpty(row.Message)))
        select $"{row.Short} is {row.Status}/{row.Step}, cause {row.Cause ?? "none"}";

    private static IEnumerable<string> Stored(World world, List<Row> rows)
    {
        var given = world.Database.Query("SELECT id FROM renders WHERE files_deleting_at IS NOT NULL", row => row.GetString(0));
        foreach (var row in rows.Where(row => row.Status == "Completed"))
        {
            var closing = world.Database.Query(
                "SELECT payload FROM ledger_events WHERE stream = @stream AND type = 'render.completed'", r => r.GetString(0), ("@stream", "renders/" + row.Id));
            var assets = closing.Count == 1 ? JsonNode.Parse(closing[0])!["assets"]!.AsArray() : [];
            if (!assets.Any(asset => (string?)asset!["kind"] == "Video"))
                yield return $"{row.Short} is completed without a video on the ledger";
            foreach (var asset in assets)
            {
                if ((string?)asset!["uri"] is { } uri && world.Bucket.Rotten.Contains(SimulatedStore.KeyOf(uri)))
                    continue;
                if (!given.Contains(row.Id) && !IsStored(world, asset!))
                    yield return $"{row.Short}: {asset} is not in the store";
                else if (!IsTrue(world, row, asset!))
                    yield return $"{row.Short}: {asset} is not what the provider made";
            }

            if (!JsonNode.DeepEquals(Hashes(assets), Hashes(JsonNode.Parse(row.Assets)!.AsArray())))
                yield return $"{row.Short}: the row and the ledger name different assets";
        }
    }

    private static JsonArray Hashes(JsonArray assets) => [.. assets.Select(asset => JsonValue.Create((string?)asset!["sha256"]))];

    private static bool IsTrue(World world, Row row, JsonNode asset)
    {
        if (world.Provider.Find(row.VideoId ?? "") is not { } video)
            return false;
        var sha256 = (string?)asset["sha256"];
        return (string?)asset["kind"] switch
        {
            "Thumbnail" => sha256 == MediaFiles.Sha256(MediaFiles.Webp(video.Id)),
            "Spritesheet" => sha256 == MediaFiles.Sha256(MediaFiles.Jpeg(video.Id)),
            _ => Enumerable.Range(0, video.Version + 1).Any(version => sha256 == MediaFiles.Sha256(video.Video(version))),
        };
    }

    private static IEnumerable<string> Told(World world, List<Row> rows)
    {
        foreach (var row in rows)
        {
            var told = world.Watch.ToldOf(Guid.Parse(row.Id)).Distinct().ToList();
            var closing = world.Database.Query(
                "SELECT event_id, payload FROM ledger_events WHERE stream = @stream AND type = 'render.completed'",
                r => (Id: Guid.Parse(r.GetString(0)), Failed: r.GetString(1).Contains("observer_error", StringComparison.Ordinal)), ("@stream", "renders/" + row.Id));
            if (told.Count > 1)
                yield return $"{row.Short}: observers were given {told.Count} ids for one event";
            if (closing is [var end] && !end.Failed && (told.Count == 0 || told[0] != end.Id))
                yield return $"{row.Short}: observers were not told of its closing event";
        }
    }
}
