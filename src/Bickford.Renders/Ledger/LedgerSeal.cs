using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Bickford.Renders.Ledger;

/// <summary>
/// A seal over a block of events that can never grow again: the root of their Merkle tree, chained to the seal before. Whoever has a seal can tell whether
/// any event up to it was changed, removed, added or moved, whatever was done to the database.
/// </summary>
/// <param name="Number">From 1, without gaps.</param>
/// <param name="PrevHash">Hash of the seal before; 64 zeros for the first.</param>
/// <param name="FirstSeq">Position of its first event; all events after the last seal's are in it, up to <paramref name="LastSeq"/>.</param>
/// <param name="LastSeq">Position of its last event.</param>
/// <param name="Events">How many events.</param>
/// <param name="Root">Root of the Merkle tree of their <see cref="LedgerLeaf"/>s by position, 64 lower-case hex digits.</param>
/// <param name="SealedAt">When, in whole milliseconds UTC.</param>
/// <param name="Hash">SHA-256 over all of the above: <see cref="ComputeHash"/>.</param>
public sealed record LedgerSeal(
    long Number,
    string PrevHash,
    long FirstSeq,
    long LastSeq,
    long Events,
    string Root,
    DateTimeOffset SealedAt,
    string Hash)
{
    private const string Format = "bickford-renders/ledger-seal/1";

    /// <summary>The key of its copy in the video store.</summary>
    public string Key => KeyOf(Number);

    /// <summary>The key of a seal's copy in the video store.</summary>
    public static string KeyOf(long number) => string.Create(CultureInfo.InvariantCulture, $"ledger/seals/{number}.json");

    /// <summary>The seal over these events, behind another.</summary>
    /// <param name="before">The newest seal; null for none.</param>
    /// <param name="leaves">All settled events after it, by position; at least one.</param>
    /// <param name="now">The time.</param>
    public static LedgerSeal Over(LedgerSeal? before, IReadOnlyList<LedgerLeaf> leaves, DateTimeOffset now)
    {
        ArgumentOutOfRangeException.ThrowIfZero(leaves.Count);
        var tree = new MerkleTree();
        foreach (var leaf in leaves)
            tree.Add(leaf.ToLeafHash());
        var seal = new LedgerSeal(
            (before?.Number ?? 0) + 1,
            before?.Hash ?? LedgerHash.Genesis,
            leaves[0].Seq,
            leaves[^1].Seq,
            leaves.Count,
            Convert.ToHexStringLower(tree.Root()),
            LedgerChain.WholeMilliseconds(now),
            "");
        return seal with { Hash = seal.ComputeHash() };
    }

    /// <summary>
    /// SHA-256 over the UTF-8 lines: number, previous hash, first position, last position, events, root, time
    /// (<c>yyyy-MM-ddTHH:mm:ss.fffZ</c>); each ended by <c>\n</c>.
    /// </summary>
    public string ComputeHash() => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Create(
        CultureInfo.InvariantCulture, $"{Number}\n{PrevHash}\n{FirstSeq}\n{LastSeq}\n{Events}\n{Root}\n{LedgerHash.TimeText(SealedAt)}\n"))));

    /// <summary>The seal as its copy outside of the database holds it.</summary>
    public JsonObject ToJson() => new()
    {
        ["format"] = Format,
        ["number"] = Number,
        ["prev_hash"] = PrevHash,
        ["first_seq"] = FirstSeq,
        ["last_seq"] = LastSeq,
        ["events"] = Events,
        ["root"] = Root,
        ["sealed_at"] = LedgerHash.TimeText(SealedAt),
        ["hash"] = Hash,
    };

    /// <summary>The bytes of its copy.</summary>
    public byte[] ToBytes() => Encoding.UTF8.GetBytes(ToJson().ToJsonString() + "\n");

    /// <summary>Reads a copy, however it is laid out; null if it is none.</summary>
    public static LedgerSeal? Parse(string text)
    {
        try
        {
            return Parse(JsonNode.Parse(text));
        }
        catch (Exception e) when (e is JsonException or ArgumentException)
        {
            return null; // it is not JSON, or not even Unicode
        }
    }

    /// <inheritdoc cref="Parse(string)"/>
    public static LedgerSeal? Parse(JsonNode? node)
    {
        try
        {
            return node is JsonObject json && json["format"]?.GetValue<string>() == Format
                ? new LedgerSeal(
                    json["number"]!.GetValue<long>(),
                    json["prev_hash"]!.GetValue<string>(),
                    json["first_seq"]!.GetValue<long>(),
                    json["last_seq"]!.GetValue<long>(),
                    json["events"]!.GetValue<long>(),
                    json["root"]!.GetValue<string>(),
                    LedgerHash.ParseTime(json["sealed_at"]!.GetValue<string>()),
                    json["hash"]!.GetValue<string>())
                : null;
        }
        catch (Exception e) when (e is NullReferenceException or InvalidOperationException or FormatException or ArgumentException)
        {
            return null; // a field is missing, or of another kind
        }
    }
}
