namespace Bickford.Renders.Simulation.Faults;

/// <summary>How often each cell of the table was struck, over all worlds of a run. Safe for many threads.</summary>
internal sealed class Coverage
{
    private static readonly Dictionary<Cell, int> Index = FaultTable.Cells.Select((cell, i) => (cell, i)).ToDictionary(x => x.cell, x => x.i);
    private readonly long[] _counts = new long[FaultTable.Cells.Count];

    public long Total => _counts.Sum();

    public IEnumerable<Cell> NeverStruck => FaultTable.Cells.Where(cell => CountOf(cell) == 0);

    public long CountOf(Cell cell) => Interlocked.Read(ref _counts[Index[cell]]);

    public void Add(Cell cell) => Interlocked.Increment(ref _counts[Index[cell]]);
}
