namespace Bickford.Renders.Policies;

/// <summary>
/// When to look at a render, learnt from how long others like it took. Pure, immutable.
/// <para>
/// Looks at a rate r(t) cost ∫ r·S looks (S: the share still rendering at age t) and find the end ∫ f/2r late (f: the share that ends at t). For a given number of looks the
/// lateness is least where r is proportional to √(f/S), the root of the hazard: seldom while nothing ends, often where most do. A look is due each time ∫ r reaches one more.
/// </para>
/// <para>
/// f is a mixture over the logarithm of time: a logistic kernel for each render, as wide as its neighbours are far, and one broad curve for what was never seen, so that a
/// provider that is suddenly quicker or slower is found out too. Newer renders weigh more: times drift.
/// </para>
/// </summary>
public sealed class LookPlan
{
    /// <summary>Renders below which nothing is learnt.</summary>
    public const int FewestRenders = 8;

    /// <summary>The newest renders that say something; older ones are forgotten.</summary>
    public const int MostRenders = 64;

    private const int Points = 400;

    // So many renders later, one weighs half.
    private const double HalfLife = 24;

    // The broad curve: its weight in renders, and its width; 90 % of it lie within a factor of 8 of the median.
    private const double Unseen = 0.5;
    private const double UnseenWidth = 0.7;

    // Servers tell times in whole seconds, and no two renders take equally long.
    private const double LeastSpreadSeconds = 0.25;
    private const double LeastSpread = 0.004;

    // Past everything seen, the interval is about so much of the age.
    private const double TailShare = 0.08;
    private const double LongestTailShare = 0.4;

    private readonly double[] _ages = new double[Points];
    private readonly double[] _due = new double[Points];

    private LookPlan(Kernel[] kernels, double first, double last, double looks)
    {
        double from = Math.Log(first) - 3, step = (Math.Log(last) + 4 - from) / (Points - 1);
        var rates = new double[Points];
        double total = 0;
        for (var i = 0; i < Points; i++)
        {
            double x = from + i * step, density = 0, left = 0;
            foreach (var kernel in kernels)
            {
                var below = 1 / (1 + Math.Exp((kernel.At - x) / kernel.Width));
                density += kernel.Weight * below * (1 - below) / kernel.Width;
                left += kernel.Weight * (1 - below);
            }

            var age = _ages[i] = Math.Exp(x);
            total += Math.Sqrt(density * left * age) * step;
            rates[i] = left > 0 ? Math.Sqrt(density * age / left) : 0; // looks in a unit of the logarithm of age
        }

        for (var i = 1; i < Points; i++)
        {
            var rate = looks / total * (rates[i - 1] + rates[i]) / 2;
            if (_ages[i] > last)
                rate = Math.Clamp(rate, 1 / LongestTailShare, 1 / TailShare);
            _due[i] = _due[i - 1] + rate * step;
        }
    }

    /// <summary>Learns, or returns null where there are fewer than <see cref="FewestRenders"/> renders.</summary>
    /// <param name="times">From accepted to rendered, the newest render first; those that are not positive and those after <see cref="MostRenders"/> are left out.</param>
    /// <param name="looks">About how many looks a render is to get, above 0.</param>
    public static LookPlan? Learn(IEnumerable<TimeSpan> times, double looks)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(looks);
        var renders = times.Where(time => time > TimeSpan.Zero).Take(MostRenders)
            .Select((time, age) => (Seconds: Math.Max(time.TotalSeconds, 0.05), Weight: Math.Pow(0.5, age / HalfLife)))
            .OrderBy(render => render.Seconds).ToArray();
        if (renders.Length < FewestRenders)
            return null;

        var logs = Array.ConvertAll(renders, render => Math.Log(render.Seconds));
        var neighbours = (int)Math.Sqrt(renders.Length);
        var all = renders.Sum(render => render.Weight) + Unseen;
        var kernels = renders.Select((render, i) => new Kernel(
            logs[i],
            Math.Max(DistanceTo(logs, i, neighbours) / 1.8, Math.Max(LeastSpread, LeastSpreadSeconds / render.Seconds)),
            render.Weight / all)).ToList();
        kernels.Add(new Kernel(logs[logs.Length / 2], UnseenWidth, Unseen / all));
        return new LookPlan([.. kernels], renders[0].Seconds, renders[^1].Seconds, looks);
    }

    /// <summary>The time from this age to the next look.</summary>
    public TimeSpan NextLook(TimeSpan age)
    {
        var seconds = Math.Max(age.TotalSeconds, 0);
        var next = Interpolate(_due, _ages, Interpolate(_ages, _due, seconds) + 1);
        // Past the end of the curve, and where rounding eats the rest: a share of the age.
        return TimeSpan.FromSeconds(next > seconds ? next - seconds : TailShare * seconds);
    }

    // The distance to the n-th nearest neighbour, of sorted values.
    private static double DistanceTo(double[] sorted, int at, int n)
    {
        int low = at, high = at;
        for (var i = 0; i < n; i++)
        {
            if (low > 0 && (high == sorted.Length - 1 || sorted[at] - sorted[low - 1] <= sorted[high + 1] - sorted[at]))
                low--;
            else
                high++;
        }

        return Math.Max(sorted[at] - sorted[low], sorted[high] - sorted[at]);
    }

    // Both rise. Outside of the curve: its ends.
    private static double Interpolate(double[] from, double[] to, double value)
    {
        var i = Array.BinarySearch(from, value);
        if (i >= 0)
            return to[i];
        i = ~i;
        if (i == 0)
            return to[0];
        if (i == from.Length)
            return to[^1];
        return to[i - 1] + (to[i] - to[i - 1]) * (value - from[i - 1]) / (from[i] - from[i - 1]);
    }

    private readonly record struct Kernel(double At, double Width, double Weight);
}
