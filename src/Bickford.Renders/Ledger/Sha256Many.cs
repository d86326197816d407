using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using System.Security.Cryptography;

namespace Bickford.Renders.Ledger;

/// <summary>A text among many in the same bytes.</summary>
/// <param name="At">Where it begins.</param>
/// <param name="Length">Its bytes.</param>
internal readonly record struct Piece(int At, int Length);

/// <summary>
/// SHA-256 (FIPS 180-4) of many texts. A call of the library costs several times what the hash of a short text does, and verification makes four an event; so where the processor has
/// vectors of eight words (AVX2), eight texts are hashed side by side, each in a lane of its own. Elsewhere, and for long texts, it is the library. For verification alone: what is written
/// is hashed by the library, and an event that does not have its hash here is looked at again with the library's.
/// </summary>
internal static class Sha256Many
{
    private const int Lanes = 8;
    private const int Words = 16;
    private const int StateWords = 8;
    private const int BlockBytes = 64;
    private const int LengthBytes = 8;
    private const int Rounds = 64;
    private const int HashBytes = SHA256.HashSizeInBytes;
    private const int None = -1;

    // From here on the library is quicker, and a long text does not keep the other lanes waiting.
    private const int Long = 4 << 10;

    private static ReadOnlySpan<uint> First =>
        [0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19];

    private static ReadOnlySpan<uint> K =>
    [
        0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
        0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da, 0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
        0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
        0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
    ];

    /// <summary>Hashes each piece.</summary>
    /// <param name="bytes">What the pieces are of.</param>
    /// <param name="pieces">The texts.</param>
    /// <param name="hashes">Takes 32 bytes for each, in their order.</param>
    public static void Hash(ReadOnlySpan<byte> bytes, ReadOnlySpan<Piece> pieces, Span<byte> hashes)
    {
        if (Avx2.IsSupported)
        {
            InLanes(bytes, pieces, hashes);
            return;
        }

        for (var i = 0; i < pieces.Length; i++)
            SHA256.HashData(bytes.Slice(pieces[i].At, pieces[i].Length), hashes[(i * HashBytes)..]);
    }

    // Compiled for good at once, so that the first run is as quick as any other.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void InLanes(ReadOnlySpan<byte> bytes, ReadOnlySpan<Piece> pieces, Span<byte> hashes)
    {
        // A word of all lanes, then the next word of all lanes; the blocks lane by lane.
        Span<Vector256<uint>> state = stackalloc Vector256<uint>[StateWords];
        Span<Vector256<uint>> words = stackalloc Vector256<uint>[Words];
        Span<byte> blocks = stackalloc byte[Lanes * BlockBytes];
        Span<int> piece = stackalloc int[Lanes];
        Span<int> block = stackalloc int[Lanes];
        Span<int> last = stackalloc int[Lanes];
        var stateWords = MemoryMarshal.Cast<Vector256<uint>, uint>(state);
        state.Clear();
        blocks.Clear();
        piece.Fill(None);
        last.Fill(None);
        block.Clear();
        for (int next = 0, busy = Lanes; busy > 0;)
        {
            busy = 0;
            for (var lane = 0; lane < Lanes; lane++)
            {
                if (block[lane] > last[lane])
                {
                    if (piece[lane] != None)
                        Write(stateWords, lane, hashes[(piece[lane] * HashBytes)..]);
                    for (; next < pieces.Length && pieces[next].Length > Long; next++)
                        SHA256.HashData(bytes.Slice(pieces[next].At, pieces[next].Length), hashes[(next * HashBytes)..]);
                    (piece[lane], block[lane], last[lane]) = (next < pieces.Length ? next++ : None, 0, None);
                    if (piece[lane] == None)
                        continue;
                    last[lane] = (pieces[piece[lane]].Length + LengthBytes) / BlockBytes;
                    for (var word = 0; word < StateWords; word++)
                        stateWords[(word * Lanes) + lane] = First[word];
                }

                busy++;
                var (at, length) = pieces[piece[lane]];
                Fill(blocks.Slice(lane * BlockBytes, BlockBytes), bytes.Slice(at, length), block[lane]++);
            }

            if (busy == 0)
                return;
            Transpose(blocks, words);
            Transpose(blocks[(BlockBytes / 2)..], words[(Words / 2)..]);
            Compress(state, words);
        }
    }

    // A block of a text: its bytes, then a bit, then its length in bits at the end of its last block.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Fill(Span<byte> block, ReadOnlySpan<byte> text, int number)
    {
        var left = text.Length - (number * BlockBytes);
        if (left >= BlockBytes)
        {
            text.Slice(number * BlockBytes, BlockBytes).CopyTo(block);
            return;
        }

        block.Clear();
        if (left > 0)
            text[^left..].CopyTo(block);
        if (left >= 0)
            block[left] = 0x80;
        if (left < BlockBytes - LengthBytes)
            BinaryPrimitives.WriteUInt64BigEndian(block[^LengthBytes..], (ulong)text.Length * 8);
    }

    private static void Write(ReadOnlySpan<uint> state, int lane, Span<byte> hash)
    {
        for (var word = 0; word < StateWords; word++)
            BinaryPrimitives.WriteUInt32BigEndian(hash[(word * sizeof(uint))..], state[(word * Lanes) + lane]);
    }

    // Eight words of each lane, from lane by lane to word by word.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Transpose(ReadOnlySpan<byte> blocks, Span<Vector256<uint>> words)
    {
        // The bytes of each word turned round.
        var turned = Vector256.Create((byte)3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12, 3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12);
        var (r0, r1, r2, r3) = (Row(blocks, 0, turned), Row(blocks, 1, turned), Row(blocks, 2, turned), Row(blocks, 3, turned));
        var (r4, r5, r6, r7) = (Row(blocks, 4, turned), Row(blocks, 5, turned), Row(blocks, 6, turned), Row(blocks, 7, turned));
        var (a0, a1, a2, a3) = (Avx2.UnpackLow(r0, r1), Avx2.UnpackHigh(r0, r1), Avx2.UnpackLow(r2, r3), Avx2.UnpackHigh(r2, r3));
        var (a4, a5, a6, a7) = (Avx2.UnpackLow(r4, r5), Avx2.UnpackHigh(r4, r5), Avx2.UnpackLow(r6, r7), Avx2.UnpackHigh(r6, r7));
        var (b0, b1, b2, b3) = (Low(a0, a2), High(a0, a2), Low(a1, a3), High(a1, a3));
        var (b4, b5, b6, b7) = (Low(a4, a6), High(a4, a6), Low(a5, a7), High(a5, a7));
        words[0] = Avx2.Permute2x128(b0, b4, 0x20);
        words[1] = Avx2.Permute2x128(b1, b5, 0x20);
        words[2] = Avx2.Permute2x128(b2, b6, 0x20);
        words[3] = Avx2.Permute2x128(b3, b7, 0x20);
        words[4] = Avx2.Permute2x128(b0, b4, 0x31);
        words[5] = Avx2.Permute2x128(b1, b5, 0x31);
        words[6] = Avx2.Permute2x128(b2, b6, 0x31);
        words[7] = Avx2.Permute2x128(b3, b7, 0x31);

        static Vector256<uint> Row(ReadOnlySpan<byte> blocks, int lane, Vector256<byte> turned) =>
            Avx2.Shuffle(Vector256.Create(blocks.Slice(lane * BlockBytes, BlockBytes / 2)), turned).AsUInt32();
        static Vector256<uint> Low(Vector256<uint> one, Vector256<uint> other) => Avx2.UnpackLow(one.AsUInt64(), other.AsUInt64()).AsUInt32();
        static Vector256<uint> High(Vector256<uint> one, Vector256<uint> other) => Avx2.UnpackHigh(one.AsUInt64(), other.AsUInt64()).AsUInt32();
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Compress(Span<Vector256<uint>> state, Span<Vector256<uint>> words)
    {
        var (a, b, c, d, e, f, g, h) = (state[0], state[1], state[2], state[3], state[4], state[5], state[6], state[7]);
        ref var w = ref MemoryMarshal.GetReference(words);
        ref var k = ref MemoryMarshal.GetReference(K);
        for (var rounds = 0; rounds < Rounds; rounds += Words)
        {
            if (rounds > 0)
                Extend(ref w);
            for (var round = 0; round < Words; round += StateWords)
            {
                ref var word = ref Unsafe.Add(ref w, round);
                ref var constant = ref Unsafe.Add(ref k, rounds + round);
                Round(a, b, c, ref d, e, f, g, ref h, word, constant);
                Round(h, a, b, ref c, d, e, f, ref g, Unsafe.Add(ref word, 1), Unsafe.Add(ref constant, 1));
                Round(g, h, a, ref b, c, d, e, ref f, Unsafe.Add(ref word, 2), Unsafe.Add(ref constant, 2));
                Round(f, g, h, ref a, b, c, d, ref e, Unsafe.Add(ref word, 3), Unsafe.Add(ref constant, 3));
                Round(e, f, g, ref h, a, b, c, ref d, Unsafe.Add(ref word, 4), Unsafe.Add(ref constant, 4));
                Round(d, e, f, ref g, h, a, b, ref c, Unsafe.Add(ref word, 5), Unsafe.Add(ref constant, 5));
                Round(c, d, e, ref f, g, h, a, ref b, Unsafe.Add(ref word, 6), Unsafe.Add(ref constant, 6));
                Round(b, c, d, ref e, f, g, h, ref a, Unsafe.Add(ref word, 7), Unsafe.Add(ref constant, 7));
            }
        }

        state[0] += a;
        state[1] += b;
        state[2] += c;
        state[3] += d;
        state[4] += e;
        state[5] += f;
        state[6] += g;
        state[7] += h;
    }

    // The words of the next sixteen rounds, in the place of those of the last.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Extend(ref Vector256<uint> words)
    {
        for (var i = 0; i < Words; i++)
        {
            var (near, far) = (Unsafe.Add(ref words, (i + 1) & (Words - 1)), Unsafe.Add(ref words, (i + 14) & (Words - 1)));
            Unsafe.Add(ref words, i) += (Right(near, 7) ^ Right(near, 18) ^ (near >>> 3)) + Unsafe.Add(ref words, (i + 9) & (Words - 1)) + (Right(far, 17) ^ Right(far, 19) ^ (far >>> 10));
        }
    }

    // A round; the caller turns the names of the words on. What waits for nothing is added first.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Round(
        Vector256<uint> a, Vector256<uint> b, Vector256<uint> c, ref Vector256<uint> d, Vector256<uint> e, Vector256<uint> f, Vector256<uint> g, ref Vector256<uint> h, Vector256<uint> word, uint constant)
    {
        var one = word + Vector256.Create(constant) + h + (g ^ (e & (f ^ g))) + (Right(e, 6) ^ Right(e, 11) ^ Right(e, 25));
        d += one;
        h = one + (Right(a, 2) ^ Right(a, 13) ^ Right(a, 22)) + ((a & b) | (c & (a | b)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<uint> Right(Vector256<uint> words, [ConstantExpected] byte bits) =>
        Avx512F.VL.IsSupported ? Avx512F.VL.RotateRight(words, bits) : (words >>> bits) | (words << (32 - bits));
}
