using System.Buffers.Binary;

namespace Bickford.Renders.Media;

/// <summary>
/// Takes out of a jpeg, png or webp what is no part of the picture: where and when it was taken, with what and by whom (EXIF, XMP, IPTC, comments, thumbnails, private chunks, what stands
/// behind the image). The pixels stay as they are, byte for byte, and so do colour profiles and how the picture is to be turned. Own code, for the reasons of <see cref="ImageHeader"/>.
/// </summary>
public static class ImageMetadata
{
    private const int MostTurned = 8;

    /// <summary>The image without it; the same bytes where there is none. What is cut off stays cut off. Never throws.</summary>
    /// <param name="file">The whole file; one of another type is given back as it is.</param>
    public static ReadOnlyMemory<byte> Strip(ReadOnlyMemory<byte> file) => MediaType.Sniff(file.Span) switch
    {
        MediaType.Jpeg => StripJpeg(file.Span),
        MediaType.Png => StripPng(file.Span),
        MediaType.Webp => StripWebp(file.Span),
        _ => file,
    };

    // ITU T.81, annex B. What says how to decode stays; of the application's segments JFIF, the ICC profile and Adobe's transform, which change how the pixels look.
    private static byte[] StripJpeg(ReadOnlySpan<byte> file)
    {
        var result = new MemoryStream(file.Length);
        result.Write(file[..2]);
        var at = 2;
        while (at + 1 < file.Length && file[at] == 0xFF)
        {
            var marker = file[at + 1];
            if (marker == 0xD9)
            {
                result.Write(file.Slice(at, 2));
                break;
            }

            if (marker == 0xFF) // Fill byte.
                at++;
            else if (marker is 0x01 or >= 0xD0 and <= 0xD8) // Markers without a segment.
                at += 2;
            else
                at = CopySegment(result, file, at, marker);
        }

        return result.ToArray();
    }

    private static int CopySegment(MemoryStream result, ReadOnlySpan<byte> file, int at, byte marker)
    {
        var end = at + 4 <= file.Length ? Math.Min(file.Length, at + 2 + Math.Max((int)BinaryPrimitives.ReadUInt16BigEndian(file[(at + 2)..]), 2)) : file.Length;
        var body = file[Math.Min(at + 4, end)..end];
        if (marker == 0xE1 && body.StartsWith("Exif\0\0"u8) && Orientation(body[6..]) is { } turn)
        {
            result.Write([0xFF, 0xE1, 0, (byte)(2 + 6 + TurnOnly(turn).Length)]);
            result.Write("Exif\0\0"u8);
            result.Write(TurnOnly(turn));
        }
        else if (marker == 0xE0 && body.StartsWith("JFIF\0"u8) && body.Length >= 14)
        {
            // Its fixed part, which ends with the size of a thumbnail that follows.
            result.Write([0xFF, 0xE0, 0, 16]);
            result.Write(body[..12]);
            result.Write([0, 0]);
        }
        else if (marker == 0xEE && body.StartsWith("Adobe"u8) && body.Length >= 12)
        {
            result.Write([0xFF, 0xEE, 0, 14]);
            result.Write(body[..12]);
        }
        else if (marker is not (>= 0xE0 and <= 0xEF or 0xFE) || (marker == 0xE2 && body.StartsWith("ICC_PROFILE\0"u8)))
        {
            result.Write(file[at..end]);
        }

        return marker == 0xDA ? CopyScan(result, file, end) : end;
    }

    // Coded pixels, up to the next marker that does not belong to them.
    private static int CopyScan(MemoryStream result, ReadOnlySpan<byte> file, int at)
    {
        var end = at;
        while (end < file.Length && !(file[end] == 0xFF && end + 1 < file.Length && file[end + 1] is not (0x00 or 0xFF or >= 0xD0 and <= 0xD7)))
            end++;
        result.Write(file[at..end]);
        return end;
    }

    // PNG specification, 5: chunks whose name begins with a capital are needed to decode; of the others those that say how the pixels look.
    private static byte[] StripPng(ReadOnlySpan<byte> file)
    {
        var result = new MemoryStream(file.Length);
        result.Write(file[..8]);
        for (var at = 8; at + 8 <= file.Length;)
        {
            var end = Math.Min(file.Length, at + 12 + (long)BinaryPrimitives.ReadUInt32BigEndian(file[at..]));
            var name = file.Slice(at + 4, 4);
            var body = file[(at + 8)..(int)Math.Max(at + 8, end - 4)];
            if ((name[0] & 0x20) == 0 || IsAppearance(name))
                result.Write(file[at..(int)end]);
            else if (name.SequenceEqual("eXIf"u8) && Orientation(body) is { } turn)
                WriteChunk(result, "eXIf"u8, TurnOnly(turn));
            if (name.SequenceEqual("IEND"u8))
                break;
            at = (int)end;
        }

        return result.ToArray();
    }

    private static bool IsAppearance(ReadOnlySpan<byte> name) =>
        "tRNS gAMA cHRM sRGB iCCP cICP sBIT bKGD hIST pHYs sPLT mDCV cLLI"u8.IndexOf(name) is >= 0 and var place && place % 5 == 0;

    private static void WriteChunk(MemoryStream result, ReadOnlySpan<byte> name, byte[] body)
    {
        byte[] named = [.. name, .. body];
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, body.Length);
        result.Write(number);
        result.Write(named);
        BinaryPrimitives.WriteUInt32BigEndian(number, Crc(named));
        result.Write(number);
    }

    // PNG specification, annex D.
    private static uint Crc(byte[] bytes)
    {
        var crc = uint.MaxValue;
        foreach (var one in bytes)
        {
            crc ^= one;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc & 1) != 0 ? crc >> 1 ^ 0xEDB88320 : crc >> 1;
        }

        return ~crc;
    }

    // RFC 9649, sections 2.3 to 2.7.
    private static byte[] StripWebp(ReadOnlySpan<byte> file)
    {
        var result = new MemoryStream(file.Length);
        result.Write(file[..12]);
        var (flags, turned) = (-1, default(byte[]));
        var riffEnd = (int)Math.Min(file.Length, 8 + (long)BinaryPrimitives.ReadUInt32LittleEndian(file[4..]));
        for (var at = 12; at + 8 <= riffEnd;)
        {
            var name = file.Slice(at, 4);
            var length = (long)BinaryPrimitives.ReadUInt32LittleEndian(file[(at + 4)..]);
            var end = (int)Math.Min(riffEnd, at + 8 + length + (length & 1));
            var body = file[(at + 8)..end];
            if (name.SequenceEqual("EXIF"u8))
                turned ??= Orientation(body.StartsWith("Exif\0\0"u8) ? body[6..] : body) is { } turn ? TurnOnly(turn) : null;
            else if (name.SequenceEqual("VP8X"u8) || name.SequenceEqual("VP8 "u8) || name.SequenceEqual("VP8L"u8) || name.SequenceEqual("ALPH"u8) || name.SequenceEqual("ICCP"u8) || name.SequenceEqual("ANIM"u8) || name.SequenceEqual("ANMF"u8))
            {
                if (name.SequenceEqual("VP8X"u8) && body.Length > 0)
                    flags = (int)result.Length + 8;
                result.Write(file[at..end]);
            }

            at = end;
        }

        if (turned is not null && flags >= 0)
        {
            result.Write([.. "EXIF"u8, (byte)turned.Length, 0, 0, 0]);
            result.Write(turned);
        }

        var stripped = result.ToArray();
        const byte Exif = 0x08;
        const byte Xmp = 0x04;
        if (flags >= 0)
            stripped[flags] = (byte)(stripped[flags] & ~(Exif | Xmp) | (turned is null ? 0 : Exif));
        BinaryPrimitives.WriteInt32LittleEndian(stripped.AsSpan(4), stripped.Length - 8);
        return stripped;
    }

    /// <summary>How the picture is to be turned, 2 to 8; null where it stands upright, or does not say. TIFF 6.0, section 2; EXIF 2.32, tag 0x0112.</summary>
    private static ushort? Orientation(ReadOnlySpan<byte> tiff)
    {
        if (tiff.Length < 8 || !(tiff.StartsWith("II*\0"u8) || tiff.StartsWith("MM\0*"u8)))
            return null;
        var little = tiff[0] == 'I';
        var first = little ? BinaryPrimitives.ReadUInt32LittleEndian(tiff[4..]) : BinaryPrimitives.ReadUInt32BigEndian(tiff[4..]);
        if (first > tiff.Length - 2)
            return null;
        var entries = tiff[(int)first..];
        var count = Short(entries, little);
        for (var at = 2; count > 0 && at + 12 <= entries.Length; at += 12, count--)
        {
            if (Short(entries[at..], little) == 0x0112)
                return Short(entries[(at + 8)..], little) is >= 2 and <= MostTurned and var turn ? turn : null;
        }

        return null;

        static ushort Short(ReadOnlySpan<byte> bytes, bool little) => little ? BinaryPrimitives.ReadUInt16LittleEndian(bytes) : BinaryPrimitives.ReadUInt16BigEndian(bytes);
    }

    // The smallest EXIF: one directory with one entry.
    private static byte[] TurnOnly(ushort turn) => [.. "II*\0"u8, 8, 0, 0, 0, 1, 0, 0x12, 0x01, 3, 0, 1, 0, 0, 0, (byte)turn, 0, 0, 0, 0, 0, 0, 0];
}
