namespace Bickford.Renders.Simulation.Time;

/// <summary>All chance in a world: numbers that follow from a seed alone, the same on every machine and version of .NET (SplitMix64).</summary>
internal sealed class Dice(ulong seed)
{
    private ulong _state = seed;

    public ulong Next()
    {
        var z = _state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    /// <summary>0 (inclusive) to 1 (exclusive).</summary>
    public double Fraction() => (Next() >> 11) * (1.0 / (1UL << 53));

    /// <summary>0 to <paramref name="count"/> - 1.</summary>
    public int Below(int count) => (int)(Next() % (ulong)count);

    public bool Chance(double probability) => Fraction() < probability;

    public T Pick<T>(params ReadOnlySpan<T> choices) => choices[Below(choices.Length)];

    public int Between(int least, int most) => least + Below(most - least + 1);

    /// <summary>Whole milliseconds.</summary>
    public TimeSpan Milliseconds(int least, int most) => TimeSpan.FromMilliseconds(Between(least, most));

    public TimeSpan Seconds(double least, double most) => Milliseconds((int)(least * 1000), (int)(most * 1000));

    /// <summary>Dice of its own for one use, so that a throw more in one place changes nothing in another.</summary>
    public Dice Fork() => new(Next());
}
