using System.Buffers.Binary;

namespace Bickford.Renders.Simulator;

/// <summary>Kind and pixel size of an image, read from its first bytes.</summary>
/// <param name="Type">Media type: image/jpeg, image/png or image/webp.</param>
/// <param name="Width">Width in pixels.</param>
/// <param name="Height">Height in pixels.</param>
internal sealed record ImageHeader(string Type, int Width, int Height)
{
    /// <summary>Reads JPEG, PNG (ISO 15948) and WebP (RFC 9649); null for anything else, and for a header cut short.</summary>
    public static ImageHeader? Read(ReadOnlySpan<byte> bytes) => ReadPng(bytes) ?? ReadWebp(bytes) ?? ReadJpeg(bytes);

    private static ImageHeader? ReadPng(ReadOnlySpan<byte> bytes) =>
        bytes.Length >= 24 && bytes.StartsWith((ReadOnlySpan<byte>)[0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) && bytes[12..16].SequenceEqual("IHDR"u8)
            ? new ImageHeader("image/png", BinaryPrimitives.ReadInt32BigEndian(bytes[16..]), BinaryPrimitives.ReadInt32BigEndian(bytes[20..]))
            : null;

    private static ImageHeader? ReadWebp(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 30 || !bytes.StartsWith("RIFF"u8) || !bytes[8..12].SequenceEqual("WEBP"u8))
            return null;
        var chunk = bytes[12..16];
        if (chunk.SequenceEqual("VP8X"u8))
            return new ImageHeader("image/webp", 1 + ReadUInt24(bytes[24..]), 1 + ReadUInt24(bytes[27..]));
        if (chunk.SequenceEqual("VP8L"u8))
        {
            var bits = BinaryPrimitives.ReadUInt32LittleEndian(bytes[21..]);
            return new ImageHeader("image/webp", 1 + (int)(bits & 0x3FFF), 1 + (int)(bits >> 14 & 0x3FFF));
        }

        return chunk.SequenceEqual("VP8 "u8)
            ? new ImageHeader("image/webp", BinaryPrimitives.ReadUInt16LittleEndian(bytes[26..]) & 0x3FFF, BinaryPrimitives.ReadUInt16LittleEndian(bytes[28..]) & 0x3FFF)
            : null;
    }

    private static ImageHeader? ReadJpeg(ReadOnlySpan<byte> bytes)
    {
        if (!bytes.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF]))
            return null;
        var at = 2;
        while (at + 9 < bytes.Length && bytes[at] == 0xFF)
        {
            var marker = bytes[at + 1];
            if (marker == 0xFF)
            {
                at++;
                continue;
            }

            // SOF0..SOF15 carry the size; C4, C8 and CC share the range but are no frames.
            if (marker is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC))
            {
                return new ImageHeader(
                    "image/jpeg", BinaryPrimitives.ReadUInt16BigEndian(bytes[(at + 7)..]), BinaryPrimitives.ReadUInt16BigEndian(bytes[(at + 5)..]));
            }

            var standsAlone = marker is 0x01 or (>= 0xD0 and <= 0xD7);
            at += standsAlone ? 2 : 2 + BinaryPrimitives.ReadUInt16BigEndian(bytes[(at + 2)..]);
        }

        return null;
    }

    private static int ReadUInt24(ReadOnlySpan<byte> bytes) => bytes[0] | bytes[1] << 8 | bytes[2] << 16;
}
