using static Bickford.Renders.Simulation.Faults.Boundary;
using static Bickford.Renders.Simulation.Faults.Fault;

namespace Bickford.Renders.Simulation.Faults;

/// <summary>
/// The few cells of the table that one world aims at. Neighbouring seeds aim at different cells and all cells have their turn, so that what
/// chance alone would hardly ever strike is struck too. Some places are met only when something else went wrong before: that is aimed at as well.
/// </summary>
internal static class Aims
{
    private const ulong Each = 4;

    // Places that a world meets seldom, or late.
    private static readonly Cell[] Rare =
    [
        .. FaultTable.Cells.Where(cell => cell is { Step: Step.CleanUp, Boundary: Commit or Delete or DeleteAnswer or Store or Gate }
            or { Step: Step.Person, Boundary: Gate or Look or LookAnswer or Store } or { Step: Step.Upload or Step.Download, Boundary: Observer }),
    ];

    /// <summary>The cells of this world, each with what it needs to be met.</summary>
    public static IReadOnlyList<Cell> Of(ulong seed)
    {
        var cells = new List<Cell>();
        for (var i = 0UL; i < Each; i++)
            Add(FaultTable.Cells[(int)(unchecked(seed * Each + i) % (ulong)FaultTable.Cells.Count)]);
        Add(Rare[(int)(seed % (ulong)Rare.Length)]);
        return cells;

        void Add(Cell cell)
        {
            cells.AddRange(Before(cell));
            cells.Add(cell);
        }
    }

    private static IEnumerable<Cell> Before(Cell cell) => (cell.Step, cell.Boundary) switch
    {
        // A lease is prolonged in a step that takes long.
        (Step.Create, Renewal) => [new(Step.Create, PostAnswer, Delay)],
        (Step.Poll, Renewal) => [new(Step.Poll, LookAnswer, Delay)],
        (Step.Download, Renewal) => [new(Step.Download, Body, Delay)],
        (Step.Upload or Step.Record, Renewal) => [new(cell.Step, Store, Delay)],
        // A row is read again after a commit that was not answered, and an observer told in a step that was the last.
        (Step.Create or Step.Poll or Step.Download or Step.Upload or Step.Record, Read) => [new(cell.Step, Commit, LostAnswer)],
        (Step.Create, Observer) => [new(Step.Create, PostAnswer, PersonCancels)],
        (Step.Poll, Observer) => [new(Step.Poll, LookAnswer, PersonCancels)],
        (Step.Download, Observer) => [new(Step.Download, Body, PersonCancels)],
        (Step.Upload, Observer) => [new(Step.Upload, Store, PersonCancels), new(Step.Upload, Store, Delay), new(Step.Upload, Store, Delay)],
        // The engine is asked in a step that is to be tried again.
        (Step.Upload or Step.Record, Engine) => [new(cell.Step, Store, Error)],
        // The provider is searched after a create without an answer.
        (Step.Create, List or ListAnswer) => [new(Step.Create, PostAnswer, LostAnswer)],
        (Step.Person, Look or LookAnswer or Gate) => [new(Step.Create, PostAnswer, LostAnswer)],
        // The content's address is looked up where the usual one has nothing.
        (Step.Download, Look or LookAnswer) => [new(Step.Download, ContentAnswer, Missing)],
        _ => [],
    };
}
