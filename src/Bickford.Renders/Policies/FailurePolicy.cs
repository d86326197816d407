namespace Bickford.Renders.Policies;

/// <summary>What happens after a fault.</summary>
public abstract record FailureAction
{
    private FailureAction()
    {
    }

    /// <summary>The same step again, after a while.</summary>
    public sealed record Retry(TimeSpan After) : FailureAction;

    /// <summary>The render fails; a person may resume it.</summary>
    public sealed record Fail(RenderCause Cause, string Message) : FailureAction;

    /// <summary>The render waits for a person.</summary>
    public sealed record Park(RenderCause Cause, string Message) : FailureAction;
}

/// <summary>The one place that decides what a fault means: a pure function of the row, the fault and the time.</summary>
public static class FailurePolicy
{
    /// <summary>How often a video the provider does not know is asked for again: some servers know it a moment later.</summary>
    public const int LostAttempts = 3;

    /// <summary>How long after completion missing content is taken for "not there yet" where the server does not say when it expires.</summary>
    public static readonly TimeSpan ContentGrace = TimeSpan.FromMinutes(5);

    /// <summary>Tries for what hardly heals: a bug of the worker or of an observer, and content that is wrong at the provider.</summary>
    public const int FewAttempts = 8;

    /// <summary>
    /// When being told to wait ends for what the provider has finished or may have: a second deadline after the first, so that a provider that always says "later" cannot keep a
    /// render open for ever. By our own clock and settings alone.
    /// </summary>
    public static DateTimeOffset LatestTurn(Render row, RenderOptions options) => row.DeadlineAt + options.Deadline;

    private static readonly TimeSpan Soonest = TimeSpan.FromSeconds(1);

    /// <summary>Decides.</summary>
    /// <param name="row">The row before the fault; <see cref="Render.Attempt"/> counts the failed tries before this one.</param>
    /// <param name="fault">What went wrong.</param>
    /// <param name="now">The time.</param>
    /// <param name="options">Retries and deadline.</param>
    /// <param name="random">0 to 1, for jitter.</param>
    public static FailureAction Decide(Render row, StepFault fault, DateTimeOffset now, RenderOptions options, double random)
    {
        var retry = new FailureAction.Retry(InTime(row, fault, Backoff.NextTry(row.Attempt, options.Retry, fault.RetryAfter, random), now, options));
        var inTime = row.Step is not (RenderStep.Create or RenderStep.Poll)
            || now + retry.After < row.DeadlineAt || (row.Step == RenderStep.Poll && now < row.DeadlineAt);
        var tries = row.Attempt + 1;

        return fault.Kind switch
        {
            FaultKind.Permanent => new FailureAction.Fail(fault.Cause, fault.Message),
            FaultKind.NeedsOperator => new FailureAction.Park(fault.Cause, fault.Message),
            // Looking up costs nothing, so it starts soon, also after the deadline and the last create: what the look-up finds decides about the rest.
            FaultKind.AmbiguousCreate => retry,
            FaultKind.Throttled when !inTime && HasOpenCreate(row) => PastDeadline(row, fault),
            FaultKind.Throttled => inTime && now < LatestTurn(row, options) ? retry : new FailureAction.Fail(RenderCause.RateLimit, fault.Message),
            FaultKind.NotFound => MayComeYet(row, fault, now) ? retry : new FailureAction.Fail(fault.Cause, fault.Message),
            FaultKind.Transient when !inTime => PastDeadline(row, fault),
            FaultKind.Transient when tries >= MaxAttempts(row, fault, options) => Exhausted(row, fault, tries),
            FaultKind.Transient => retry,
            _ => throw new ArgumentOutOfRangeException(nameof(fault), fault.Kind, "unknown kind of fault"),
        };
    }

    /// <summary>What was paid for is looked at once more at the deadline, and fetched well before it expires, however long the server asks to wait.</summary>
    private static TimeSpan InTime(Render row, StepFault fault, TimeSpan after, DateTimeOffset now, RenderOptions options)
    {
        var latest = row.Step switch
        {
            RenderStep.Poll => row.DeadlineAt - now,
            RenderStep.Download when row.ExpiresAt is { } expires && expires < LatestTurn(row, options) => (expires - now) / 2,
            RenderStep.Download when fault.Kind == FaultKind.Throttled => LatestTurn(row, options) - now,
            _ => after,
        };
        return latest >= after ? after : latest > Soonest ? latest : Soonest;
    }

    private static bool MayComeYet(Render row, StepFault fault, DateTimeOffset now)
    {
        // Other errors before the first "not found" say nothing about the video.
        if (row.Step == RenderStep.Poll)
            return (row.Cause != fault.Cause || row.Attempt + 1 < LostAttempts) && now < row.DeadlineAt;
        if (row.ExpiresAt is { } expires && now >= expires)
            return false;
        return now < (row.ProviderCompletedAt ?? row.UpdatedAt) + ContentGrace;
    }

    private static int MaxAttempts(Render row, StepFault fault, RenderOptions options) => (fault.Cause, row.Step) switch
    {
        (RenderCause.Internal, RenderStep.Upload or RenderStep.Record) or (RenderCause.ProviderFailed, RenderStep.Download) =>
            Math.Min(FewAttempts, options.Retry.MaxAttempts),
        _ => options.Retry.MaxAttempts,
    };

    // A create whose effect is open is never failed: a person must see it.
    private static FailureAction PastDeadline(Render row, StepFault fault) => HasOpenCreate(row)
        ? new FailureAction.Park(RenderCause.AmbiguousCreate, $"the deadline passed while looking for the video; last error: {fault.Message}")
        : new FailureAction.Fail(RenderCause.Deadline, $"the deadline passed; last error: {fault.Message}");

    private static FailureAction Exhausted(Render row, StepFault fault, int tries) => HasOpenCreate(row)
        ? new FailureAction.Park(RenderCause.AmbiguousCreate, $"looked {tries} times for the video; last error: {fault.Message}")
        : new FailureAction.Fail(fault.Cause, $"gave up after {tries} tries; last error: {fault.Message}");

    private static bool HasOpenCreate(Render row) => row.Step == RenderStep.Create && row.CreateStartedAt is not null;
}
