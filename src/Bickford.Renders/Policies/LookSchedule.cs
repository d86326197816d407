namespace Bickford.Renders.Policies;

/// <summary>What two looks said about the progress.</summary>
/// <param name="Before">0 to 100, at the look before.</param>
/// <param name="BeforeAt">The render's age then.</param>
/// <param name="Now">0 to 100, at the newest look.</param>
/// <param name="NowAt">The render's age then.</param>
public readonly record struct SeenProgress(int Before, TimeSpan BeforeAt, int Now, TimeSpan NowAt)
{
    /// <summary>The same after another look.</summary>
    public SeenProgress Seen(int progress, TimeSpan age) => new(Now, NowAt, Math.Max(progress, Now), age);

    /// <summary>
    /// What is left if the progress goes on as it has: null where it says nothing, for it does not grow, or not as steadily as time. Many servers show 0 until the end, or
    /// a guess that stays at 99.
    /// </summary>
    public TimeSpan? Left
    {
        get
        {
            if (Now <= Before || Now >= 100 || NowAt <= BeforeAt)
                return null;
            var recent = (Now - Before) / (NowAt - BeforeAt).TotalSeconds;
            var whole = Now / NowAt.TotalSeconds;
            return recent > 0.6 * whole && recent < 1.7 * whole ? TimeSpan.FromSeconds((100 - Now) / recent) : null;
        }
    }
}

/// <summary>When the next look at a render is due: a pure function of its age, its progress, what is learnt, and the server's hint.</summary>
public static class LookSchedule
{
    /// <summary>The longest time between looks where it is learnt: a provider that is suddenly quicker is found out by then.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    // The shortest, unless the settings begin with less.
    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(0.25);

    /// <summary>Time to the next look, spread by ±10 %, not before the server's hint.</summary>
    /// <param name="looks">Looks so far without an end, from 0.</param>
    /// <param name="age">Since the provider accepted the render.</param>
    /// <param name="plan">What is learnt; null where nothing is: then the time grows exponentially.</param>
    /// <param name="progress">What the looks so far said.</param>
    /// <param name="options">First, factor, longest.</param>
    /// <param name="hint">The server's lower bound, or null.</param>
    /// <param name="random">0 to 1.</param>
    public static TimeSpan Next(int looks, TimeSpan age, LookPlan? plan, SeenProgress progress, PollOptions options, TimeSpan? hint, double random)
    {
        var interval = (plan is null ? Unlearnt(looks, age, options) : Learnt(plan, age, options)) * (0.9 + 0.2 * random);
        if (progress.Left is { } left)
            interval = ByProgress(interval, left + age * 0.01 + TimeSpan.FromSeconds(0.3));
        return Backoff.NotBefore(hint, interval);
    }

    // As long as the count of looks says, and as the age says: looks that came early, for the progress foretold an end, do not put off the others.
    private static TimeSpan Unlearnt(int looks, TimeSpan age, PollOptions options)
    {
        var (counted, aged) = (Backoff.Grow(options.First, options.Factor, looks, options.Max), options.First + age * (options.Factor - 1));
        return aged < counted && aged >= options.First ? aged : counted;
    }

    private static TimeSpan Learnt(LookPlan plan, TimeSpan age, PollOptions options)
    {
        var interval = plan.NextLook(age);
        var least = options.First < Shortest ? options.First : Shortest;
        return interval < least ? least : interval > Longest ? Longest : interval;
    }

    // Just after the end that the progress foretells, if it is near. Should that be wrong, it cost one look.
    private static TimeSpan ByProgress(TimeSpan interval, TimeSpan end) =>
        end > interval * 2 ? interval : end < interval / 8 ? interval / 8 : end;
}
