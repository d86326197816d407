namespace Bickford.Renders.Ports;

/// <summary>What people type for an id: its last digits. The same for every row store.</summary>
public static class ShortIds
{
    /// <summary>The ending as lower-case hex digits without dashes; null when it cannot be the ending of an id.</summary>
    public static string? Normalize(string ending)
    {
        var hex = ending.Replace("-", "", StringComparison.Ordinal);
        return hex.Length is >= 1 and <= 32 && hex.All(char.IsAsciiHexDigit)
            ? string.Create(hex.Length, hex, (lower, digits) => System.Text.Ascii.ToLower(digits, lower, out _))
            : null;
    }
}
