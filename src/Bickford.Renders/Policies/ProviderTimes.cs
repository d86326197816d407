using Bickford.Renders.Ledger;
using Bickford.Renders.Videos;

namespace Bickford.Renders.Policies;

/// <summary>What is believed of the times that a provider tells. Its clock may be another than ours, and its words may be nonsense; decisions are made with them.</summary>
internal static class ProviderTimes
{
    // Clocks differ by minutes, and time zones that somebody got wrong by less than a day.
    private static readonly TimeSpan Difference = TimeSpan.FromDays(1);

    // The longest that anybody would keep a copy, and far from the end of the calendar.
    private static readonly TimeSpan Longest = TimeSpan.FromDays(3660);

    /// <summary>When something happened that is known to have happened: now, where the provider says nothing, or a time that cannot be.</summary>
    public static DateTimeOffset Past(Render row, DateTimeOffset? told, DateTimeOffset now) =>
        told is { } time && time > row.CreatedAt - Difference && time <= now ? time : now;

    /// <summary>When the provider finished it. Where it does not say: between the look before and this one, in the middle, for that is the best guess to learn from.</summary>
    public static DateTimeOffset Completed(Render row, Video video, DateTimeOffset now) => video.CompletedAt is null && row.UpdatedAt < now
        ? LedgerChain.WholeMilliseconds(row.UpdatedAt + (now - row.UpdatedAt) / 2)
        : Past(row, video.CompletedAt, now);

    /// <summary>When the provider's copy goes away; null where it says nothing that can be: before the render was asked for there was no copy.</summary>
    public static DateTimeOffset? Expiry(Render row, Video video) =>
        video.ExpiresAt is { } time && time > row.CreatedAt - Difference && time < row.CreatedAt + Longest ? time : null;
}
