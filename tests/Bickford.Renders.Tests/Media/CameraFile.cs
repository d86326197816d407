using System.Buffers.Binary;
using System.Text;

namespace Bickford.Renders.Tests.Media;

/// <summary>Images as cameras and editors write them: with a text that is nobody's business in each place where one may stand.</summary>
internal static class CameraFile
{
    public const string Secret = "N 52 31 12 E 13 24 36, camera of somebody";

    private static readonly byte[] s_secret = Encoding.ASCII.GetBytes(Secret + "\0");

    /// <summary>TIFF with one directory of an orientation and a text.</summary>
    public static byte[] Tiff(int orientation)
    {
        using var tiff = new MemoryStream();
        tiff.Write([.. "MM\0*\0\0\0\x8"u8, 0, 2]);
        tiff.Write([0x01, 0x0E, 0, 2, 0, 0, 0, (byte)s_secret.Length, 0, 0, 0, 38]);
        tiff.Write([0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, (byte)orientation, 0, 0]);
        tiff.Write([0, 0, 0, 0]);
        tiff.Write(s_secret);
        return tiff.ToArray();
    }

    /// <summary>EXIF, right behind the beginning of the file.</summary>
    public static byte[] Jpeg(byte[] jpeg, int orientation) => [.. jpeg[..2], .. Segment(0xE1, [.. "Exif\0\0"u8, .. Tiff(orientation)]), .. jpeg[2..]];

    /// <summary>Besides: XMP, IPTC, a thumbnail, a comment, other pictures, and something behind the image.</summary>
    public static byte[] FullJpeg(byte[] jpeg, int orientation) =>
    [
        .. Jpeg(jpeg, orientation)[..^2],
        .. Segment(0xE1, [.. "http://ns.adobe.com/xap/1.0/\0"u8, .. s_secret]),
        .. Segment(0xED, [.. "Photoshop 3.0\0"u8, .. s_secret]),
        .. Segment(0xE0, [.. "JFXX\0"u8, 0x10, .. s_secret]),
        .. Segment(0xE2, [.. "MPF\0"u8, .. s_secret]),
        .. Segment(0xEE, s_secret),
        .. Segment(0xEE, [.. "Adobe"u8, 0, 100, 0, 0, 0, 0, 1, .. s_secret]),
        .. Segment(0xFE, s_secret),
        .. jpeg[^2..],
        .. s_secret,
    ];

    /// <summary>EXIF, texts, a time, a chunk of somebody's own, and something behind the image.</summary>
    public static byte[] FullPng(byte[] png, int orientation) =>
        [.. png[..33], .. Chunk("eXIf", Tiff(orientation)), .. png[33..^12], .. Chunk("tEXt", s_secret), .. Chunk("iTXt", s_secret), .. Chunk("zTXt", s_secret), .. Chunk("caBX", s_secret), .. png[^12..], .. s_secret];

    /// <summary>EXIF, XMP, a chunk of somebody's own, and something behind the image, of one that has a header for it.</summary>
    public static byte[] FullWebp(byte[] extended, int orientation)
    {
        byte[] full = [.. extended, .. RiffChunk("EXIF", Tiff(orientation)), .. RiffChunk("XMP ", s_secret), .. RiffChunk("MINE", s_secret)];
        full[20] |= 0x0C;
        BinaryPrimitives.WriteInt32LittleEndian(full.AsSpan(4), full.Length - 8);
        return [.. full, .. s_secret];
    }

    private static byte[] Segment(byte marker, byte[] body) => [0xFF, marker, (byte)((body.Length + 2) >> 8), (byte)(body.Length + 2), .. body];

    // Their checksums are wrong: nobody may count on them.
    private static byte[] Chunk(string name, byte[] body) => [0, 0, (byte)(body.Length >> 8), (byte)body.Length, .. Encoding.ASCII.GetBytes(name), .. body, .. new byte[4]];

    private static byte[] RiffChunk(string name, byte[] body) =>
        [.. Encoding.ASCII.GetBytes(name), (byte)body.Length, (byte)(body.Length >> 8), 0, 0, .. body, .. new byte[body.Length & 1]];
}
