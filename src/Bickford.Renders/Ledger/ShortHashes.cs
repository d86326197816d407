using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Security.Cryptography;

namespace Bickford.Renders.Ledger;

/// <summary>
/// SHA-256 (FIPS 180-4) of many short texts at once, eight side by side in the lanes of vectors: of a text of a hundred bytes, the platform's own takes most of its time to be called.
/// Where the machine has no such vectors, it is the platform's own all the same. A test compares the two.
/// </summary>
internal static class ShortHashes
{
    /// <summary>The place of one text.</summary>
    public const int SlotBytes = 2 * BlockBytes;

    /// <summary>The longest text that fits its place.</summary>
    public const int MostBytes = SlotBytes - EndBytes;

    public const int HashBytes = SHA256.HashSizeInBytes;

    private const int BlockBytes = 64;
    private const int EndBytes = 9;
    private const int Lanes = 8;
    private const int Words = 8;
    private const int Rounds = 64;
    private const int Scheduled = 16;

    private static ReadOnlySpan<uint> Start => [0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19];

    private static ReadOnlySpan<uint> Constants =>
    [
        0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
        0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
        0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
        0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
    ];

    /// <summary>Ends a text that stands at the beginning of its place.</summary>
    public static void End(Span<byte> slot, int length)
    {
        slot[length] = 0x80;
        slot[(length + 1)..].Clear();
        BinaryPrimitives.WriteUInt16BigEndian(slot[((IsShort(length) ? BlockBytes : SlotBytes) - sizeof(ushort))..], (ushort)(length * 8));
    }

    /// <summary>Hashes texts that were ended.</summary>
    /// <param name="slots">Their places, one behind the other.</param>
    /// <param name="lengths">Their lengths.</param>
    /// <param name="hashes">Where the hashes go, one behind the other.</param>
    public static void Hash(ReadOnlySpan<byte> slots, ReadOnlySpan<int> lengths, Span<byte> hashes)
    {
        var at = 0;
        if (Vector256.IsHardwareAccelerated && BitConverter.IsLittleEndian)
        {
            for (; at + Lanes <= lengths.Length; at += Lanes)
                HashEight(slots.Slice(at * SlotBytes, Lanes * SlotBytes), lengths.Slice(at, Lanes), hashes.Slice(at * HashBytes, Lanes * HashBytes));
        }

        for (; at < lengths.Length; at++)
            SHA256.HashData(slots.Slice(at * SlotBytes, lengths[at]), hashes[(at * HashBytes)..]);
    }

    private static bool IsShort(int length) => length + EndBytes <= BlockBytes;

    private static void HashEight(ReadOnlySpan<byte> slots, ReadOnlySpan<int> lengths, Span<byte> hashes)
    {
        Span<Vector256<uint>> state = stackalloc Vector256<uint>[Words];
        for (var i = 0; i < Words; i++)
            state[i] = Vector256.Create(Start[i]);
        Compress(state, slots);
        var areMany = false;
        for (var lane = 0; lane < Lanes; lane++)
        {
            if (IsShort(lengths[lane]))
                Write(state, lane, hashes);
            else
                areMany = true;
        }

        if (!areMany)
            return;
        Compress(state, slots[BlockBytes..]);
        for (var lane = 0; lane < Lanes; lane++)
        {
            if (!IsShort(lengths[lane]))
                Write(state, lane, hashes);
        }
    }

    private static void Write(ReadOnlySpan<Vector256<uint>> state, int lane, Span<byte> hashes)
    {
        var words = MemoryMarshal.Cast<Vector256<uint>, uint>(state);
        for (var i = 0; i < Words; i++)
            BinaryPrimitives.WriteUInt32BigEndian(hashes[((lane * HashBytes) + (i * sizeof(uint)))..], words[(i * Lanes) + lane]);
    }

    // Before it is optimised, vector by vector is slower than the platform's own.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Compress(Span<Vector256<uint>> state, ReadOnlySpan<byte> blocks)
    {
        Span<Vector256<uint>> w = stackalloc Vector256<uint>[Scheduled];
        var words = MemoryMarshal.Cast<byte, uint>(blocks);
        const int Stride = SlotBytes / sizeof(uint);
        for (var t = 0; t < Scheduled; t++)
        {
            w[t] = Swapped(Vector256.Create(
                words[t], words[t + Stride], words[t + (2 * Stride)], words[t + (3 * Stride)],
                words[t + (4 * Stride)], words[t + (5 * Stride)], words[t + (6 * Stride)], words[t + (7 * Stride)]));
        }

        var (a, b, c, d, e, f, g, h) = (state[0], state[1], state[2], state[3], state[4], state[5], state[6], state[7]);
        for (var t = 0; t < Rounds; t++)
        {
            var now = w[t & 15];
            var t1 = h + (Right(e, 6) ^ Right(e, 11) ^ Right(e, 25)) + (g ^ (e & (f ^ g))) + Vector256.Create(Constants[t]) + now;
            var t2 = (Right(a, 2) ^ Right(a, 13) ^ Right(a, 22)) + ((a & b) | (c & (a | b)));
            (h, g, f, e, d, c, b, a) = (g, f, e, d + t1, c, b, a, t1 + t2);

            var (early, late) = (w[(t + 1) & 15], w[(t + 14) & 15]);
            w[t & 15] = now + w[(t + 9) & 15] + (Right(early, 7) ^ Right(early, 18) ^ (early >>> 3)) + (Right(late, 17) ^ Right(late, 19) ^ (late >>> 10));
        }

        (state[0], state[1], state[2], state[3]) = (state[0] + a, state[1] + b, state[2] + c, state[3] + d);
        (state[4], state[5], state[6], state[7]) = (state[4] + e, state[5] + f, state[6] + g, state[7] + h);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<uint> Right(Vector256<uint> value, int bits) => (value >>> bits) | (value << (32 - bits));

    // The bytes of each word the other way round.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<uint> Swapped(Vector256<uint> value)
    {
        var even = Vector256.Create(0x00FF00FFu);
        var pairs = ((value & even) << 8) | ((value >>> 8) & even);
        return (pairs << 16) | (pairs >>> 16);
    }
}
