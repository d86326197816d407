using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;

namespace Bickford.Renders.Ledger;

/// <summary>Walks along one stream's chain.</summary>
/// <param name="name">The stream.</param>
/// <param name="head">The render's row; null where there is none.</param>
/// <param name="faults">Where faults go.</param>
internal sealed class StreamVerifier(string name, LedgerHead? head, LedgerFaults faults)
{
    private const string RenderPrefix = "renders/";

    private readonly byte[] _utf8Name = Encoding.UTF8.GetBytes(name);
    private readonly byte[] _hash = new byte[StoredEvent.HashChars];

    // Of the event before; the item only where it was looked at as an object.
    private LedgerItem? _previous;
    private Before _before;
    private long _seq;
    private long _renderSeq;

    private string? _newest;
    private long _version;
    private Guid? _renderId;

    public string Name { get; } = name;

    private bool IsRender => Name.StartsWith(RenderPrefix, StringComparison.Ordinal);

    private enum Before
    {
        Nothing,
        Event,
        Unreadable,
    }

    public bool Has(ReadOnlySpan<byte> stream) => stream.SequenceEqual(_utf8Name);

    /// <summary>The next event, which is right by itself. Where it does not plainly fit what is before it and the row, it is looked at as an object.</summary>
    public void Next(EventPage page, in StoredEvent e)
    {
        if (!Fits(page, e))
        {
            Next(page.Item(e));
            return;
        }

        (_previous, _newest, _before, _seq, _renderSeq) = (null, null, Before.Event, e.Seq, e.RenderSeq);
        page.Hash(e).CopyTo(_hash);
        _version = e.IsOfRender ? e.Payload.Version!.Value : _version;
    }

    public void Next(LedgerItem item)
    {
        _newest = null;
        if (_before == Before.Nothing && IsRender && head is null)
            Fault(item, "the row of this render is missing");

        if ((item.Event is null ? item.Problem : Problem(item.Event)) is { } problem)
            Fault(item, problem);
        _previous = item;
        _before = item.Event is null ? Before.Unreadable : Before.Event;
        (_seq, _renderSeq) = (item.Seq, item.Event?.RenderSeq ?? 0);
        // A hash that is none in this form is not continued plainly by any event.
        if (item.Event is not { Hash: { Length: StoredEvent.HashChars } hash } || Ascii.FromUtf16(hash, _hash, out _) != OperationStatus.Done)
            Array.Clear(_hash);
    }

    public void End()
    {
        if (head is null || _before != Before.Event)
            return;

        if (head.LedgerSeq > _renderSeq)
            faults.AddHole(_seq, long.MaxValue, Name, $"the row has {head.LedgerSeq} events, the stream ends with event {_renderSeq}");
        else if (head.LedgerSeq == _renderSeq && _previous is not null && _newest is not null && RowCheck.Problem(head, _newest) is { } problem)
            Fault(_previous, problem);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private bool Fits(EventPage page, in StoredEvent e)
    {
        var continues = _before switch
        {
            Before.Nothing => e.RenderSeq == 1 && e.Seq > 0 && !page.PrevHash(e).ContainsAnyExcept((byte)'0') && (head is not null || !e.IsOfRender),
            Before.Event => e.RenderSeq == _renderSeq + 1 && e.Seq > _seq && page.PrevHash(e).SequenceEqual(_hash),
            _ => false,
        };
        if (!continues || e.IsOfRender != IsRender)
            return false;
        if (!e.IsOfRender)
            return !page.Type(e).StartsWith("render."u8);
        if (!e.HasRightId || !e.Payload.NamesEvent || e.Payload.Version is not { } version || version < _version)
            return false;
        return head is null
            || e.RenderSeq < head.LedgerSeq
            || (e.RenderSeq == head.LedgerSeq && Ascii.Equals(page.Hash(e), head.LedgerHash) && RowCheck.IsSaidPlainly(page, e, head, version));
    }

    private string? Problem(LedgerEvent e)
    {
        var position = PositionProblem(e);
        return OwnProblem(e) ?? position;
    }

    private string? PositionProblem(LedgerEvent e)
    {
        if (_before == Before.Unreadable)
            return null; // what stood before cannot be read, so nothing can be said about how this one continues it

        var (seq, renderSeq, hash) = _before == Before.Nothing ? (0, 0, LedgerHash.Genesis)
            : (_seq, _renderSeq, _previous?.Event?.Hash ?? Encoding.ASCII.GetString(_hash));
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

    private static PayloadWalk? Payload(LedgerEvent e)
    {
        try
        {
            if (CanonicalJson.Of(e.Payload) != e.Payload)
                return null;
            using var document = JsonDocument.Parse(e.Payload);
            return document.RootElement is { ValueKind: JsonValueKind.Object } payload
                ? new PayloadWalk(RowCheck.Number(payload, "version"), RowCheck.Text(payload, "event_id") == e.EventId.ToString("D"))
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private void Fault(LedgerItem item, string problem) =>
        faults.Add(item.Seq, new LedgerFault(item.Seq, Name, item.Event?.EventId, problem));
}
