using System.Buffers.Binary;
using Bickford.Renders.Simulator;

namespace Bickford.Renders.Tests.Simulator;

/// <summary>Headers of small images; the simulator reads no further.</summary>
internal static class Images
{
    public static byte[] Png(int width, int height)
    {
        var png = new byte[33];
        new byte[] { 0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13 }.CopyTo(png, 0);
        "IHDR"u8.CopyTo(png.AsSpan(12));
        BinaryPrimitives.WriteInt32BigEndian(png.AsSpan(16), width);
        BinaryPrimitives.WriteInt32BigEndian(png.AsSpan(20), height);
        return png;
    }

    public static byte[] WebpExtended(int width, int height) =>
    [
        .. "RIFF"u8, 22, 0, 0, 0, .. "WEBPVP8X"u8, 10, 0, 0, 0, 0, 0, 0, 0,
        (byte)(width - 1), (byte)(width - 1 >> 8), 0, (byte)(height - 1), (byte)(height - 1 >> 8), 0,
    ];

    public static byte[] WebpLossless(int width, int height)
    {
        var bits = (uint)(width - 1) | (uint)(height - 1) << 14;
        return [.. "RIFF"u8, 22, 0, 0, 0, .. "WEBPVP8L"u8, 10, 0, 0, 0, 0x2F, (byte)bits, (byte)(bits >> 8), (byte)(bits >> 16), (byte)(bits >> 24), 0, 0, 0, 0, 0];
    }

    public static byte[] EmbeddedWebp(string size) => EmbeddedMedia.For(size).Thumbnail.ToArray();

    public static byte[] EmbeddedJpeg(string size) => EmbeddedMedia.For(size).Spritesheet.ToArray();
}
