using Bickford.Renders.Simulation.Time;
using Bickford.Renders.Simulation.Workers;
using Bickford.Renders.Simulation.Worlds;

namespace Bickford.Renders.Simulation.Faults;

/// <summary>Decides by the seed where something goes wrong. Each world aims at a few cells of the table, and strikes at random besides.</summary>
internal sealed class FaultDealer(World world, Dice dice)
{
    private readonly List<Aim> _aims = [.. Aims.Of(world.Seed).Concat(world.Plant.Aims).Select(cell => new Aim(cell) { Wait = dice.Chance(0.6) ? 0 : dice.Below(5) })];
    private int _left = world.Plan.MostFaults;

    /// <summary>Everything that went wrong, in order.</summary>
    public List<string> Schedule { get; } = [];

    /// <summary>The same, by places in the table.</summary>
    public List<int> Struck { get; } = [];

    /// <summary>Nothing goes wrong any more.</summary>
    public bool IsCalm { get; set; }

    /// <summary>What goes wrong at this boundary now.</summary>
    /// <param name="life">The process.</param>
    /// <param name="boundary">The place.</param>
    /// <param name="fits">Whether a fault can be carried out this time; null for all.</param>
    public Fault Draw(Life life, Boundary boundary, Func<Fault, bool>? fits = null)
    {
        var doing = Doing.Current;
        var faults = FaultTable.At(doing.Step, boundary);
        if (faults is null)
        {
            world.Break($"the table of faults has no place {doing.Step} × {boundary}");
            return Fault.None;
        }

        if (IsCalm || _left <= 0)
            return Fault.None;
        var fault = AimedAt(doing.Step, boundary, fits) ?? (dice.Chance(world.Plan.FaultRate) ? dice.Pick<Fault>(faults) : Fault.None);
        if (fault == Fault.None || fits?.Invoke(fault) == false)
            return Fault.None;

        _left--;
        var cell = new Cell(doing.Step, boundary, fault);
        Struck.Add(FaultTable.PlaceOf(cell));
        Schedule.Add($"{world.Trace.Stamp} {life.Name} {cell}{(doing.RenderId is { } id ? $" of {World.Short(id)}" : "")}");
        world.Trace.Note(life, $"FAULT {cell}");
        return fault;
    }

    private Fault? AimedAt(Step step, Boundary boundary, Func<Fault, bool>? fits)
    {
        foreach (var aim in _aims)
        {
            if (aim.Cell.Step != step || aim.Cell.Boundary != boundary || fits?.Invoke(aim.Cell.Fault) == false || --aim.Wait >= 0)
                continue;
            _aims.Remove(aim);
            return aim.Cell.Fault;
        }

        return null;
    }

    private sealed class Aim(Cell cell)
    {
        public Cell Cell { get; } = cell;

        public int Wait { get; set; }
    }
}
