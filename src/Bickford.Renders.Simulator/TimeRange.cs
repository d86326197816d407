namespace Bickford.Renders.Simulator;

/// <summary>A span of time drawn between two bounds, both inclusive.</summary>
/// <param name="Min">The shortest time.</param>
/// <param name="Max">The longest time.</param>
public readonly record struct TimeRange(TimeSpan Min, TimeSpan Max)
{
    /// <summary>Always the same time.</summary>
    public static implicit operator TimeRange(TimeSpan time) => FromTimeSpan(time);

    /// <summary>Always the same time.</summary>
    public static TimeRange FromTimeSpan(TimeSpan time) => new(time, time);

    internal bool IsValid => Min >= TimeSpan.Zero && Max >= Min;

    /// <summary>The time at a fraction (0..1) of the way from <see cref="Min"/> to <see cref="Max"/>.</summary>
    internal TimeSpan At(double fraction) => Min + (Max - Min) * fraction;
}
