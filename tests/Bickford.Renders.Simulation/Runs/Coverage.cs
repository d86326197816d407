using System.Globalization;
using Bickford.Renders.Simulation.Faults;

namespace Bickford.Renders.Simulation.Runs;

/// <summary>How often each cell of the table of faults was struck, over all worlds of a run.</summary>
internal sealed class Coverage
{
    private readonly long[] _counts = new long[FaultTable.Cells.Count];

    public long Total => _counts.Sum();

    public int StruckCells => _counts.Count(count => count > 0);

    public IEnumerable<Cell> NeverStruck => FaultTable.Cells.Where((_, i) => _counts[i] == 0);

    public void Add(IEnumerable<int> struck)
    {
        foreach (var cell in struck)
            _counts[cell]++;
    }

    /// <summary>A line for each place where a step meets the outside: every fault there, and how often it struck.</summary>
    public IEnumerable<string> Table()
    {
        var places = FaultTable.Cells.Select((cell, i) => (Cell: cell, Count: _counts[i])).GroupBy(x => (x.Cell.Step, x.Cell.Boundary)).ToList();
        foreach (var place in places)
        {
            var faults = string.Join("  ", place.Select(x => string.Create(CultureInfo.InvariantCulture, $"{x.Cell.Fault} {x.Count}")));
            yield return $"  {place.Key.Step,-9} {place.Key.Boundary,-13} {faults}";
        }
    }
}
