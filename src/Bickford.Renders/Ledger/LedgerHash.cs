using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Unicode;

namespace Bickford.Renders.Ledger;

/// <summary>How an event is hashed into its stream's chain, and how ids of derived events are made.</summary>
public static class LedgerHash
{
    /// <summary>Type of a render's closing event.</summary>
    public const string Completed = "render.completed";

    private const int MostIdBytes = 256;
    private const int MostDigits = 20;
    private const int IdChars = 36;
    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z'";

    /// <summary>What the first event of a stream has in the place of a predecessor: 64 zeros.</summary>
    public static readonly string Genesis = new('0', 64);

    /// <summary>
    /// SHA-256 over the UTF-8 lines: previous hash, event id, stream, position in the stream, type, time (<c>yyyy-MM-ddTHH:mm:ss.fffZ</c>),
    /// canonical payload; each ended by <c>\n</c>. None of the fields before the payload can hold a line break.
    /// </summary>
    public static string Compute(string prevHash, Guid eventId, string stream, long renderSeq, string type, DateTimeOffset occurredAt, string payload)
    {
        using var text = new HashedText(prevHash, eventId, stream, renderSeq, type, occurredAt, payload);
        return text.Hash();
    }

    /// <summary>The stream of a render's own chain.</summary>
    public static string StreamOf(Guid renderId) => $"renders/{renderId:D}";

    /// <summary>
    /// The id of the event of this type that a commit of this row version writes: the same however often it is tried. A render completes once, so
    /// the id of its closing event does not depend on the version: observers are given it before the commit, the same on every try.
    /// </summary>
    public static Guid EventIdOf(Guid renderId, long version, string type)
    {
        if (type == Completed)
            version = 0;
        Span<byte> text = stackalloc byte[MostIdBytes];
        return Utf8.TryWrite(text, CultureInfo.InvariantCulture, $"{renderId:D}\n{version}\n{type}", out var length)
            ? IdOfText(text[..length])
            : IdOf(string.Create(CultureInfo.InvariantCulture, $"{renderId:D}\n{version}\n{type}"));
    }

    /// <summary>The most bytes that <see cref="WriteEventIdText"/> writes.</summary>
    internal static int MostEventIdText(int typeLength) => IdChars + typeLength + MostDigits + 2;

    /// <summary>Writes what <see cref="EventIdOf(Guid, long, string)"/> hashes.</summary>
    /// <returns>Its length.</returns>
    internal static int WriteEventIdText(ReadOnlySpan<byte> renderId, long version, ReadOnlySpan<byte> type, Span<byte> text)
    {
        if (type.SequenceEqual("render.completed"u8))
            version = 0;
        renderId.CopyTo(text);
        var length = renderId.Length;
        text[length++] = (byte)'\n';
        version.TryFormat(text[length..], out var digits, default, CultureInfo.InvariantCulture);
        length += digits;
        text[length++] = (byte)'\n';
        type.CopyTo(text[length..]);
        return length + type.Length;
    }

    /// <summary>The id of the one event of this type about something outside of the renders: the same however often it is tried.</summary>
    internal static Guid EventIdOf(string stream, string subject, string type) => IdOf($"{stream}\n{subject}\n{type}");

    private static Guid IdOf(string text) => IdOfText(Encoding.UTF8.GetBytes(text));

    private static Guid IdOfText(ReadOnlySpan<byte> text)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(text, hash);
        return IdOf(hash);
    }

    /// <summary>The id that has this hash.</summary>
    /// <param name="hash">SHA-256; it is changed.</param>
    internal static Guid IdOf(Span<byte> hash)
    {
        // RFC 9562, version 8: a custom, hash-based UUID.
        hash[6] = (byte)((hash[6] & 0x0F) | 0x80);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new Guid(hash[..16], bigEndian: true);
    }

    /// <summary>A time as it is hashed and written: UTC, whole milliseconds.</summary>
    public static string TimeText(DateTimeOffset time) =>
        time.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture);

    /// <summary>A time that <see cref="TimeText"/> wrote.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    internal static DateTimeOffset ParseTime(string text) =>
        DateTimeOffset.ParseExact(text, TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal);
}
