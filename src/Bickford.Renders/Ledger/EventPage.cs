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
/// Some events in the order of verification. Each is checked by itself, over the very bytes of the store; what cannot be shown to be right in that way is kept as an object, and looked
/// at as if it had come alone.
/// </summary>
internal sealed class EventPage
{
    private const int FirstSize = 64 << 10;
    private const int MostDigits = 20;

    private readonly List<StoredEvent> _events = [];
    private readonly List<Piece> _pieces = [];
    private byte[] _bytes = new byte[FirstSize];
    private byte[] _ids = new byte[FirstSize];
    private byte[] _hashes = [];
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

    public ReadOnlySpan<byte> EventId(in StoredEvent e) => _bytes.AsSpan(e.EventIdAt, StoredEvent.IdChars);

    public ReadOnlySpan<byte> Stream(in StoredEvent e) => _bytes.AsSpan(e.StreamAt, e.StreamLength);

    public ReadOnlySpan<byte> Type(in StoredEvent e) => _bytes.AsSpan(e.TypeAt, e.TypeLength);

    public ReadOnlySpan<byte> Payload(in StoredEvent e) => _bytes.AsSpan(e.PayloadAt, e.PayloadLength);

    /// <summary>The name of the event's stream.</summary>
    public string StreamName(in StoredEvent e) => e.Item?.Stream ?? Text(Stream(e));

    /// <summary>The event as an object.</summary>
    public LedgerItem Item(in StoredEvent e) => e.Item ?? LedgerItem.Of(new LedgerEvent(
        e.Seq,
        Guid.ParseExact(Text(EventId(e)), "D"),
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

    /// <summary>Adds an event whose columns are plain.</summary>
    /// <returns>False: they are not, and it was not added.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
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
        end = Line(Line(Line(end, columns.Type), columns.OccurredAt), columns.Payload);
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
        });
        return true;
    }

    /// <summary>Checks each event by itself; to be called once, when all were added. What cannot be shown to be right becomes an object.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Check()
    {
        var events = CollectionsMarshal.AsSpan(_events);
        _pieces.Clear();
        foreach (ref readonly var e in events)
            _pieces.Add(e.Text);
        var hashes = Hashes(_bytes);
        for (var i = 0; i < events.Length; i++)
        {
            ref var e = ref events[i];
            if (e.Item is not null)
                continue;
            var text = _bytes.AsSpan(e.At, e.Text.Length);
            if (IsHash(hashes.Slice(i * SHA256.HashSizeInBytes, SHA256.HashSizeInBytes), Hash(e)) && Utf8.IsValid(text) && PayloadWalk.Along(Payload(e), EventId(e)) is { } payload)
                e.Payload = payload;
            else
                e = new StoredEvent { Seq = e.Seq, RenderSeq = e.RenderSeq, Item = Item(e) };
        }

        CheckIds(events);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void CheckIds(Span<StoredEvent> events)
    {
        _pieces.Clear();
        var used = 0;
        foreach (ref readonly var e in events)
        {
            var length = 0;
            if (e.IsOfRender && e.Payload.Version is { } version)
            {
                var most = LedgerHash.MostEventIdText(e.TypeLength);
                if (used + most > _ids.Length)
                    Array.Resize(ref _ids, Math.Max(used + most, 2 * _ids.Length));
                length = LedgerHash.WriteEventIdText(Stream(e)[StoredEvent.RenderPrefix.Length..], version, Type(e), _ids.AsSpan(used));
            }

            _pieces.Add(new Piece(used, length));
            used += length;
        }

        var hashes = Hashes(_ids);
        Span<byte> id = stackalloc byte[StoredEvent.IdChars];
        for (var i = 0; i < events.Length; i++)
        {
            ref var e = ref events[i];
            e.HasRightId = _pieces[i].Length > 0
                && Utf8Formatter.TryFormat(LedgerHash.IdOf(hashes.Slice(i * SHA256.HashSizeInBytes, SHA256.HashSizeInBytes)), id, out _)
                && id.SequenceEqual(EventId(e));
        }
    }

    private Span<byte> Hashes(byte[] bytes)
    {
        var length = _pieces.Count * SHA256.HashSizeInBytes;
        if (_hashes.Length < length)
            _hashes = new byte[Math.Max(length, 2 * _hashes.Length)];
        Sha256Many.Hash(bytes, CollectionsMarshal.AsSpan(_pieces), _hashes);
        return _hashes.AsSpan(0, length);
    }

    private static bool IsHash(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> hash)
    {
        Span<byte> hex = stackalloc byte[StoredEvent.HashChars];
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
