using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Bickford.Renders.Simulation.Worlds;

namespace Bickford.Renders.Simulation.Checks;

/// <summary>The ledger's seals and their copies, by code of its own: each event up to the newest seal is under exactly one of them.</summary>
internal static class SealCheck
{
    private sealed record Seal(long Number, string Before, long First, long Last, long Events, string Root, string At, string Hash);

    public static IEnumerable<string> Problems(World world)
    {
        var events = world.Database.Query("SELECT seq, hash FROM ledger_events ORDER BY seq", row => (Seq: row.GetInt64(0), Hash: row.GetString(1)));
        var seals = world.Database.Query(
            "SELECT number, prev_hash, first_seq, last_seq, events, root, sealed_at, hash FROM ledger_seals ORDER BY number",
            row => new Seal(row.GetInt64(0), row.GetString(1), row.GetInt64(2), row.GetInt64(3), row.GetInt64(4), row.GetString(5), row.GetString(6), row.GetString(7)));
        var (number, before, last) = (0L, new string('0', 64), 0L);
        foreach (var seal in seals)
        {
            var block = events.Where(e => e.Seq > last && e.Seq <= seal.Last).ToList();
            if (seal.Number != ++number || seal.Before != before)
                yield return $"seal {seal.Number} does not follow from the one before it";
            if (block.Count != seal.Events || block.Count == 0 || block[0].Seq != seal.First)
                yield return $"seal {seal.Number} is over {seal.Events} events from {seal.First} to {seal.Last}, and the ledger has {block.Count} after {last}";
            else if (Convert.ToHexStringLower(Root([.. block.Select(e => Hash([0], Encoding.UTF8.GetBytes(Invariant($"{e.Seq}\n{e.Hash}\n"))))])) != seal.Root)
                yield return $"seal {seal.Number} has another root than its events";
            if (Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Invariant($"{seal.Number}\n{seal.Before}\n{seal.First}\n{seal.Last}\n{seal.Events}\n{seal.Root}\n{seal.At}\n")))) != seal.Hash)
                yield return $"seal {seal.Number} has another hash than what it says";
            (before, last) = (seal.Hash, seal.Last);
        }

        foreach (var problem in CopyProblems(world, seals))
            yield return problem;
    }

    // They are written in order: what is not there yet is at the end.
    private static IEnumerable<string> CopyProblems(World world, List<Seal> seals)
    {
        var copies = world.Bucket.Objects.Keys.Count(key => key.StartsWith("ledger/seals/", StringComparison.Ordinal));
        if (copies > seals.Count)
            yield return $"there are copies of {copies} seals, and {seals.Count} seals";
        foreach (var seal in seals.Take(copies))
        {
            if (!world.Bucket.Objects.TryGetValue(Invariant($"ledger/seals/{seal.Number}.json"), out var bytes))
                yield return $"the copy of seal {seal.Number} is missing, and there are {copies}";
            else if ((string?)JsonNode.Parse(bytes)!["hash"] != seal.Hash)
                yield return $"the copy of seal {seal.Number} is another";
        }
    }

    // RFC 6962: the left part is the largest power of two that is less than the whole.
    private static byte[] Root(byte[][] leaves)
    {
        if (leaves.Length == 1)
            return leaves[0];
        var left = 1;
        while (left * 2 < leaves.Length)
            left *= 2;
        return Hash([1], Root(leaves[..left]), Root(leaves[left..]));
    }

    private static byte[] Hash(params byte[][] parts) => SHA256.HashData([.. parts.SelectMany(static part => part)]);

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
