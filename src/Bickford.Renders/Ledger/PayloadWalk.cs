using System.Buffers;
using System.Buffers.Text;
using System.Runtime.CompilerServices;

namespace Bickford.Renders.Ledger;

/// <summary>
/// One walk along the bytes of a payload that says whether they are in canonical form and takes what verification wants of them. Most payloads are plain, and are recognised
/// here without building anything; of the rest, such as names beyond ASCII and odd numbers, it says nothing, and <see cref="CanonicalJson"/> decides.
/// </summary>
internal readonly record struct PayloadWalk(long? Version, bool NamesEvent)
{
    private const int IdChars = 36;

    /// <summary>Where the text of <c>status</c> stands in the payload; null if it is no plain text.</summary>
    public Range? Status { get; init; }

    /// <summary>Where the text of <c>video_id</c> stands.</summary>
    public Range? VideoId { get; init; }

    /// <summary>Where the text of <c>storage_uri</c> stands.</summary>
    public Range? StorageUri { get; init; }

    /// <summary>Walks along a payload.</summary>
    /// <param name="payload">UTF-8 without errors.</param>
    /// <param name="eventId">The event that it should name.</param>
    /// <returns>Null if it is not plainly a JSON object in canonical form.</returns>
    public static PayloadWalk? Along(ReadOnlySpan<byte> payload, Guid eventId)
    {
        Span<byte> id = stackalloc byte[IdChars];
        return Utf8Formatter.TryFormat(eventId, id, out _) ? Along(payload, id) : null;
    }

    /// <inheritdoc cref="Along(ReadOnlySpan{byte}, Guid)"/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static PayloadWalk? Along(ReadOnlySpan<byte> payload, ReadOnlySpan<byte> eventId)
    {
        var walker = new Walker(payload, eventId);
        return walker.TryWalk()
            ? new PayloadWalk(walker.Version, walker.NamesEvent) { Status = walker.Status, VideoId = walker.VideoId, StorageUri = walker.StorageUri }
            : null;
    }

    private ref struct Walker(ReadOnlySpan<byte> text, ReadOnlySpan<byte> eventId)
    {
        // Far less than what JSON may have: what is nested deeper is left to the thorough look.
        private const int MaxDepth = 32;
        private const int MaxDigits = 18;
        private const int MaxFractionDigits = 6;
        private const int MaxDoubleDigits = 15;

        private static readonly SearchValues<byte> EndsOrEscapes = SearchValues.Create([.. Enumerable.Range(0, 0x20).Select(c => (byte)c), (byte)'"', (byte)'\\']);

        private readonly ReadOnlySpan<byte> _text = text;
        private readonly ReadOnlySpan<byte> _eventId = eventId;
        private int _at;

        public long? Version { get; private set; }

        public bool NamesEvent { get; private set; }

        public Range? Status { get; private set; }

        public Range? VideoId { get; private set; }

        public Range? StorageUri { get; private set; }

        // 0 is no character of JSON.
        private readonly byte Here => (uint)_at < (uint)_text.Length ? _text[_at] : (byte)0;

        public bool TryWalk() => Here == '{' && TryObject(1) && _at == _text.Length;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private bool TryValue(int depth) => Here switch
        {
            (byte)'"' => TryText(out _),
            (byte)'{' => depth < MaxDepth && TryObject(depth + 1),
            (byte)'[' => depth < MaxDepth && TryArray(depth + 1),
            (byte)'t' => TrySkip("true"u8),
            (byte)'f' => TrySkip("false"u8),
            (byte)'n' => TrySkip("null"u8),
            _ => TryNumber(out _, out _),
        };

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private bool TryObject(int depth)
        {
            _at++;
            if (TrySkip((byte)'}'))
                return true;
            ReadOnlySpan<byte> before = default;
            for (var first = true; ; first = false)
            {
                if (!TryName(out var name) || (!first && before.SequenceCompareTo(name) >= 0) || !TrySkip((byte)':') || !(depth == 1 ? TryField(name) : TryValue(depth)))
                    return false;
                before = name;
                if (!TrySkip((byte)','))
                    return TrySkip((byte)'}');
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private bool TryArray(int depth)
        {
            _at++;
            if (TrySkip((byte)']'))
                return true;
            while (TryValue(depth))
            {
                if (!TrySkip((byte)','))
                    return TrySkip((byte)']');
            }

            return false;
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private bool TryField(ReadOnlySpan<byte> name)
        {
            if (Here == '"')
            {
                if (!TryText(out var range))
                    return false;
                if (name.SequenceEqual("event_id"u8))
                    NamesEvent = _text[range].SequenceEqual(_eventId);
                else if (name.SequenceEqual("status"u8))
                    Status = range;
                else if (name.SequenceEqual("video_id"u8))
                    VideoId = range;
                else if (name.SequenceEqual("storage_uri"u8))
                    StorageUri = range;
                return true;
            }

            if (!name.SequenceEqual("version"u8) || Here is not ((byte)'-' or (>= (byte)'0' and <= (byte)'9')))
                return TryValue(1);
            if (!TryNumber(out var number, out var isWhole))
                return false;
            if (isWhole)
                Version = number;
            return true;
        }

        // Sorted by UTF-16 code units as well as by bytes only while it is ASCII.
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private bool TryName(out ReadOnlySpan<byte> name)
        {
            name = default;
            if (!TrySkip((byte)'"'))
                return false;
            var start = _at;
            while (Here is >= (byte)' ' and <= (byte)'~' and not ((byte)'"' or (byte)'\\'))
                _at++;
            name = _text[start.._at];
            return TrySkip((byte)'"');
        }

        // Only what must be escaped is, and in its shortest form.
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private bool TryText(out Range range)
        {
            var start = ++_at;
            range = default;
            while (_text[_at..].IndexOfAny(EndsOrEscapes) is var length and >= 0)
            {
                _at += length;
                if (TrySkip((byte)'"'))
                {
                    range = start..(_at - 1);
                    return true;
                }

                if (!TrySkip((byte)'\\') || Here is not ((byte)'"' or (byte)'\\' or (byte)'b' or (byte)'f' or (byte)'n' or (byte)'r' or (byte)'t'))
                    return false;
                _at++;
            }

            return false;
        }

        // Whole numbers that fit 64 bits in any case, and fractions that a double keeps as they are written; no sign on zero, no zero at the end of a fraction.
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private bool TryNumber(out long number, out bool isWhole)
        {
            number = 0;
            var isNegative = TrySkip((byte)'-');
            var start = _at;
            while (Here is >= (byte)'0' and <= (byte)'9' && _at - start <= MaxDigits)
                number = (number * 10) + (_text[_at++] - '0');
            var digits = _at - start;
            isWhole = Here != '.';
            if (digits is 0 or > MaxDigits || (_text[start] == '0' && digits > 1))
                return false;
            if (isWhole)
            {
                number = isNegative ? -number : number;
                return number != 0 || !isNegative;
            }

            var point = _at++;
            while (Here is >= (byte)'0' and <= (byte)'9' && _at - point <= MaxFractionDigits)
                _at++;
            return _at - point > 1 && _text[_at - 1] != '0' && _at - start <= MaxDoubleDigits;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private bool TrySkip(byte one)
        {
            if (Here != one)
                return false;
            _at++;
            return true;
        }

        private bool TrySkip(ReadOnlySpan<byte> word)
        {
            if (!_text[_at..].StartsWith(word))
                return false;
            _at += word.Length;
            return true;
        }
    }
}
