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
    /// True: ids, time and hashes have the one form that this program gives them, and what is left has no control characters. So reading them as values and writing those gives the
    /// same bytes again, and each field begins and ends where the lines under the hash do.
    /// </summary>
    public readonly bool ArePlain =>
        PrevHash.Length == StoredEvent.HashChars
        && Hash.Length == StoredEvent.HashChars
        && IsId(EventId)
        && IsTime(OccurredAt)
        && !HasControls(PrevHash)
        && !HasControls(Stream)
        && !HasControls(Type)
        && (Stream.StartsWith(StoredEvent.RenderPrefix)
            ? Stream[StoredEvent.RenderPrefix.Length..].SequenceEqual(RenderId) && IsId(RenderId)
            : !HasRenderId);

    private static bool HasControls(ReadOnlySpan<byte> text) => text.ContainsAnyInRange((byte)0, (byte)0x1F);

    private static bool IsId(ReadOnlySpan<byte> text)
    {
        if (text.Length != StoredEvent.IdChars || text[8] != '-' || text[13] != '-' || text[18] != '-' || text[23] != '-')
            return false;
        var dashes = 0;
        foreach (var c in text)
        {
            if (c == '-')
                dashes++;
            else if (!char.IsAsciiHexDigitLower((char)c))
                return false;
        }

        return dashes == 4;
    }

    // yyyy-MM-ddTHH:mm:ss.fffZ
    private static bool IsTime(ReadOnlySpan<byte> text) =>
        text.Length == StoredEvent.TimeChars
        && text[4] == '-' && text[7] == '-' && text[10] == 'T' && text[13] == ':' && text[16] == ':' && text[19] == '.' && text[23] == 'Z'
        && Number(text[..4]) is > 0 and var year
        && Number(text[5..7]) is > 0 and <= 12 and var month
        && Number(text[8..10]) is > 0 and var day && day <= DateTime.DaysInMonth(year, month)
        && Number(text[11..13]) is >= 0 and < 24
        && Number(text[14..16]) is >= 0 and < 60
        && Number(text[17..19]) is >= 0 and < 60
        && Number(text[20..23]) >= 0;

    private static int Number(ReadOnlySpan<byte> digits)
    {
        var number = 0;
        foreach (var digit in digits)
        {
            if (!char.IsAsciiDigit((char)digit))
                return -1;
            number = (number * 10) + (digit - '0');
        }

        return number;
    }
}
