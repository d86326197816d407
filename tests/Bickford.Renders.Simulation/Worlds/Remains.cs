using System.Globalization;

namespace Bickford.Renders.Simulation.Worlds;

/// <summary>What is left in the database and the store.</summary>
internal static class Remains
{
    /// <summary>Open renders, for people; empty when there are none.</summary>
    public static string Open(World world) => string.Join("; ", world.Database.Query(
        "SELECT id, status, step, attempt, due_at, lease_owner, lease_until, waits_for_room_since FROM renders WHERE status IN ('Queued', 'Rendering', 'Storing') ORDER BY id",
        row => $"{row.GetString(0)[^8..]} {row[1]}/{row[2]} attempt {row[3]} due {row[4]} lease {row[5]} until {row[6]} room {row[7]}"));

    /// <summary>Everything that is left and everything that happened, as one number.</summary>
    public static ulong Hash(World world)
    {
        foreach (var table in (string[])["renders", "ledger_events", "ledger_seals"])
        {
            foreach (var line in world.Database.Query($"SELECT * FROM {table} ORDER BY 1", row =>
                string.Join('|', Enumerable.Range(0, row.FieldCount).Select(i => Convert.ToString(row[i], CultureInfo.InvariantCulture)))))
                world.Trace.Add(line);
        }

        foreach (var (key, bytes) in world.Bucket.Objects.OrderBy(item => item.Key, StringComparer.Ordinal))
            world.Trace.Add($"{key} {Providers.MediaFiles.Sha256(bytes)}");
        return world.Trace.Hash;
    }
}
