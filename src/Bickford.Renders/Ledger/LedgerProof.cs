using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Bickford.Renders.Ledger;

/// <summary>
/// Proves to somebody without the database that an event is under a seal: the event, the hashes from its leaf to the root, and the seal; and, if they were
/// asked for, the seals behind it up to one that he knows.
/// </summary>
/// <param name="Event">The event with every field that is hashed.</param>
/// <param name="Index">Its place among the events of its seal, from 0.</param>
/// <param name="Path">The siblings from its leaf to the root, 64 lower-case hex digits each.</param>
/// <param name="Seals">The seal over it, and any that follow, by number.</param>
public sealed record LedgerProof(LedgerEvent Event, long Index, IReadOnlyList<string> Path, IReadOnlyList<LedgerSeal> Seals)
{
    private const string Format = "bickford-renders/ledger-proof/1";

    /// <summary>Makes a proof for an event that is sealed; null where it is not, or the ledger does not fit its seal.</summary>
    /// <param name="seals">Where the seals are.</param>
    /// <param name="proven">The event.</param>
    /// <param name="withChain">Also take every later seal.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public static async Task<LedgerProof?> MakeAsync(ILedgerSeals seals, LedgerEvent proven, bool withChain, CancellationToken cancellationToken = default)
    {
        if (await seals.FindAsync(proven.Seq, cancellationToken) is not { } seal || seal.Events > int.MaxValue)
            return null;
        var leaves = await seals.ReadLeavesAsync(seal.FirstSeq - 1, seal.LastSeq, (int)seal.Events, cancellationToken);
        var index = leaves.ToList().FindIndex(leaf => leaf.Seq == proven.Seq);
        if (index < 0)
            return null;
        var path = MerkleTree.Path([.. leaves.Select(leaf => leaf.ToLeafHash())], index);
        var proof = new LedgerProof(proven, index, [.. path.Select(Convert.ToHexStringLower)], [seal]);
        if (proof.Check() is not null)
            return null;
        return withChain ? proof with { Seals = [seal, .. await seals.ReadSealsAsync(seal.Number, cancellationToken).ToListAsync(cancellationToken)] } : proof;
    }

    /// <summary>What is wrong with the proof, in words; null if the event is under the first seal, and the seals are a chain.</summary>
    public string? Check()
    {
        var hash = LedgerHash.Compute(Event.PrevHash, Event.EventId, Event.Stream, Event.RenderSeq, Event.Type, Event.OccurredAt, Event.Payload);
        if (hash != Event.Hash)
            return "the event was altered: its content does not have its hash";
        if (Seals.Count == 0)
            return "it has no seal";
        var seal = Seals[0];
        if (Event.Seq < seal.FirstSeq || Event.Seq > seal.LastSeq)
            return "the event is not under its seal: its position is outside of it";
        if (!TryPath(out var path) || MerkleTree.RootOf(new LedgerLeaf(Event.Seq, hash).ToLeafHash(), Index, seal.Events, path) is not { } root)
            return "the path does not fit the seal";
        if (Convert.ToHexStringLower(root) != seal.Root)
            return "the event is not under its seal: the path leads to another root";
        return ChainProblem();
    }

    /// <summary>What is wrong between the proof and a seal from elsewhere, such as a copy in the video store; null if that seal stands over the event.</summary>
    public string? CheckAgainst(LedgerSeal known)
    {
        if (known.ComputeHash() != known.Hash)
            return "the given seal was altered: its content does not have its hash";
        return Seals.FirstOrDefault(seal => seal.Number == known.Number) switch
        {
            null => string.Create(CultureInfo.InvariantCulture, $"the given seal is number {known.Number}, the proof has {Seals[0].Number}{(Seals.Count > 1 ? $" to {Seals[^1].Number}" : "")}"),
            var own when own != known => "the given seal is another than the proof's: one of them is forged",
            _ => null,
        };
    }

    /// <summary>The proof as a file.</summary>
    public JsonObject ToJson() => new()
    {
        ["format"] = Format,
        ["event"] = new JsonObject
        {
            ["seq"] = Event.Seq,
            ["event_id"] = Event.EventId.ToString("D"),
            ["stream"] = Event.Stream,
            ["render_seq"] = Event.RenderSeq,
            ["type"] = Event.Type,
            ["occurred_at"] = LedgerHash.TimeText(Event.OccurredAt),
            ["payload"] = JsonNode.Parse(Event.Payload),
            ["prev_hash"] = Event.PrevHash,
            ["hash"] = Event.Hash,
        },
        ["leaf"] = Convert.ToHexStringLower(new LedgerLeaf(Event.Seq, Event.Hash).ToLeafHash()),
        ["index"] = Index,
        ["path"] = new JsonArray([.. Path.Select(hash => JsonValue.Create(hash))]),
        ["seals"] = new JsonArray([.. Seals.Select(seal => seal.ToJson())]),
    };

    /// <summary>Reads a proof, however it is laid out; null if it is none.</summary>
    public static LedgerProof? Parse(string text)
    {
        try
        {
            if (JsonNode.Parse(text) is not JsonObject json || json["format"]?.GetValue<string>() != Format)
                return null;
            var one = json["event"]!;
            var proven = new LedgerEvent(
                one["seq"]!.GetValue<long>(),
                Guid.ParseExact(one["event_id"]!.GetValue<string>(), "D"),
                one["stream"]!.GetValue<string>(),
                null,
                one["render_seq"]!.GetValue<long>(),
                one["type"]!.GetValue<string>(),
                LedgerHash.ParseTime(one["occurred_at"]!.GetValue<string>()),
                CanonicalJson.Of(one["payload"]),
                one["prev_hash"]!.GetValue<string>(),
                one["hash"]!.GetValue<string>());
            var seals = json["seals"]!.AsArray().Select(LedgerSeal.Parse).ToList();
            return seals.Contains(null)
                ? null
                : new LedgerProof(proven, json["index"]!.GetValue<long>(), [.. json["path"]!.AsArray().Select(hash => hash!.GetValue<string>())], [.. seals.OfType<LedgerSeal>()]);
        }
        catch (Exception e) when (e is JsonException or NullReferenceException or InvalidOperationException or FormatException or ArgumentException)
        {
            return null; // it is not JSON, a field is missing, or of another kind
        }
    }

    private string? ChainProblem()
    {
        LedgerSeal? before = null;
        foreach (var seal in Seals)
        {
            if (seal.ComputeHash() != seal.Hash)
                return string.Create(CultureInfo.InvariantCulture, $"seal {seal.Number} was altered: its content does not have its hash");
            if (before is not null && (seal.Number != before.Number + 1 || seal.PrevHash != before.Hash))
                return string.Create(CultureInfo.InvariantCulture, $"seal {seal.Number} does not continue seal {before.Number}");
            before = seal;
        }

        return null;
    }

    private bool TryPath(out List<byte[]> path)
    {
        path = [];
        foreach (var hash in Path)
        {
            if (hash.Length != 64 || !hash.All(char.IsAsciiHexDigit))
                return false;
            path.Add(Convert.FromHexString(hash));
        }

        return true;
    }
}
