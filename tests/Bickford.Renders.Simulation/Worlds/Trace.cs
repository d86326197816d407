using System.Globalization;
using Bickford.Renders.Simulation.Time;
using Bickford.Renders.Simulation.Workers;

namespace Bickford.Renders.Simulation.Worlds;

/// <summary>What happened, as one number that two runs of a seed must share; and as lines for people, where a world is replayed.</summary>
internal sealed class Trace(Clockwork clock, TextWriter? lines)
{
    private const ulong Prime = 0x100000001B3;

    /// <summary>FNV-1a over all notes.</summary>
    public ulong Hash { get; private set; } = 0xCBF29CE484222325;

    public bool IsVerbose => lines is not null;

    public string Stamp => clock.Elapsed.ToString(@"hh\:mm\:ss\.fff", CultureInfo.InvariantCulture);

    /// <summary>Something happened.</summary>
    /// <param name="life">The process; null for the world.</param>
    /// <param name="what">What.</param>
    /// <param name="id">The render it is about.</param>
    /// <param name="detail">Whatever else tells this from another.</param>
    public void Note(Life? life, string what, Guid? id = null, string? detail = null)
    {
        Add(clock.Elapsed.Ticks);
        Add(life is null ? -1 : life.Worker.Number * 1000 + life.Number);
        Add(what);
        if (id is { } render)
            Add(render.GetHashCode());
        if (detail is not null)
            Add(detail);
        lines?.WriteLine($"{Stamp} {life?.Name ?? "world",-6} {what}{(id is { } r ? " " + World.Short(r) : "")}{(detail is null ? "" : " " + detail)}");
    }

    /// <summary>A line for people only.</summary>
    public void Explain(Life? life, string line) => lines?.WriteLine($"{Stamp} {life?.Name ?? "world",-6}   {line}");

    /// <summary>What is left of the world, for the number.</summary>
    public void Add(string text)
    {
        foreach (var c in text)
            Hash = (Hash ^ c) * Prime;
    }

    private void Add(long number) => Hash = (Hash ^ (ulong)number) * Prime;
}
