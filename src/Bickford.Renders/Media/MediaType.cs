namespace Bickford.Renders.Media;

/// <summary>The media types this worker deals in, told from a file's first bytes and never from a header or a name.</summary>
public static class MediaType
{
    /// <summary>MPEG-4 video.</summary>
    public const string Mp4 = "video/mp4";

    /// <summary>JPEG image.</summary>
    public const string Jpeg = "image/jpeg";

    /// <summary>PNG image.</summary>
    public const string Png = "image/png";

    /// <summary>WebP image.</summary>
    public const string Webp = "image/webp";

    /// <summary>So many first bytes are enough for <see cref="Sniff"/>.</summary>
    public const int SniffBytes = 12;

    /// <summary>The type of a file that begins with these bytes, or null when it is none of the four.</summary>
    public static string? Sniff(ReadOnlySpan<byte> first)
    {
        if (first.StartsWith(PngSignature))
            return Png;
        if (first.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF]))
            return Jpeg;
        if (first.Length < SniffBytes)
            return null;
        if (first.StartsWith("RIFF"u8) && first[8..].StartsWith("WEBP"u8))
            return Webp;
        return first[4..].StartsWith("ftyp"u8) && !IsOtherBrand(first[8..12]) ? Mp4 : null;
    }

    internal static ReadOnlySpan<byte> PngSignature => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    // Still images and audio come in the same box format as video (https://mp4ra.org/registered-types/brands).
    internal static bool IsOtherBrand(ReadOnlySpan<byte> brand) =>
        brand.StartsWith("avif"u8) || brand.StartsWith("avis"u8) || brand.StartsWith("mif1"u8) || brand.StartsWith("msf1"u8)
        || brand.StartsWith("hei"u8) || brand.StartsWith("hev"u8) || brand.StartsWith("M4A "u8) || brand.StartsWith("M4B "u8) || brand.StartsWith("M4P "u8);
}
