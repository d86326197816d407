using System.Text.Json;

namespace Bickford.Renders.Ledger;

/// <summary>Walks along one stream's chain.</summary>
/// <param name="name">The stream.</param>
/// <param name="head">The render's row; null where there is none.</param>
/// <param name="faults">Where faults go.</param>
internal sealed class StreamVerifier(string name, LedgerHead? head, LedgerFaults faults)
{
    private const string RenderPrefix = "renders/";

    private LedgerItem? _previous;
    private string? _newest;
    private long _version;
    private Guid? _renderId;

    public string Name { get; } = name;

    private bool IsRender => Name.StartsWith(RenderPrefix, StringComparison.Ordinal);

    public void Next(LedgerItem item)
    {
        _newest = null;
        if (_previous is null && IsRender && head is null)
            Fault(item, "the row of this render is missing");

        if ((item.Event is null ? item.Problem : Problem(item.Event)) is { } problem)
            Fault(item, problem);
        _previous = item;
    }

    public void End()
    {
        if (head is null || _previous?.Event is not { } last)
            return;

        if (head.LedgerSeq > last.RenderSeq)
            faults.AddHole(last.Seq, long.MaxValue, Name, $"the row has {head.LedgerSeq} events, the stream ends with event {last.RenderSeq}");
        else if (head.LedgerSeq == last.RenderSeq && _newest is not null && RowProblem(head, _newest) is { } problem)
            Fault(_previous, problem);
    }

    private string? Problem(LedgerEvent e)
    {
        var position = PositionProblem(e);
        return OwnProblem(e) ?? position;
    }

    private string? PositionProblem(LedgerEvent e)
    {
        if (_previous is { Event: null })
            return null; // what stood before cannot be read, so nothing can be said about how this one continues it

        var (seq, renderSeq, hash) = _previous?.Event is { } p ? (p.Seq, p.RenderSeq, p.Hash) : (0, 0, LedgerHash.Genesis);
        if (e.RenderSeq > renderSeq + 1)
        {
            var missing = e.RenderSeq == renderSeq + 2 ? $"event {renderSeq + 1} of this stream is missing" : $"events {renderSeq + 1} to {e.RenderSeq - 1} of this stream are missing";
            faults.AddHole(seq, Math.Max(seq + 1, e.Seq), Name, missing);
            return null;
        }

        return e switch
        {
            _ when e.RenderSeq <= renderSeq => $"event {e.RenderSeq} of this stream occurs more than once",
            _ when e.Seq <= seq => $"it stands before the event of its stream that it follows (position {seq}): reordered",
            _ when e.PrevHash != hash => "it does not continue the hash of its stream's event before",
            _ => null,
        };
    }

    private string? OwnProblem(LedgerEvent e)
    {
        using var text = new HashedText(e.PrevHash, e.EventId, e.Stream, e.RenderSeq, e.Type, e.OccurredAt, e.Payload);
        if (!text.Has(e.Hash))
            return "it was altered: its content does not have its hash";
        if (((text.PayloadIsWhole ? PayloadWalk.Along(text.Payload, e.EventId) : null) ?? Payload(e)) is not { } payload)
            return "its payload is not a JSON object in canonical form";
        if (e.OccurredAt != LedgerChain.WholeMilliseconds(e.OccurredAt))
            return "its time is not in whole milliseconds";

        return IsRender ? RenderProblem(e, payload) : CallerProblem(e);
    }

    private string? RenderProblem(LedgerEvent e, PayloadWalk payload)
    {
        if (e.RenderId is not { } id || (id != _renderId && LedgerHash.StreamOf(id) != Name))
            return $"its render id {e.RenderId} is not the one of its stream";
        _renderId = id;
        if (payload.Version is not { } version)
            return "its payload has no row version";
        if (e.EventId != LedgerHash.EventIdOf(id, version, e.Type) || !payload.NamesEvent)
            return "it is forged: its event id does not follow from render, version and type";
        if (version < _version)
            return $"its row version {version} is below the one before, {_version}";

        _version = version;
        _newest = e.Payload;
        if (head is null || e.RenderSeq < head.LedgerSeq)
            return null;
        if (e.RenderSeq > head.LedgerSeq)
            return $"it is forged: the render's row ends its chain with event {head.LedgerSeq}";
        return e.Hash != head.LedgerHash ? "the render's row has another hash for this event" : null;
    }

    private static string? CallerProblem(LedgerEvent e) =>
        e.RenderId is not null ? "it names a render, but stands outside of the renders' streams"
        : e.Type.StartsWith("render.", StringComparison.Ordinal) ? "it has a render's type, but stands outside of the renders' streams"
        : null;

    private static string? RowProblem(LedgerHead row, string newest)
    {
        using var document = JsonDocument.Parse(newest);
        var payload = document.RootElement;
        var version = Number(payload, "version");
        if (row.Version < version)
            return $"the row was changed outside of the worker: its version is {row.Version}, this event's {version}";

        return Differs("status", row.Status, payload, StringComparison.OrdinalIgnoreCase)
            ?? Differs("video_id", row.VideoId, payload, StringComparison.Ordinal)
            ?? Differs("storage_uri", row.StorageUri, payload, StringComparison.Ordinal);
    }

    private static string? Differs(string field, string? row, JsonElement payload, StringComparison comparison) =>
        string.Equals(row, Text(payload, field), comparison)
            ? null
            : $"the row was changed outside of the worker: its {field} is {row ?? "null"}, this event's {Text(payload, field) ?? "null"}";

    private static PayloadWalk? Payload(LedgerEvent e)
    {
        try
        {
            if (CanonicalJson.Of(e.Payload) != e.Payload)
                return null;
            using var document = JsonDocument.Parse(e.Payload);
            return document.RootElement is { ValueKind: JsonValueKind.Object } payload
                ? new PayloadWalk(Number(payload, "version"), Text(payload, "event_id") == e.EventId.ToString("D"))
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string? Text(JsonElement payload, string field) =>
        !payload.TryGetProperty(field, out var value) || value.ValueKind == JsonValueKind.Null ? null
        : value.ValueKind == JsonValueKind.String ? value.GetString()
        : value.GetRawText();

    private static long? Number(JsonElement payload, string field) =>
        payload.TryGetProperty(field, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) ? number : null;

    private void Fault(LedgerItem item, string problem) =>
        faults.Add(item.Seq, new LedgerFault(item.Seq, Name, item.Event?.EventId, problem));
}
