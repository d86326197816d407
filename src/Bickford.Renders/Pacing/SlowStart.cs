namespace Bickford.Renders.Pacing;

/// <summary>
/// The arithmetic of slots after a pause. All workers of all processes have waited for its end; were they to go on as before, the next 429 would be certain. So slots begin
/// farther apart, at <see cref="Slower"/> times their distance, and the rate grows evenly until it is the usual one when the slow start ends.
/// Times are microseconds. A database does the same in its own words.
/// </summary>
/// <param name="Distance">From one slot to the next when the slow start ends.</param>
/// <param name="Slower">How many times as far apart slots are when it begins.</param>
/// <param name="After">From one slot to the next once it has ended; 0: slots end with it.</param>
public readonly record struct SlowStart(long Distance, long Slower, long After)
{
    /// <summary>The shortest slow start.</summary>
    public static readonly TimeSpan Shortest = TimeSpan.FromSeconds(2);

    /// <summary>The longest slow start at once.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);

    /// <summary>The slow start under a limit: from a quarter of it to all of it. Without one, which is 0: from 2 requests a second to 20, and then as many as there are.</summary>
    public static SlowStart Under(int requestsPerMinute) => requestsPerMinute > 0
        ? new SlowStart(RequestSlots.Distance(requestsPerMinute), 4, RequestSlots.Distance(requestsPerMinute))
        : new SlowStart(50_000, 10, 0);

    /// <summary>How long the slow start after a pause is: as long as the pause, within bounds.</summary>
    public static TimeSpan DurationAfter(TimeSpan pause) => pause < Shortest ? Shortest : pause > Longest ? Longest : pause;

    /// <summary>Microseconds from a slot to the next one.</summary>
    /// <param name="sinceEnd">From the end of the newest pause to the slot; negative: the slot was before it.</param>
    /// <param name="duration">How long the slow start after that pause is.</param>
    public long From(long sinceEnd, long duration)
    {
        if (sinceEnd < 0 || sinceEnd >= duration)
            return After;
        var rate = duration + (Slower - 1) * sinceEnd;
        var far = (Slower * Distance * duration + rate - 1) / rate;
        // At the longest, as if a slot were at the end of the slow start: a rare one must not outlast it.
        return Math.Min(far, duration - sinceEnd + After);
    }
}
