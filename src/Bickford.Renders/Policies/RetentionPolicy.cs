using System.Globalization;
using Bickford.Renders.Ports;
using Bickford.Renders.Videos;

namespace Bickford.Renders.Policies;

/// <summary>What is done with a thing, and why.</summary>
/// <param name="Delete">It is due.</param>
/// <param name="Why">The rule that says so.</param>
public readonly record struct RetentionDecision(bool Delete, string Why);

/// <summary>When a create whose answer was lost may have made a video: no video of that time is anybody's to delete.</summary>
/// <param name="RenderId">The render.</param>
/// <param name="From">Before the first create.</param>
/// <param name="Until">After the last one.</param>
public sealed record OpenCreate(Guid RenderId, DateTimeOffset From, DateTimeOffset Until)
{
    // Clocks differ, created_at is in whole seconds, and a POST may be under way for an hour (Sora:CreateTimeout).
    private static readonly TimeSpan Before = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan After = TimeSpan.FromHours(2);

    /// <summary>Whether it may have made a video of this age, by either clock.</summary>
    /// <param name="createdAt">As the provider says.</param>
    /// <param name="ahead">How far its clock is ahead of ours, as it says: with a wrong answer, no video is to look older than it is.</param>
    public bool MayHaveMade(DateTimeOffset createdAt, TimeSpan ahead)
    {
        var made = OnOurClock(createdAt, ahead);
        var (first, last) = made < createdAt ? (made, createdAt) : (createdAt, made);
        return first <= Until && From <= last;
    }

    /// <summary>A time by the provider's clock, on ours; as told where that would leave the calendar.</summary>
    internal static DateTimeOffset OnOurClock(DateTimeOffset time, TimeSpan ahead) =>
        ahead < time - DateTimeOffset.MinValue && -ahead < DateTimeOffset.MaxValue - time ? time - ahead : time;

    /// <summary>The open create of a row that has one.</summary>
    public static OpenCreate Of(Render row)
    {
        var first = row.CreateSince ?? row.CreateStartedAt ?? row.CreatedAt;
        return new OpenCreate(row.Id, first - Before, (row.CreateStartedAt ?? first) + After);
    }
}

/// <summary>Decides what clean-up deletes. Pure; where it is not certain, a thing stays.</summary>
public static class RetentionPolicy
{
    // Providers keep a video for about an hour; some do not say how long.
    private static readonly TimeSpan UnknownExpiry = TimeSpan.FromDays(1);

    /// <summary>Whether the stored files of a render are due.</summary>
    /// <param name="row">The render.</param>
    /// <param name="options">The rules.</param>
    /// <param name="newest">The oldest of the <see cref="RetentionOptions.KeepLast"/> newest; null if there are fewer, or none is kept so.</param>
    /// <param name="now">The time.</param>
    public static RetentionDecision Files(Render row, RetentionOptions options, EndedAt? newest, DateTimeOffset now)
    {
        if (!RetentionOptions.Ended.Contains(row.Status) || row.FinishedAt is not { } finishedAt)
            return Stays($"it is {row.Status}");
        if (row.Keep)
            return Stays("it is to be kept");
        if (row.FilesDeletingAt is not null)
            return Stays("its deletion has begun");
        if (row.Reference is null && row.Assets.All(asset => asset.Uri is null))
            return Stays("it has no stored files");
        if (MayBringVideo(row, now))
            return Stays("the provider may still have its video, and without its files it could not be resumed");
        if (row.Status == RenderStatus.Completed && options.KeepLast > 0 && (newest is null || !EndedAt.Of(row).IsBefore(newest)))
            return Stays(Invariant($"it is one of the newest {options.KeepLast} (Retention:KeepLast)"));

        var (limit, setting) = LimitOf(row, options);
        if (limit is null)
            return Stays($"no rule says otherwise ({setting})");
        var age = now - finishedAt;
        return age >= limit
            ? new RetentionDecision(true, $"{row.Status} {Days(age)} ago, kept for {Days(limit.Value)} ({setting})")
            : Stays($"{row.Status} {Days(age)} ago, kept for {Days(limit.Value)} ({setting})");
    }

    /// <summary>Whether the provider's copy of a render's video is due. That ours is what was recorded is found out just before it is deleted.</summary>
    /// <param name="row">The render.</param>
    /// <param name="options">The rules.</param>
    /// <param name="remixed">An open render is to be made from it.</param>
    /// <param name="now">The time.</param>
    public static RetentionDecision ProviderCopy(Render row, RetentionOptions options, bool remixed, DateTimeOffset now)
    {
        if (row is not { Status: RenderStatus.Completed, VideoId: not null, FinishedAt: { } finishedAt })
            return Stays($"it is {row.Status}");
        if (row.ProviderCopyDeletingAt is not null)
            return Stays("its deletion has begun");
        if (options.ProviderCopiesAfter is not { } limit)
            return Stays("no rule says otherwise (Retention:ProviderCopiesAfter)");
        if (row.FilesDeletingAt is not null || row.Assets.Count == 0 || row.Assets.Any(asset => asset.Uri is null) || row.Assets.All(asset => asset.Kind != AssetKind.Video))
            return Stays("it is not stored here");
        if (remixed)
            return Stays("a remix of it is open");
        var why = $"stored {Days(now - finishedAt)} ago, deleted there after {Days(limit)} (Retention:ProviderCopiesAfter)";
        return now - finishedAt >= limit ? new RetentionDecision(true, why) : Stays(why);
    }

    /// <summary>Whether a video at the provider that no render owns is due.</summary>
    /// <param name="video">The video.</param>
    /// <param name="options">The rules.</param>
    /// <param name="creates">Every create whose effect is open.</param>
    /// <param name="now">The time by our clock.</param>
    /// <param name="ahead">How far the provider's clock is ahead of ours.</param>
    public static RetentionDecision ForeignVideo(Video video, RetentionOptions options, IEnumerable<OpenCreate> creates, DateTimeOffset now, TimeSpan ahead)
    {
        if (options.ForeignAfter is not { } limit)
            return Stays("no rule says otherwise (Retention:ForeignAfter)");
        if (video.Status is VideoStatus.Unknown or VideoStatus.Queued or VideoStatus.InProgress)
            return Stays("it is not finished");
        if (video.CreatedAt is not { } createdAt)
            return Stays("the provider does not say when it was created");
        if (creates.FirstOrDefault(create => create.MayHaveMade(createdAt, ahead)) is { } open)
            return Stays($"it may be what render {open.RenderId.ToString("N")[^8..]} asked for, whose create has no clear answer");
        // Of the two times the younger, for the same reason.
        var made = OpenCreate.OnOurClock(createdAt, ahead) is var ours && ours > createdAt ? ours : createdAt;
        var why = $"no render owns it, created {Days(now - made)} ago, deleted after {Days(limit)} (Retention:ForeignAfter)";
        return now - made >= limit ? new RetentionDecision(true, why) : Stays(why);
    }

    // Promise 2: a failed render with a video at the provider waits for a person as long as that video lasts.
    private static bool MayBringVideo(Render row, DateTimeOffset now) =>
        row.Status == RenderStatus.Failed && (row.VideoId ?? (object?)row.CreateSince) is not null && !RenderMachine.IsEndedByProvider(row)
        && now < (row.ExpiresAt ?? row.FinishedAt + UnknownExpiry);

    private static (TimeSpan? Limit, string Setting) LimitOf(Render row, RetentionOptions options)
    {
        var tags = row.Tags.Where(options.Tags.ContainsKey).ToList();
        if (tags.Count > 0)
        {
            var longest = tags.MaxBy(tag => options.Tags[tag] ?? TimeSpan.MaxValue)!;
            return (options.Tags[longest], $"Retention:Tags:{longest}");
        }

        return (options.Files.TryGetValue(row.Status, out var age) ? age : null, $"Retention:{row.Status}");
    }

    private static RetentionDecision Stays(string why) => new(false, why);

    private static string Days(TimeSpan age) => age switch
    {
        { TotalDays: >= 2 } => Invariant($"{(int)age.TotalDays} days"),
        { TotalHours: >= 2 } => Invariant($"{(int)age.TotalHours} hours"),
        { TotalMinutes: >= 2 } => Invariant($"{(int)age.TotalMinutes} minutes"),
        _ => Invariant($"{Math.Max(0, (int)age.TotalSeconds)} seconds"),
    };

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
