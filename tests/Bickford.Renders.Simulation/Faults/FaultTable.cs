using static Bickford.Renders.Simulation.Faults.Boundary;
using static Bickford.Renders.Simulation.Faults.Fault;
using static Bickford.Renders.Simulation.Faults.Step;

namespace Bickford.Renders.Simulation.Faults;

/// <summary>One thing that can go wrong.</summary>
internal readonly record struct Cell(Step Step, Boundary Boundary, Fault Fault)
{
    public override string ToString() => $"{Step} × {Boundary} × {Fault}";
}

/// <summary>
/// Everything that can go wrong: which boundaries a step meets, and what can happen there. A world in which a step meets a boundary that is
/// not here is broken, so the table has no holes; and a run that is long enough must have struck all of it.
/// </summary>
internal static class FaultTable
{
    private static readonly Step[] Chain = [Create, Poll, Download, Upload, Record];

    private static readonly (Step[] Steps, Boundary[] Boundaries, Fault[] Faults)[] Rows =
    [
        (Chain, [Lease], [DeathBefore, DeathAfter, Error, LostAnswer, Delay, Freeze, Stop]),
        (Chain, [Renewal], [DeathBefore, DeathAfter, Error, LostAnswer, Delay, Freeze]),
        ([Create], [Intent], [DeathBefore, DeathAfter, Error, LostAnswer, Delay, Freeze, Stop, ClockJump, PersonCancels]),
        (Chain, [Commit], [DeathBefore, DeathAfter, Error, LostAnswer, Delay, Freeze, Stop, ClockJump, PersonCancels]),
        (Chain, [Read], [DeathBefore, Error, Delay, Freeze]),
        (Chain, [Engine], [DeathBefore, DeathAfter, Error, LostAnswer, Delay, Forgotten, Twice, Late]),
        ([Create, Poll, Download], [Gate], [DeathBefore, DeathAfter, Error, LostAnswer, Delay, Freeze]),

        ([Create], [Post], [DeathBefore, DeathInFlight, Refused, Broken, Slow, Throttled, Unavailable, Denied, CircuitOpen, Freeze, ClockJump]),
        ([Create], [PostAnswer], [DeathBefore, LostAnswer, FalseError, Hangs, Garbage, Delay, Freeze, Stop, PersonCancels]),
        ([Create], [List], [DeathBefore, Refused, Broken, Slow, Throttled, Unavailable, CircuitOpen, Freeze]),
        ([Create], [ListAnswer], [DeathBefore, LostAnswer, FalseError, Hangs, Garbage, Delay, Freeze, Stop, PersonCancels]),
        ([Poll], [List], [DeathBefore, Refused, Broken, Slow, Throttled, Unavailable, Denied, CircuitOpen, Freeze]),
        ([Poll], [ListAnswer], [DeathBefore, LostAnswer, FalseError, Hangs, Garbage, Delay, Freeze, Stop, PersonCancels]),
        ([Poll], [Look], [DeathBefore, Refused, Broken, Slow, Throttled, Unavailable, Denied, CircuitOpen, Freeze, ClockJump]),
        ([Poll], [LookAnswer], [DeathBefore, LostAnswer, FalseError, Hangs, Garbage, Missing, Stale, Delay, Freeze, Stop, PersonCancels]),
        // Some dialects name the content's address in the video: it is looked at before each download.
        ([Download], [Look], [DeathBefore, Refused, Broken, Slow, Throttled, Unavailable, CircuitOpen, Freeze]),
        ([Download], [LookAnswer], [DeathBefore, LostAnswer, FalseError, Hangs, Garbage, Missing, Delay, Freeze, Stop, PersonCancels]),
        ([Download], [Content], [DeathBefore, Refused, Broken, Slow, Throttled, Unavailable, CircuitOpen, Freeze]),
        ([Download], [ContentAnswer], [DeathBefore, LostAnswer, FalseError, Hangs, Garbage, Missing, Delay, Freeze, Stop, PersonCancels]),
        ([Download], [Body], [DeathBefore, PowerCut, Cut, Stalls, Wrong, Short, Changed, Delay, Freeze, Stop, PersonCancels]),

        ([Download], [Disk], [DeathBefore, DeathAfter, PowerCut, Error, Full, Wiped]),
        ([Upload], [Disk], [DeathBefore, DeathAfter, PowerCut, Error, Wiped]),
        // What Upload tidies up behind its commit is counted with Record where that goes on at once.
        ([Record], [Disk], [DeathBefore]),
        ([Create], [Store], [DeathBefore, Error, Delay]),
        ([Upload, Record], [Store], [DeathBefore, DeathAfter, Error, LostAnswer, Delay, Freeze, Stop, Corrupt, PersonCancels]),
        ([Create, Poll, Download, Upload, Record], [Observer], [DeathBefore, DeathAfter, Error, Delay]),

        ([Enqueue], [Insert], [DeathBefore, DeathAfter, Error, LostAnswer, Delay, Freeze, ClockJump]),
        ([Enqueue], [Store], [DeathBefore, DeathAfter, Error, LostAnswer, Delay, Corrupt]),
        ([Enqueue], [Engine], [DeathBefore, DeathAfter, Error, LostAnswer, Delay, Forgotten, Twice, Late]),

        ([Reconcile], [Overdue], [DeathBefore, Error, Delay, Freeze]),
        ([Reconcile], [Read], [DeathBefore, Error, Delay]),
        ([Reconcile], [Gate], [DeathBefore, DeathAfter, Error, Delay]),
        // What was parked for the budget is resumed.
        ([Reconcile], [Commit], [DeathBefore, DeathAfter, Error, LostAnswer, Delay]),
        ([Reconcile], [Engine], [DeathBefore, DeathAfter, Error, LostAnswer, Delay, Forgotten, Twice, Late]),
        ([Reconcile], [Disk], [DeathBefore, DeathAfter, PowerCut, Error, Wiped]),
        ([Reconcile], [Store], [DeathBefore, Error, Delay]),

        ([CleanUp], [Upkeep], [DeathBefore, DeathAfter, Error, LostAnswer, Delay, Freeze]),
        ([CleanUp], [Read], [DeathBefore, Error, Delay, Freeze]),
        ([CleanUp], [Commit], [DeathBefore, DeathAfter, Error, LostAnswer, Delay, Freeze, Stop]),
        ([CleanUp], [Gate], [DeathBefore, DeathAfter, Error, Delay]),
        // The provider's list, for videos that no render owns.
        ([CleanUp], [List], [DeathBefore, Refused, Broken, Slow, Throttled, Unavailable, CircuitOpen, Freeze]),
        ([CleanUp], [ListAnswer], [DeathBefore, LostAnswer, FalseError, Hangs, Garbage, Delay, Freeze, Stop]),
        ([CleanUp], [Delete], [DeathBefore, DeathInFlight, Refused, Broken, Slow, Throttled, Unavailable, Denied, CircuitOpen, Freeze]),
        ([CleanUp], [DeleteAnswer], [DeathBefore, LostAnswer, FalseError, Hangs, Garbage, Missing, Delay, Freeze, Stop]),
        ([CleanUp], [Store], [DeathBefore, DeathAfter, Error, LostAnswer, Delay, Freeze, Stop, Rots]),
        ([CleanUp], [Disk], [DeathBefore, DeathAfter, PowerCut, Error, Wiped]),

        ([Seal], [Read], [DeathBefore, Error, Delay, Freeze]),
        ([Seal], [Commit], [DeathBefore, DeathAfter, Error, LostAnswer, Delay, Freeze]),
        ([Seal], [Store], [DeathBefore, DeathAfter, Error, LostAnswer, Delay, Freeze, Stop, Corrupt]),

        ([Person], [Read], [DeathBefore, Error, Delay]),
        ([Person], [Insert], [DeathBefore, DeathAfter, Error, LostAnswer]),
        ([Person], [Commit], [DeathBefore, DeathAfter, Error, LostAnswer, Delay]),
        ([Person], [Engine], [DeathBefore, DeathAfter, Error, LostAnswer, Forgotten, Twice, Late]),
        ([Person], [Gate], [DeathBefore, Error]),
        ([Person], [Look], [DeathBefore, Refused, Unavailable]),
        ([Person], [LookAnswer], [DeathBefore, LostAnswer, Missing]),
        ([Person], [Store], [DeathBefore, Error]),
        ([Person], [Observer], [DeathBefore, DeathAfter, Error]),
    ];

    public static IReadOnlyList<Cell> Cells { get; } =
        [.. Rows.SelectMany(row => row.Steps.SelectMany(step => row.Boundaries.SelectMany(boundary => row.Faults.Select(fault => new Cell(step, boundary, fault)))))];

    private static readonly Dictionary<(Step, Boundary), Fault[]> ByPlace =
        Cells.GroupBy(cell => (cell.Step, cell.Boundary)).ToDictionary(group => group.Key, group => group.Select(cell => cell.Fault).ToArray());

    private static readonly Dictionary<Cell, int> Places = Cells.Select((cell, i) => (cell, i)).ToDictionary(x => x.cell, x => x.i);

    /// <summary>Where in <see cref="Cells"/> it stands.</summary>
    public static int PlaceOf(Cell cell) => Places[cell];

    /// <summary>What can go wrong there; null where the table does not have the place.</summary>
    public static Fault[]? At(Step step, Boundary boundary) => ByPlace.GetValueOrDefault((step, boundary));
}
