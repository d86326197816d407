using System.Globalization;
using System.Runtime.CompilerServices;

namespace Bickford.Renders.Ledger;

/// <summary>Walks along the seals and the events by position, both ascending, and recomputes each seal. Keeps one seal and one tree at a time.</summary>
/// <param name="faults">Where faults go.</param>
internal sealed class SealVerifier(LedgerFaults faults)
{
    // Enough of a hint for a person; the rest follows from comparing with a backup.
    private const int MaxShown = 5;

    private readonly List<long> _without = [];
    private MerkleTree _tree = new();
    private LedgerSeal? _previous;
    private LedgerSeal? _seal;
    private long _first;
    private long _last;
    private long _from;

    /// <summary>Seals that were read.</summary>
    public long Seals { get; private set; }

    /// <summary>Events that a seal stands over.</summary>
    public long Events { get; private set; }

    /// <summary>Events that were read by position.</summary>
    public long Leaves { get; private set; }

    public async Task VerifyAsync(IAsyncEnumerable<LedgerSeal> seals, IAsyncEnumerable<LeafPage> leaves, Action<long> position, CancellationToken cancellationToken)
    {
        await using var next = seals.GetAsyncEnumerator(cancellationToken);
        await OpenNextAsync(next);
        await foreach (var page in leaves.WithCancellation(cancellationToken))
        {
            page.Hash();
            Leaves += page.Count;
            var from = 0;
            for (var to = 0; to < page.Count; to++)
            {
                var seq = page.Positions[to];
                position(seq);
                while (_seal is not null && seq > _seal.LastSeq)
                {
                    Add(page, from, to);
                    from = to;
                    Close(_seal);
                    await OpenNextAsync(next);
                }
            }

            Add(page, from, page.Count);
        }

        while (_seal is not null)
        {
            Close(_seal);
            await OpenNextAsync(next);
        }
    }

    private async Task OpenNextAsync(IAsyncEnumerator<LedgerSeal> seals)
    {
        _previous = _seal ?? _previous;
        _seal = await seals.MoveNextAsync() ? seals.Current : null;
        (_tree, _first, _last) = (new MerkleTree(), 0, _previous?.LastSeq ?? 0);
        _without.Clear();
        if (_seal is null)
            return;
        Seals++;
        // Behind a seal that is missing, nobody can say what its events were.
        _from = _seal.Number == (_previous?.Number ?? 0) + 1 ? 0 : _seal.FirstSeq;
        if (OwnProblem(_seal) is { } problem)
            Fault(_seal, problem);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Add(LeafPage page, int from, int to)
    {
        if (_seal is null)
            return;
        while (from < to && page.Positions[from] < _from)
            from++;
        foreach (var position in page.Positions[from..to])
        {
            for (var seq = Math.Max(_last + 1, _seal.FirstSeq); seq < position && _without.Count < MaxShown; seq++)
                _without.Add(seq);
            (_first, _last) = (_first == 0 ? position : _first, position);
        }

        _tree.AddAll(page.Hashes(from, to));
        Events += to - from;
    }

    private void Close(LedgerSeal seal)
    {
        for (var seq = Math.Max(_last + 1, seal.FirstSeq); seq <= seal.LastSeq && _without.Count < MaxShown; seq++)
            _without.Add(seq);
        if (BlockProblem(seal) is { } problem)
            Fault(seal, problem);
    }

    private string? OwnProblem(LedgerSeal seal)
    {
        var number = (_previous?.Number ?? 0) + 1;
        return seal switch
        {
            _ when seal.Number != number => number == seal.Number - 1 ? $"seal {number} is missing" : $"seals {number} to {seal.Number - 1} are missing",
            _ when seal.ComputeHash() != seal.Hash => "it was altered: its content does not have its hash",
            _ when seal.PrevHash != (_previous?.Hash ?? LedgerHash.Genesis) => "it does not continue the hash of the seal before",
            _ when seal.FirstSeq <= (_previous?.LastSeq ?? 0) || seal.LastSeq < seal.FirstSeq => "its positions overlap those of the seal before",
            _ => null,
        };
    }

    private string? BlockProblem(LedgerSeal seal) => seal switch
    {
        _ when _tree.Count < seal.Events => Invariant($"{seal.Events} events were sealed, {_tree.Count} are there: removed from the ledger") + Hint(),
        _ when _tree.Count > seal.Events => Invariant($"{seal.Events} events were sealed, {_tree.Count} are there: added to the ledger afterwards"),
        _ when _first != seal.FirstSeq || _last != seal.LastSeq => Invariant($"its events stood at positions {seal.FirstSeq} to {seal.LastSeq}, now at {_first} to {_last}: reordered"),
        _ when Convert.ToHexStringLower(_tree.Root()) != seal.Root => "its events are not those that were sealed: altered, reordered or rewritten",
        _ => null,
    };

    // In PostgreSQL a position may be empty because its transaction was rolled back, so this names where to look and no more.
    private string Hint() => _without.Count == 0 ? ""
        : $" (there is no event at {(_without.Count == 1 ? "position" : "positions")} {string.Join(", ", _without.Select(seq => seq.ToString(CultureInfo.InvariantCulture)))}{(_without.Count == MaxShown ? " …" : "")})";

    // By its last event: a fault of an event in the block says more, and comes first.
    private void Fault(LedgerSeal seal, string problem) => faults.Add(
        seal.LastSeq,
        new LedgerFault(null, null, null, Invariant($"seal {seal.Number} (events {seal.FirstSeq} to {seal.LastSeq}): {problem}")) { Seal = seal.Number });

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
