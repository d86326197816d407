namespace Bickford.Renders.Benchmarks;

/// <summary>Whether a figure stays where it is over time.</summary>
/// <param name="Median">Of all samples after the warm-up.</param>
/// <param name="Rise">How much higher the end is than the beginning, by the slope.</param>
/// <param name="Allowed">The most that it may rise.</param>
internal sealed record Trend(double Median, double Rise, double Allowed)
{
    public bool IsFlat => Rise <= Allowed;

    /// <summary>By Theil and Sen: the median of the slopes between all pairs, which a few odd samples cannot move.</summary>
    /// <param name="samples">Seconds and values, in order, after the warm-up.</param>
    /// <param name="least">A rise that is never too much.</param>
    /// <param name="share">The share of the median that it may rise.</param>
    public static Trend Of(IReadOnlyList<(double At, double Value)> samples, double least, double share)
    {
        if (samples.Count < 2)
            return new Trend(samples.Count == 0 ? 0 : samples[0].Value, 0, least);
        var slopes = new List<double>();
        for (var i = 0; i < samples.Count; i++)
        {
            for (var j = i + 1; j < samples.Count; j++)
                slopes.Add((samples[j].Value - samples[i].Value) / (samples[j].At - samples[i].At));
        }

        var median = Percentile([.. samples.Select(sample => sample.Value)], 0.5);
        return new Trend(median, Percentile(slopes, 0.5) * (samples[^1].At - samples[0].At), Math.Max(least, share * median));
    }

    /// <summary>The smallest value that so great a share of the values does not exceed; 0 where there are none.</summary>
    public static double Percentile(IReadOnlyCollection<double> values, double share)
    {
        double[] sorted = [.. values.Order()];
        return sorted.Length == 0 ? 0 : sorted[Math.Min(sorted.Length - 1, (int)(share * sorted.Length))];
    }
}
