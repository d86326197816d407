using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Bickford.Renders.Simulation.Time;

namespace Bickford.Renders.Simulation.Providers;

/// <summary>Files as small as they can be: whole to whoever checks them, and no two videos alike.</summary>
internal static class MediaFiles
{
    /// <summary>A file type box, an empty movie box, and noise.</summary>
    public static byte[] Mp4(string id, int version)
    {
        var dice = DiceOf($"{id}/{version}");
        var noise = new byte[600 + DiceOf(id).Below(3000)];
        for (var i = 0; i < noise.Length; i++)
            noise[i] = (byte)dice.Next();
        return [.. Box("ftyp"u8, "isom\0\0\0\0isom"u8), .. Box("moov"u8, []), .. Box("mdat"u8, noise)];
    }

    public static byte[] Webp(string id) => [.. "RIFF\0\0\0\0WEBPVP8 "u8, .. Encoding.UTF8.GetBytes(id)];

    public static byte[] Jpeg(string id) => [0xFF, 0xD8, 0xFF, 0xE0, .. Encoding.UTF8.GetBytes(id), 0xFF, 0xD9];

    /// <summary>A reference image of 1280 x 720: the signature and the header, which is all that is looked at.</summary>
    public static byte[] Png(byte mark) =>
    [
        0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A, 0, 0, 0, 13, .. "IHDR"u8, 0, 0, 5, 0, 0, 0, 2, 208, 8, 2, 0, 0, 0, 0, 0, 0, 0, mark,
    ];

    public static string Sha256(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    private static Dice DiceOf(string text) => new(BinaryPrimitives.ReadUInt64LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes(text))));

    private static byte[] Box(ReadOnlySpan<byte> type, ReadOnlySpan<byte> content)
    {
        var box = new byte[8 + content.Length];
        BinaryPrimitives.WriteInt32BigEndian(box, box.Length);
        type.CopyTo(box.AsSpan(4));
        content.CopyTo(box.AsSpan(8));
        return box;
    }
}
