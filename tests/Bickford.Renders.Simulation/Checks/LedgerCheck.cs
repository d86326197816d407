using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Bickford.Renders.Simulation.Worlds;

namespace Bickford.Renders.Simulation.Checks;

/// <summary>The sixth promise, by code of its own from what docs/ledger.md says.</summary>
internal static class LedgerCheck
{
    private sealed record Event(long Seq, string Id, string Stream, long Place, string Type, string At, string Payload, string Before, string Hash);

    public static string TimeText(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    public static IEnumerable<string> Problems(World world)
    {
        var events = world.Database.Query(
            "SELECT seq, event_id, stream, render_seq, type, occurred_at, payload, prev_hash, hash FROM ledger_events ORDER BY seq",
            row => new Event(row.GetInt64(0), row.GetString(1), row.GetString(2), row.GetInt64(3), row.GetString(4), row.GetString(5), row.GetString(6), row.GetString(7), row.GetString(8)));
        var rows = world.Database.Query(
            "SELECT id, status, version, ledger_seq, ledger_hash FROM renders", row => (Id: row.GetString(0), Status: row.GetString(1), Version: row.GetInt64(2), Seq: row.GetInt64(3), Hash: row.GetString(4)));
        if (events.Select(e => e.Id).Distinct().Count() != events.Count)
            yield return "an event is there twice";
        var streams = events.ToLookup(e => e.Stream);
        foreach (var row in rows)
        {
            var chain = streams["renders/" + row.Id].ToList();
            foreach (var problem in ChainProblems(chain).Concat(RowProblems(row.Status, row.Version, chain)))
                yield return $"{row.Id[^8..]}: {problem}";
            if (chain.Count == 0 || chain[^1].Place != row.Seq || chain[^1].Hash != row.Hash)
                yield return $"{row.Id[^8..]}: the row names event {row.Seq} as the end of its chain, which has {chain.Count}";
        }

        // What clean-up deletes of strangers has a chain of its own.
        foreach (var problem in ChainProblems([.. streams["library"]]))
            yield return $"library: {problem}";
        foreach (var orphan in streams.Select(s => s.Key).Except(rows.Select(row => "renders/" + row.Id).Append("library")))
            yield return $"{orphan} has events and no row";
    }

    private static IEnumerable<string> ChainProblems(IReadOnlyList<Event> chain)
    {
        var before = new string('0', 64);
        var place = 0L;
        foreach (var e in chain)
        {
            if (e.Place != ++place)
                yield return $"event {e.Place} stands at place {place}";
            var text = $"{e.Before}\n{e.Id}\n{e.Stream}\n{e.Place}\n{e.Type}\n{e.At}\n{e.Payload}\n";
            if (e.Before != before || Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text))) != e.Hash)
                yield return $"event {e.Place} ({e.Type}) does not follow from the one before it";
            before = e.Hash;
        }
    }

    private static IEnumerable<string> RowProblems(string status, long version, IReadOnlyList<Event> chain)
    {
        var types = chain.Select(e => e.Type).ToList();
        if (types.FirstOrDefault() != "render.enqueued" || types.Count(type => type == "render.enqueued") != 1)
            yield return "it was not enqueued exactly once";
        if (types.Count(type => type is "render.created" or "render.adopted") > 1)
            yield return "it came by a video twice";
        foreach (var once in (string[])["render.completed", "render.rendered"])
        {
            if (types.Count(type => type == once) > 1)
                yield return $"{once} is there twice";
        }

        if (status == "Completed" != types.Contains("render.completed"))
            yield return $"it is {status}, and the ledger {(status == "Completed" ? "does not say so" : "says that it is completed")}";
        var last = 0L;
        foreach (var e in chain)
        {
            var told = JsonNode.Parse(e.Payload)!;
            var at = (long)told["version"]!;
            if (at < last || at > version || (string?)told["event_id"] != e.Id)
                yield return $"event {e.Place} tells of version {at}, after {last}, of a row at {version}";
            last = at;
        }
    }
}
