using Bickford.Renders.Ports;

namespace Bickford.Renders.Data;

/// <summary>
/// The turns of rows that are inserted together: in the order of the batch, whatever the order in which they are written. The first row of each share asks the
/// database, the others count on from there.
/// </summary>
internal sealed class BatchTurns
{
    private readonly (int Priority, string Share)[] _shares;
    private readonly long[] _places;
    private readonly Dictionary<(int Priority, string Share), long> _first = [];

    public BatchTurns(IReadOnlyList<NewRow> rows)
    {
        _shares = [.. rows.Select(row => (row.Render.Priority, row.Render.Share))];
        var counts = new Dictionary<(int, string), long>();
        _places = [.. _shares.Select(share => (counts[share] = counts.GetValueOrDefault(share) + 1) - 1)];
    }

    /// <summary>The row's turn; negative where only the database knows: then the next one but so many.</summary>
    public (long Turn, long Between) Of(int row) => _first.TryGetValue(_shares[row], out var first) ? (first + _places[row], 0) : (-1, _places[row]);

    /// <summary>What became of the row.</summary>
    public void Learn(int row, InsertResult result)
    {
        if (result.Created)
            _first.TryAdd(_shares[row], result.Render.Turn - _places[row]);
    }
}
