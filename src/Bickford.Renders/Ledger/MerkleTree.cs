using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Unicode;

namespace Bickford.Renders.Ledger;

/// <summary>
/// A Merkle tree as RFC 6962 (section 2.1) defines it, with SHA-256: a leaf is the hash of a zero byte and its data, a node that of a one byte and its two
/// children, so that neither can pass for the other. It is built leaf by leaf and keeps only the roots of its whole subtrees: at most 64
/// hashes, however many leaves there are.
/// </summary>
public sealed class MerkleTree
{
    /// <summary>What stands before a leaf.</summary>
    internal const byte LeafPrefix = 0;

    private const byte NodePrefix = 1;
    private const int HashBytes = SHA256.HashSizeInBytes;
    private const int NodeBytes = 1 + (2 * HashBytes);

    private readonly List<byte[]> _subtrees = [];
    private readonly List<Piece> _nodes = [];
    private byte[] _text = [];
    private byte[] _level = [];

    /// <summary>Leaves so far.</summary>
    public long Count { get; private set; }

    /// <summary>The hash of a leaf.</summary>
    public static byte[] LeafHash(ReadOnlySpan<byte> data) => Hash(LeafPrefix, data, []);

    /// <summary>The hash of a node.</summary>
    public static byte[] NodeHash(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => Hash(NodePrefix, left, right);

    /// <summary>Adds a leaf behind the others.</summary>
    /// <param name="leafHash">See <see cref="LeafHash"/>.</param>
    public void Add(byte[] leafHash) => AddSubtree(leafHash, 0);

    /// <summary>Adds many leaves behind the others.</summary>
    /// <param name="leafHashes">Their hashes, one behind the other.</param>
    internal void AddAll(ReadOnlySpan<byte> leafHashes)
    {
        while (leafHashes.Length > 0)
        {
            // The largest whole subtree that begins here.
            var height = Math.Min(BitOperations.Log2((uint)(leafHashes.Length / HashBytes)), BitOperations.TrailingZeroCount(Count));
            AddSubtree(RootOf(leafHashes[..(HashBytes << height)]), height);
            leafHashes = leafHashes[(HashBytes << height)..];
        }
    }

    private void AddSubtree(byte[] root, int height)
    {
        // As many subtrees of the same size close as the count of such has ones at its end: adding one carries through them.
        var node = root;
        for (var carries = BitOperations.TrailingZeroCount(~(Count >> height)); carries > 0; carries--)
        {
            node = NodeHash(_subtrees[^1], node);
            _subtrees.RemoveAt(_subtrees.Count - 1);
        }

        _subtrees.Add(node);
        Count += 1L << height;
    }

    // Of a whole subtree: all nodes of a level, then those of the level above.
    private byte[] RootOf(ReadOnlySpan<byte> hashes)
    {
        var count = hashes.Length / HashBytes;
        if (count == 1)
            return hashes.ToArray();
        if (_level.Length < hashes.Length)
            (_level, _text) = (new byte[hashes.Length], new byte[count / 2 * NodeBytes]);
        for (hashes.CopyTo(_level); count > 1; count /= 2)
        {
            _nodes.Clear();
            for (var node = 0; node < count / 2; node++)
            {
                var text = _text.AsSpan(node * NodeBytes, NodeBytes);
                text[0] = NodePrefix;
                _level.AsSpan(node * 2 * HashBytes, 2 * HashBytes).CopyTo(text[1..]);
                _nodes.Add(new Piece(node * NodeBytes, NodeBytes));
            }

            Sha256Many.Hash(_text, CollectionsMarshal.AsSpan(_nodes), _level);
        }

        return _level[..HashBytes];
    }

    /// <summary>The root: SHA-256 of nothing for a tree without leaves.</summary>
    public byte[] Root() => _subtrees.Count == 0
        ? SHA256.HashData([])
        : Enumerable.Reverse(_subtrees).Aggregate((right, left) => NodeHash(left, right));

    /// <summary>The hashes that lead from a leaf to the root, the leaf's sibling first.</summary>
    /// <param name="leaves">Every leaf's hash, in order.</param>
    /// <param name="index">Which leaf, from 0.</param>
    public static IReadOnlyList<byte[]> Path(IReadOnlyList<byte[]> leaves, int index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, leaves.Count);
        var path = new List<byte[]>();
        var (start, count) = (0, leaves.Count);
        while (count > 1)
        {
            // The left child holds the largest power of two of leaves that leaves the right one at least one.
            var left = 1 << BitOperations.Log2((uint)(count - 1));
            var isLeft = index - start < left;
            path.Add(isLeft ? RootOf(leaves, start + left, count - left) : RootOf(leaves, start, left));
            (start, count) = isLeft ? (start, left) : (start + left, count - left);
        }

        path.Reverse();
        return path;
    }

    /// <summary>The root that a leaf's path leads to (RFC 9162, section 2.1.3.2); null if the path does not fit a leaf at this place.</summary>
    /// <param name="leafHash">The leaf's hash.</param>
    /// <param name="index">Its place, from 0.</param>
    /// <param name="count">Leaves of the tree.</param>
    /// <param name="path">As <see cref="Path"/> gives it.</param>
    public static byte[]? RootOf(byte[] leafHash, long index, long count, IEnumerable<byte[]> path)
    {
        if (index < 0 || index >= count)
            return null;
        var (node, place, last) = (leafHash, index, count - 1);
        foreach (var sibling in path)
        {
            if (last == 0)
                return null;
            if ((place & 1) == 1 || place == last)
            {
                node = NodeHash(sibling, node);
                while ((place & 1) == 0 && place != 0)
                    (place, last) = (place >> 1, last >> 1);
            }
            else
            {
                node = NodeHash(node, sibling);
            }

            (place, last) = (place >> 1, last >> 1);
        }

        return last == 0 ? node : null;
    }

    private static byte[] RootOf(IReadOnlyList<byte[]> leaves, int start, int count)
    {
        var tree = new MerkleTree();
        for (var i = start; i < start + count; i++)
            tree.Add(leaves[i]);
        return tree.Root();
    }

    private static byte[] Hash(byte prefix, ReadOnlySpan<byte> first, ReadOnlySpan<byte> second)
    {
        var length = 1 + first.Length + second.Length;
        var bytes = length <= 256 ? stackalloc byte[length] : new byte[length];
        bytes[0] = prefix;
        first.CopyTo(bytes[1..]);
        second.CopyTo(bytes[(1 + first.Length)..]);
        return SHA256.HashData(bytes);
    }
}

/// <summary>What a seal takes of an event: its position and its hash, which stands for all the rest of it.</summary>
/// <param name="Seq">Position in the ledger.</param>
/// <param name="Hash">The event's hash as it stands in the ledger.</param>
public readonly record struct LedgerLeaf(long Seq, string Hash)
{
    private const int MostBytes = 128;

    /// <summary>The leaf of the Merkle tree: of the UTF-8 lines position, hash, each ended by <c>\n</c>.</summary>
    public byte[] ToLeafHash()
    {
        Span<byte> text = stackalloc byte[MostBytes];
        return MerkleTree.LeafHash(Utf8.TryWrite(text, CultureInfo.InvariantCulture, $"{Seq}\n{Hash}\n", out var length)
            ? text[..length]
            : Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{Seq}\n{Hash}\n")));
    }
}
