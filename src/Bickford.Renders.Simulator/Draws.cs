using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Bickford.Renders.Simulator;

/// <summary>Chance without state: each draw is a hash of what it is for, so no order of threads can change it.</summary>
internal static class Draws
{
    /// <summary>A number in [0, 1).</summary>
    public static double Fraction(int seed, long ordinal, string purpose) =>
        (Bits(seed, ordinal, purpose) >> 11) * (1.0 / (1UL << 53));

    public static ulong Bits(int seed, long ordinal, string purpose) =>
        BinaryPrimitives.ReadUInt64LittleEndian(Hash(seed, ordinal, purpose));

    /// <summary>Lower-case hexadecimal of 1 to 64 characters.</summary>
    public static string Hex(int seed, long ordinal, string purpose, int length) =>
        Convert.ToHexStringLower(Hash(seed, ordinal, purpose))[..length];

    private static byte[] Hash(int seed, long ordinal, string purpose) =>
        SHA256.HashData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{seed}/{ordinal}/{purpose}")));
}
