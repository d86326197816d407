using System.Buffers.Text;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Unicode;

namespace Bickford.Renders.Ledger;

/// <summary>Events that are given page by page, so that those that are right need no objects of their own.</summary>
internal interface IEventPages
{
    /// <summary>The pages. A page is used again for the next one.</summary>
    IAsyncEnumerable<EventPage> ReadPagesAsync();
}

/// <summary>
/// Some events in the order of verification. Each is checked by itself while it is added, over the very bytes of the store; what cannot be shown to be right in that way is kept
/// as an object, and looked at as if it had come alone.
/// </summary>
internal sealed class EventPage
{
    private const int FirstSize = 64 << 10;
    private const int MostDigits = 20;

    private readonly List<StoredEvent> _events = [];
    private byte[] _bytes = new byte[FirstSize];
    private int _used;
    private long _size;

    public ReadOnlySpan<StoredEvent> Events => CollectionsMarshal.AsSpan(_events);

    /// <summary>About how many bytes its events take.</summary>
    public long Size => _size;

    public void Clear()
    {
        _events.Clear();
        (_used, _size) = (0, 0);
    }

    public ReadOnlySpan<byte> PrevHash(in StoredEvent e) => _bytes.AsSpan(e.At, StoredEvent.HashChars);

    public ReadOnlySpan<byte> Hash(in StoredEvent e) => _bytes.AsSpan(e.HashAt, StoredEvent.HashChars);

    public ReadOnlySpan<byte> Stream(in StoredEvent e) => _bytes.AsSpan(e.StreamAt, e.StreamLength);

    public ReadOnlySpan<byte> Type(in StoredEvent e) => _bytes.AsSpan(e.TypeAt, e.TypeLength);

    public ReadOnlySpan<byte> Payload(in StoredEvent e) => _bytes.AsSpan(e.PayloadAt, e.PayloadLength);

    /// <summary>The name of the event's stream.</summary>
    public string StreamName(in StoredEvent e) => e.Item?.Stream ?? Text(Stream(e));

    /// <summary>The event as an object.</summary>
    public LedgerItem Item(in StoredEvent e) => e.Item ?? LedgerItem.Of(new LedgerEvent(
        e.Seq,
        Guid.ParseExact(Text(_bytes.AsSpan(e.EventIdAt, StoredEvent.IdChars)), "D"),
        Text(Stream(e)),
        e.IsOfRender ? Guid.ParseExact(Text(Stream(e)[StoredEvent.RenderPrefix.Length..]), "D") : null,
        e.RenderSeq,
        Text(Type(e)),
        LedgerHash.ParseTime(Text(_bytes.AsSpan(e.OccurredAtAt, StoredEvent.TimeChars))),
        Text(Payload(e)),
        Text(PrevHash(e)),
        Text(Hash(e))));

    /// <summary>Adds an event that has to be looked at as an object.</summary>
    public void Add((LedgerItem Item, long RenderSeq) one)
    {
        var (item, renderSeq) = one;
        _size += item.Event?.Payload.Length ?? 0;
        _events.Add(new StoredEvent { Seq = item.Seq, RenderSeq = renderSeq, Item = item });
    }

    /// <summary>Adds an event if it is plainly right by itself.</summary>
    /// <returns>False: that cannot be said, and it was not added.</returns>
    public bool TryAdd(in EventColumns columns)
    {
        if (!columns.ArePlain)
            return false;
        Reserve((2 * StoredEvent.HashChars) + StoredEvent.IdChars + columns.Stream.Length + MostDigits + columns.Type.Length + StoredEvent.TimeChars + columns.Payload.Length + 8);
        var at = _used;
        var end = Line(Line(Line(at, columns.PrevHash), columns.EventId), columns.Stream);
        columns.RenderSeq.TryFormat(_bytes.AsSpan(end), out var digits, default, CultureInfo.InvariantCulture);
        end += digits;
        _bytes[end++] = (byte)'\n';
        var typeAt = end;
        var payloadAt = Line(Line(end, columns.Type), columns.OccurredAt);
        end = Line(payloadAt, columns.Payload);

        var text = _bytes.AsSpan(at, end - at);
        if (!HasHash(text, columns.Hash) || !Utf8.IsValid(text) || PayloadWalk.Along(_bytes.AsSpan(payloadAt, columns.Payload.Length), columns.EventId) is not { } payload)
            return false;
        columns.Hash.CopyTo(_bytes.AsSpan(end));
        _used = end + StoredEvent.HashChars;
        _size += _used - at;
        _events.Add(new StoredEvent
        {
            Seq = columns.Seq,
            RenderSeq = columns.RenderSeq,
            At = at,
            StreamLength = columns.Stream.Length,
            TypeAt = typeAt,
            TypeLength = columns.Type.Length,
            PayloadLength = columns.Payload.Length,
            IsOfRender = columns.HasRenderId,
            HasRightId = columns.HasRenderId && payload.Version is { } version && HasRightId(columns, version),
            Payload = payload,
        });
        return true;
    }

    private static bool HasRightId(in EventColumns columns, long version)
    {
        Span<byte> id = stackalloc byte[StoredEvent.IdChars];
        return Utf8Formatter.TryFormat(LedgerHash.EventIdOf(columns.RenderId, version, columns.Type), id, out _) && id.SequenceEqual(columns.EventId);
    }

    private static bool HasHash(ReadOnlySpan<byte> text, ReadOnlySpan<byte> hash)
    {
        Span<byte> bytes = stackalloc byte[SHA256.HashSizeInBytes];
        Span<byte> hex = stackalloc byte[StoredEvent.HashChars];
        SHA256.HashData(text, bytes);
        return Convert.TryToHexStringLower(bytes, hex, out _) && hex.SequenceEqual(hash);
    }

    private static string Text(ReadOnlySpan<byte> text) => Encoding.UTF8.GetString(text);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Line(int at, ReadOnlySpan<byte> text)
    {
        text.CopyTo(_bytes.AsSpan(at));
        _bytes[at + text.Length] = (byte)'\n';
        return at + text.Length + 1;
    }

    private void Reserve(int length)
    {
        if (_used + length > _bytes.Length)
            Array.Resize(ref _bytes, Math.Max(_used + length, 2 * _bytes.Length));
    }
}
