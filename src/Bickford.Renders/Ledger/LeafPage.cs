using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Bickford.Renders.Ledger;

/// <summary>Leaves that are given page by page, so that they need no objects of their own.</summary>
internal interface ILeafPages
{
    /// <summary>The pages. A page is used again for the next one.</summary>
    IAsyncEnumerable<LeafPage> ReadPagesAsync();
}

/// <summary>Some leaves by position: what a seal takes of each event, hashed many at once.</summary>
internal sealed class LeafPage
{
    private const int AtOnce = 64;
    private const byte LeafPrefix = 0;
    private const int MostDigits = 20;

    private readonly byte[] _slots = new byte[AtOnce * ShortHashes.SlotBytes];
    private readonly int[] _lengths = new int[AtOnce];
    private readonly List<long> _positions = [];
    private byte[] _hashes = new byte[AtOnce * ShortHashes.HashBytes];
    private int _waiting;

    /// <summary>The events' positions.</summary>
    public ReadOnlySpan<long> Positions => CollectionsMarshal.AsSpan(_positions);

    /// <summary>The hashes of some leaves, one behind the other.</summary>
    public ReadOnlySpan<byte> LeafHashes(int from, int to)
    {
        HashWaiting();
        return _hashes.AsSpan(from * ShortHashes.HashBytes, (to - from) * ShortHashes.HashBytes);
    }

    public void Clear()
    {
        _positions.Clear();
        _waiting = 0;
    }

    /// <summary>Adds a leaf whose hash is a text of another form than this program's.</summary>
    public void Add(LedgerLeaf leaf)
    {
        HashWaiting();
        Reserve();
        leaf.ToLeafHash().CopyTo(_hashes, _positions.Count * ShortHashes.HashBytes);
        _positions.Add(leaf.Seq);
    }

    /// <summary>Adds a leaf if its hash is a text of the length and kind that this program writes.</summary>
    /// <returns>False: it was not added.</returns>
    public bool TryAdd(long seq, ReadOnlySpan<byte> hash)
    {
        if (hash.Length != StoredEvent.HashChars || !Ascii.IsValid(hash) || hash.Contains((byte)0))
            return false;
        if (_waiting == AtOnce)
            HashWaiting();
        Reserve();
        var slot = _slots.AsSpan(_waiting * ShortHashes.SlotBytes, ShortHashes.SlotBytes);
        slot[0] = LeafPrefix;
        seq.TryFormat(slot.Slice(1, MostDigits), out var digits, default, CultureInfo.InvariantCulture);
        slot[1 + digits] = (byte)'\n';
        hash.CopyTo(slot[(digits + 2)..]);
        var length = digits + 2 + hash.Length;
        slot[length++] = (byte)'\n';
        ShortHashes.End(slot, length);
        _lengths[_waiting++] = length;
        _positions.Add(seq);
        return true;
    }

    private void HashWaiting()
    {
        ShortHashes.Hash(_slots.AsSpan(0, _waiting * ShortHashes.SlotBytes), _lengths.AsSpan(0, _waiting), _hashes.AsSpan((_positions.Count - _waiting) * ShortHashes.HashBytes));
        _waiting = 0;
    }

    private void Reserve()
    {
        if ((_positions.Count + 1) * ShortHashes.HashBytes > _hashes.Length)
            Array.Resize(ref _hashes, 2 * _hashes.Length);
    }
}
