using Bickford.Renders.Ledger;

namespace Bickford.Renders.Data;

/// <summary>The table <c>ledger_seals</c>.</summary>
internal static class SealTable
{
    public const string All = "number, prev_hash, first_seq, last_seq, events, root, sealed_at, hash";

    public static object Parameters(LedgerSeal seal, SqlDialect dialect) => new
    {
        number = seal.Number,
        prev_hash = seal.PrevHash,
        first_seq = seal.FirstSeq,
        last_seq = seal.LastSeq,
        events = seal.Events,
        root = seal.Root,
        sealed_at = dialect.Value(seal.SealedAt),
        hash = seal.Hash,
    };

    public static LedgerSeal Read(SqlRow row) => new(
        row.Number("number"),
        row.Text("prev_hash"),
        row.Number("first_seq"),
        row.Number("last_seq"),
        row.Number("events"),
        row.Text("root"),
        row.Time("sealed_at"),
        row.Text("hash"));

    /// <summary>A seal for verification: one whose time cannot be read does not have its hash, and that is a finding, not an error.</summary>
    public static LedgerSeal ReadItem(SqlRow row)
    {
        try
        {
            return Read(row);
        }
        catch (DatabaseException)
        {
            return new LedgerSeal(
                row.Number("number"), row.TextOrNull("prev_hash") ?? "", row.Number("first_seq"), row.Number("last_seq"), row.Number("events"), row.TextOrNull("root") ?? "", default, "");
        }
    }
}
