using System.Globalization;

namespace Bickford.Renders.Ledger;

/// <summary>The ids of some renders' events as <see cref="LedgerHash.EventIdOf(Guid, long, string)"/> makes them, many at once.</summary>
internal sealed class EventIds
{
    private const int AtOnce = 64;
    private const int MostDigits = 20;
    private const int LineEnds = 2;

    private readonly byte[] _slots = new byte[AtOnce * ShortHashes.SlotBytes];
    private readonly byte[] _hashes = new byte[AtOnce * ShortHashes.HashBytes];
    private readonly int[] _lengths = new int[AtOnce];
    private readonly int[] _indexes = new int[AtOnce];
    private readonly (int Index, Guid Id)[] _ids = new (int, Guid)[AtOnce];
    private int _count;

    /// <summary>No other fits before <see cref="Compute"/>.</summary>
    public bool IsFull => _count == AtOnce;

    public void Clear() => _count = 0;

    /// <summary>Asks for an id, unless its text is longer than any that renders write.</summary>
    /// <param name="index">The caller's number for it.</param>
    /// <param name="renderId">The render, in UTF-8.</param>
    /// <param name="version">The row's version.</param>
    /// <param name="type">The event's type, in UTF-8.</param>
    public void Add(int index, ReadOnlySpan<byte> renderId, long version, ReadOnlySpan<byte> type)
    {
        if (renderId.Length + MostDigits + type.Length + LineEnds > ShortHashes.MostBytes)
            return;
        var slot = _slots.AsSpan(_count * ShortHashes.SlotBytes, ShortHashes.SlotBytes);
        renderId.CopyTo(slot);
        var length = renderId.Length;
        slot[length++] = (byte)'\n';
        LedgerHash.IdVersion(version, type).TryFormat(slot[length..], out var digits, default, CultureInfo.InvariantCulture);
        length += digits;
        slot[length++] = (byte)'\n';
        type.CopyTo(slot[length..]);
        length += type.Length;
        ShortHashes.End(slot, length);
        (_lengths[_count], _indexes[_count]) = (length, index);
        _count++;
    }

    /// <summary>The ids that were asked for, each with its number; then none are any more.</summary>
    public ReadOnlySpan<(int Index, Guid Id)> Compute()
    {
        var count = _count;
        ShortHashes.Hash(_slots.AsSpan(0, count * ShortHashes.SlotBytes), _lengths.AsSpan(0, count), _hashes);
        for (var i = 0; i < count; i++)
            _ids[i] = (_indexes[i], LedgerHash.IdOfHash(_hashes.AsSpan(i * ShortHashes.HashBytes, ShortHashes.HashBytes)));
        _count = 0;
        return _ids.AsSpan(0, count);
    }
}
