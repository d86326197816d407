using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace Bickford.Renders.Ledger;

/// <summary>Leaves that are given page by page, so that they need no objects of their own.</summary>
internal interface ILeafPages
{
    /// <summary>The pages. A page is used again for the next one.</summary>
    IAsyncEnumerable<LeafPage> ReadPagesAsync();
}

/// <summary>Some leaves of the Merkle tree, by position. See <see cref="LedgerLeaf.ToLeafHash"/>.</summary>
internal sealed class LeafPage
{
    /// <summary>As many as a page should have.</summary>
    public const int Most = 1_024;

    private const int MostDigits = 20;
    private const int AroundHash = MostDigits + 3;

    private readonly List<long> _positions = [];
    private readonly List<Piece> _pieces = [];
    private byte[] _text = new byte[Most * (AroundHash + StoredEvent.HashChars)];
    private byte[] _hashes = [];
    private int _used;

    public ReadOnlySpan<long> Positions => CollectionsMarshal.AsSpan(_positions);

    public int Count => _positions.Count;

    /// <summary>Leaves that come one by one, in pages.</summary>
    public static async IAsyncEnumerable<LeafPage> Of(IAsyncEnumerable<LedgerLeaf> leaves, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        var page = new LeafPage();
        await foreach (var leaf in leaves.WithCancellation(cancellationToken))
        {
            page.Add(leaf);
            if (page.Count < Most)
                continue;
            yield return page;
            page.Clear();
        }

        if (page.Count > 0)
            yield return page;
    }

    public void Clear()
    {
        _positions.Clear();
        _pieces.Clear();
        _used = 0;
    }

    /// <summary>Adds a leaf.</summary>
    public void Add(LedgerLeaf leaf) => Add(leaf.Seq, Encoding.UTF8.GetBytes(leaf.Hash));

    /// <summary>Adds a leaf if its hash has the form of one: then it is the same in UTF-8 as it is as a text.</summary>
    /// <param name="position">Position of the event in the ledger.</param>
    /// <param name="hash">The event's hash as it stands in the ledger, in UTF-8.</param>
    /// <returns>False: it has not, and was not added.</returns>
    public bool TryAdd(long position, ReadOnlySpan<byte> hash)
    {
        if (hash.Length != StoredEvent.HashChars || !Ascii.IsValid(hash) || hash.Contains((byte)0))
            return false;
        Add(position, hash);
        return true;
    }

    /// <summary>The leaf as an object.</summary>
    public LedgerLeaf Leaf(int index)
    {
        var text = _text.AsSpan(_pieces[index].At, _pieces[index].Length);
        return new LedgerLeaf(_positions[index], Encoding.UTF8.GetString(text[(text.IndexOf((byte)'\n') + 1)..^1]));
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Add(long position, ReadOnlySpan<byte> hash)
    {
        if (_used + AroundHash + hash.Length > _text.Length)
            Array.Resize(ref _text, Math.Max(_used + AroundHash + hash.Length, 2 * _text.Length));
        var at = _used;
        _text[_used++] = MerkleTree.LeafPrefix;
        position.TryFormat(_text.AsSpan(_used), out var digits, default, CultureInfo.InvariantCulture);
        _used += digits;
        _text[_used++] = (byte)'\n';
        hash.CopyTo(_text.AsSpan(_used));
        _used += hash.Length;
        _text[_used++] = (byte)'\n';
        _positions.Add(position);
        _pieces.Add(new Piece(at, _used - at));
    }

    /// <summary>Hashes the leaves; to be called once, when all were added.</summary>
    public void Hash()
    {
        var length = Count * SHA256.HashSizeInBytes;
        if (_hashes.Length < length)
            _hashes = new byte[Math.Max(length, Most * SHA256.HashSizeInBytes)];
        Sha256Many.Hash(_text, CollectionsMarshal.AsSpan(_pieces), _hashes);
    }

    /// <summary>The hashes of the leaves from here to there, one behind the other.</summary>
    public ReadOnlySpan<byte> Hashes(int from, int to) => _hashes.AsSpan(from * SHA256.HashSizeInBytes, (to - from) * SHA256.HashSizeInBytes);
}
