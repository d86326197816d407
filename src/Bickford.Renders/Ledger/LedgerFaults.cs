namespace Bickford.Renders.Ledger;

/// <summary>Counts what does not fit and keeps the first by position in the ledger.</summary>
internal sealed class LedgerFaults
{
    // Enough to tell which stream a gap belongs to in every case a person looks at one by one.
    private const int MaxHoles = 1_000;

    private readonly List<Hole> _holes = [];
    private long _firstAt = long.MaxValue;

    public long Count { get; private set; }

    public LedgerFault? First { get; private set; }

    public void Add(long position, LedgerFault fault)
    {
        Count++;
        if (First is not null && position >= _firstAt)
            return;
        First = fault;
        _firstAt = position;
    }

    /// <summary>A stream lacks an event; it stood somewhere between these two positions.</summary>
    public void AddHole(long after, long before, string stream, string problem)
    {
        if (_holes.Count < MaxHoles)
            _holes.Add(new Hole(after, before, stream, problem));
        else
            Add(before, new LedgerFault(null, stream, null, problem));
    }

    /// <summary>The ledger lacks these positions. Belongs to a stream's hole where only one can be meant.</summary>
    public void AddGap(long first, long last)
    {
        var holes = _holes.Where(hole => hole.After < first && last < hole.Before).Take(2).ToList();
        if (holes is [var hole])
        {
            hole.Explained = true;
            Add(first, new LedgerFault(null, hole.Stream, null, $"{hole.Problem} ({Positions(first, last)})"));
        }
        else
        {
            Add(first, new LedgerFault(null, null, null, $"{Positions(first, last)}: removed from the ledger"));
        }
    }

    /// <summary>Counts the holes that no gap has explained. Called once, at the end.</summary>
    public void Close()
    {
        foreach (var hole in _holes.Where(hole => !hole.Explained))
            Add(hole.Before, new LedgerFault(null, hole.Stream, null, hole.Problem));
    }

    private static string Positions(long first, long last) =>
        first == last ? $"position {first} is missing" : $"positions {first} to {last} are missing";

    private sealed record Hole(long After, long Before, string Stream, string Problem)
    {
        public bool Explained { get; set; }
    }
}
