using System.Buffers.Binary;

namespace Bickford.Renders.Media;

/// <summary>What an image's own header says.</summary>
/// <param name="ContentType"><c>image/jpeg</c>, <c>image/png</c> or <c>image/webp</c>.</param>
/// <param name="Width">Stored pixels across, at least 1. A turn asked for by EXIF is not applied.</param>
/// <param name="Height">Stored pixels down, at least 1.</param>
public sealed record ImageInfo(string ContentType, int Width, int Height);

/// <summary>
/// Reads the pixel size of jpeg, png and webp from the few bytes that hold it. Own code, because the bytes come from strangers: it looks at
/// fixed places, allocates nothing that the file may size, and decompresses and follows nothing, which no general metadata library promises.
/// </summary>
public static class ImageHeader
{
    /// <summary>The image's type and size, or null when the bytes are none of the three, or are cut off before the size. Never throws.</summary>
    /// <param name="file">The file, or its beginning: the size of a jpeg comes after its metadata.</param>
    public static ImageInfo? Read(ReadOnlySpan<byte> file) => MediaType.Sniff(file) switch
    {
        MediaType.Png => ReadPng(file),
        MediaType.Jpeg => ReadJpeg(file),
        MediaType.Webp => ReadWebp(file),
        _ => null,
    };

    // PNG specification, 5.2 and 11.2.1: IHDR comes first and is 13 bytes long.
    private static ImageInfo? ReadPng(ReadOnlySpan<byte> file)
    {
        if (file.Length < 24 || BinaryPrimitives.ReadUInt32BigEndian(file[8..]) != 13 || !file[12..].StartsWith("IHDR"u8))
            return null;
        return Info(MediaType.Png, BinaryPrimitives.ReadUInt32BigEndian(file[16..]), BinaryPrimitives.ReadUInt32BigEndian(file[20..]));
    }

    // ITU T.81, annex B: segments up to the frame header. A thumbnail with a frame header of its own lies inside an APP1 segment, which is skipped.
    private static ImageInfo? ReadJpeg(ReadOnlySpan<byte> file)
    {
        var at = 2;
        while (at + 4 <= file.Length)
        {
            if (file[at] != 0xFF)
                return null;
            var marker = file[at + 1];
            if (marker == 0xFF) // Fill byte.
            {
                at++;
                continue;
            }
            if (marker is 0x01 or >= 0xD0 and <= 0xD7) // Markers without a segment.
            {
                at += 2;
                continue;
            }
            if (marker is 0x00 or 0xD8 or 0xD9 or 0xDA) // No marker, a second start, the end, or pixels before any frame header.
                return null;
            var length = BinaryPrimitives.ReadUInt16BigEndian(file[(at + 2)..]);
            if (length < 2)
                return null;
            if (IsFrameHeader(marker))
            {
                return length < 8 || at + 9 > file.Length
                    ? null
                    : Info(MediaType.Jpeg, BinaryPrimitives.ReadUInt16BigEndian(file[(at + 7)..]), BinaryPrimitives.ReadUInt16BigEndian(file[(at + 5)..]));
            }
            at += 2 + length;
        }
        return null;
    }

    // SOF0 to SOF15, without DHT (C4), JPG (C8) and DAC (CC) that lie in between.
    private static bool IsFrameHeader(byte marker) => marker is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC);

    // RFC 9649, sections 2.5 to 2.7; the lossy frame header is RFC 6386, section 9.1.
    private static ImageInfo? ReadWebp(ReadOnlySpan<byte> file)
    {
        if (file.Length < 25)
            return null;
        var chunk = file[12..16];
        var body = file[20..];
        if (chunk.SequenceEqual("VP8X"u8) && body.Length >= 10)
            return Info(MediaType.Webp, UInt24(body[4..]) + 1, UInt24(body[7..]) + 1);
        if (chunk.SequenceEqual("VP8L"u8) && body[0] == 0x2F)
        {
            var bits = BinaryPrimitives.ReadUInt32LittleEndian(body[1..]);
            return Info(MediaType.Webp, (bits & 0x3FFF) + 1, ((bits >> 14) & 0x3FFF) + 1);
        }
        if (chunk.SequenceEqual("VP8 "u8) && body.Length >= 10 && (body[0] & 1) == 0 && body[3..].StartsWith((ReadOnlySpan<byte>)[0x9D, 0x01, 0x2A]))
            return Info(MediaType.Webp, BinaryPrimitives.ReadUInt16LittleEndian(body[6..]) & 0x3FFFu, BinaryPrimitives.ReadUInt16LittleEndian(body[8..]) & 0x3FFFu);
        return null;
    }

    private static uint UInt24(ReadOnlySpan<byte> bytes) => bytes[0] | (uint)bytes[1] << 8 | (uint)bytes[2] << 16;

    private static ImageInfo? Info(string contentType, uint width, uint height) =>
        width is >= 1 and <= int.MaxValue && height is >= 1 and <= int.MaxValue ? new ImageInfo(contentType, (int)width, (int)height) : null;
}
