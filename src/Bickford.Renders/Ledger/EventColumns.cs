using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Text.Unicode;

namespace Bickford.Renders.Ledger;

/// <summary>An event's columns in UTF-8, as they stand in the store.</summary>
internal ref struct EventColumns
{
    public long Seq { get; init; }

    public long RenderSeq { get; init; }

    public ReadOnlySpan<byte> EventId { get; init; }

    public ReadOnlySpan<byte> Stream { get; init; }

    public bool HasRenderId { get; init; }

    public ReadOnlySpan<byte> RenderId { get; init; }

    public ReadOnlySpan<byte> Type { get; init; }

    public ReadOnlySpan<byte> OccurredAt { get; init; }

    public ReadOnlySpan<byte> Payload { get; init; }

    public ReadOnlySpan<byte> PrevHash { get; init; }

    public ReadOnlySpan<byte> Hash { get; init; }

    /// <summary>
    /// True: ids, time and hashes have the one form that this program gives them, and what is left has no control characters; the stream is text. So reading them as values and writing
    /// those gives the same bytes again, and each field begins and ends where the lines under the hash do.
    /// </summary>
    public readonly bool ArePlain
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        get =>
            PrevHash.Length == StoredEvent.HashChars
            && Hash.Length == StoredEvent.HashChars
            && IsId(EventId)
            && IsTime(OccurredAt)
            && !HasControls(PrevHash)
            && !HasControls(Stream)
            && Utf8.IsValid(Stream)
            && !HasControls(Type)
            && (Stream.StartsWith(StoredEvent.RenderPrefix)
                ? Stream[StoredEvent.RenderPrefix.Length..].SequenceEqual(RenderId) && IsId(RenderId)
                : !HasRenderId);
    }

    private static bool HasControls(ReadOnlySpan<byte> text) => text.ContainsAnyInRange((byte)0, (byte)0x1F);

    /// <summary>Whether an id has the one form that it is written in: <c>xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx</c>, in lower case.</summary>
    public static bool IsId(ReadOnlySpan<byte> text) =>
        text.Length == StoredEvent.IdChars
        && IsHex(text, Vector128.Create(0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0, 0, 0, 0, 0xFF, 0, 0))
        && IsHex(text[16..], Vector128.Create(0, 0, 0xFF, 0, 0, 0, 0, 0xFF, 0, 0, 0, 0, 0, 0, 0, 0))
        && IsHex(text[20..], Vector128.Create(0, 0, 0, 0xFF, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0));

    // Dashes where they belong, and else lower-case hexadecimal digits.
    private static bool IsHex(ReadOnlySpan<byte> text, Vector128<byte> dashes)
    {
        var bytes = Vector128.Create(text);
        var isDigit = Vector128.LessThanOrEqual(bytes - Vector128.Create((byte)'0'), Vector128.Create((byte)9));
        var isLetter = Vector128.LessThanOrEqual(bytes - Vector128.Create((byte)'a'), Vector128.Create((byte)5));
        var isDash = Vector128.Equals(bytes, Vector128.Create((byte)'-'));
        return isDash == dashes && (isDigit | isLetter | isDash) == Vector128<byte>.AllBitsSet;
    }

    // yyyy-MM-ddTHH:mm:ss.fffZ
    private static bool IsTime(ReadOnlySpan<byte> text) =>
        text.Length == StoredEvent.TimeChars
        && IsLike("0000-00-00T00:00"u8, text)
        && IsLike("00T00:00:00.000Z"u8, text[8..])
        && (100 * Two(text)) + Two(text[2..]) is > 0 and var year
        && Two(text[5..]) is > 0 and <= 12 and var month
        && Two(text[8..]) is > 0 and var day && day <= DateTime.DaysInMonth(year, month)
        && Two(text[11..]) < 24
        && Two(text[14..]) < 60
        && Two(text[17..]) < 60;

    // A digit where the form has 0, and else what the form has.
    private static bool IsLike(ReadOnlySpan<byte> form, ReadOnlySpan<byte> text)
    {
        var (bytes, wanted) = (Vector128.Create(text), Vector128.Create(form));
        var zero = Vector128.Create((byte)'0');
        var isDigit = Vector128.LessThanOrEqual(bytes - zero, Vector128.Create((byte)9));
        return Vector128.ConditionalSelect(Vector128.Equals(wanted, zero), isDigit, Vector128.Equals(bytes, wanted)) == Vector128<byte>.AllBitsSet;
    }

    private static int Two(ReadOnlySpan<byte> digits) => (10 * (digits[0] - '0')) + digits[1] - '0';
}
