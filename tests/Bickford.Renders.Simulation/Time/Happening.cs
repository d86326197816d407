using Bickford.Renders.Simulation.Workers;

namespace Bickford.Renders.Simulation.Time;

/// <summary>Something that is going to happen.</summary>
internal sealed class Happening(Life? life, Action act)
{
    /// <summary>The process it happens in: with its death it is off. Null for the world itself.</summary>
    public Life? Life { get; } = life;

    public bool IsOff { get; private set; }

    public void Cancel() => IsOff = true;

    public void Act()
    {
        IsOff = true;
        act();
    }
}
