using System.Text.Json.Nodes;

namespace Bickford.Renders.Ledger;

/// <summary>An event that is about to be appended.</summary>
/// <param name="EventId">Unique; derived from what happened, so that a replay cannot write it twice.</param>
/// <param name="Type">Dotted lower-case words, such as <c>render.created</c>.</param>
/// <param name="OccurredAt">When, in whole milliseconds UTC.</param>
/// <param name="Payload">Facts, as a JSON object; kept in canonical form.</param>
public sealed record LedgerEntry(Guid EventId, string Type, DateTimeOffset OccurredAt, JsonObject Payload);

/// <summary>An event on the ledger.</summary>
/// <param name="Seq">Position in the whole ledger, from 1.</param>
/// <param name="EventId">Unique.</param>
/// <param name="Stream">The chain it belongs to: <c>renders/{id}</c>, or a caller's own name.</param>
/// <param name="RenderId">The render, for a render's stream.</param>
/// <param name="RenderSeq">Position in its stream, from 1, without gaps.</param>
/// <param name="Type">What happened.</param>
/// <param name="OccurredAt">When, in whole milliseconds UTC.</param>
/// <param name="Payload">Canonical JSON.</param>
/// <param name="PrevHash">Hash of the stream's event before; 64 zeros for the first.</param>
/// <param name="Hash">SHA-256 over all of the above but <paramref name="Seq"/>; see <see cref="LedgerHash"/>.</param>
public sealed record LedgerEvent(
    long Seq,
    Guid EventId,
    string Stream,
    Guid? RenderId,
    long RenderSeq,
    string Type,
    DateTimeOffset OccurredAt,
    string Payload,
    string PrevHash,
    string Hash);
