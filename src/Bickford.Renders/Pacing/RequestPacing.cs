using Bickford.Renders.Policies;
using Bickford.Renders.Ports;
using Bickford.Renders.Steps;
using Microsoft.Extensions.Logging;

namespace Bickford.Renders.Pacing;

/// <summary>
/// When this process may send its next request to the provider, by the gate that all processes share: <see cref="RenderOptions.RequestsPerMinute"/>, and the
/// pause after the provider asked to slow down. Safe for many threads; one for the process.
/// </summary>
/// <param name="gate">The gate; null where the row store has none: then nothing is paced.</param>
/// <param name="options">The limit.</param>
/// <param name="clock">Own, monotonic clock, for waits.</param>
/// <param name="logger">Told of pauses.</param>
public sealed class RequestPacing(IProviderGate? gate, RenderOptions options, TimeProvider clock, ILogger<RequestPacing> logger)
{
    /// <summary>
    /// How far ahead a slot may be taken. A slot is waited for where the request is to be made, however long it takes: given back, ten thousand renders that are due would be
    /// leased and put back again and again. Who waits takes a worker, so those who wait are few, and each next job is the one that then comes first. The bound is for what
    /// dead processes leave behind: slots that nobody uses.
    /// </summary>
    public static readonly TimeSpan Reach = TimeSpan.FromSeconds(30);

    /// <summary>The longest pause that is waited for with a lease; beyond it the step is given back.</summary>
    public static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(2);

    /// <summary>
    /// The same for the next request of a run that has sent one: pages after the first, a redirect's target, a preview after the video. Given back, the step would have
    /// to begin anew; where many do so, none would ever get all its requests through.
    /// </summary>
    public static readonly TimeSpan LongestWaitOnTheWay = TimeSpan.FromSeconds(30);

    /// <summary>
    /// The longest pause at once, also when the server asks for more: then one more request finds out whether it still does. Finished videos expire, and one strange
    /// answer must not keep all workers from fetching them.
    /// </summary>
    public static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(10);

    /// <summary>The pause when the server does not say how long.</summary>
    public static readonly TimeSpan UnknownPause = TimeSpan.FromSeconds(2);

    /// <summary>
    /// The same when the quota is used up. No wait brings it back, a person does: so one create in this time finds out whether he has, and parks if not, while all that waits
    /// stays as it is. Short enough to go on fetching what is done in between.
    /// </summary>
    public static readonly TimeSpan QuotaPause = TimeSpan.FromSeconds(30);

    // Another process's pause is seen so soon.
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(0.5);

    // A slot that is missed by more than this may crowd a later minute: it is let go.
    private static readonly TimeSpan MostLate = TimeSpan.FromSeconds(0.8);
    private const int SlotTries = 3;

    // Who was refused asks again so soon at the latest, and so late at the earliest.
    private static readonly TimeSpan LongestNap = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan ShortestNap = TimeSpan.FromMilliseconds(10);

    // A slot that is so near is waited for outside of the line, while the next one is reserved.
    private static readonly TimeSpan Near = TimeSpan.FromSeconds(0.1);
    private const int Places = 4;

    private static readonly AsyncLocal<Run?> Current = new();

    private readonly RequestLine _line = new(Places);

    private readonly Lock _lock = new();
    private long _askedAt;
    private long _pausedUntil;
    private long _slowUntil;
    private bool _known;

    /// <summary>Requests that wait for others of this process.</summary>
    internal int InLine => _line.Waiting;

    /// <summary>The requests from here on, along the caller's awaits, belong to one run of this step.</summary>
    public static void BeginRun(RenderStep step) => Current.Value = new Run(step);

    /// <summary>
    /// Waits while the provider wants to be left alone. Called before a step takes its render: of all that is due, a pause then holds as many as there are workers, where they
    /// are, and touches no row.
    /// </summary>
    public async Task WaitForPauseToEndAsync(CancellationToken cancellationToken)
    {
        while (gate is not null && await PauseLeftAsync(gate, cancellationToken) is var left && left > LongestWait)
            await DelayAsync(left, cancellationToken);
    }

    /// <summary>Waits for the turn of one request, which is to be sent at once then.</summary>
    /// <exception cref="RequestDeferredException">A pause is too long to wait for its end here.</exception>
    /// <exception cref="Exception">The gate cannot be reached.</exception>
    public async Task WaitAsync(CancellationToken cancellationToken)
    {
        if (gate is null)
            return;
        var isOnTheWay = Current.Value is { HasBegun: true };
        if (options.RequestsPerMinute == 0)
            await WaitForPauseAsync(gate, isOnTheWay, cancellationToken);
        if (HasSlots)
            await WaitForSlotAsync(gate, isOnTheWay, cancellationToken);
        if (Current.Value is { } run)
            run.HasBegun = true;
    }

    /// <summary>The provider asked to slow down: no process sends anything for so long. Never throws: the pause is not worth losing an answer for.</summary>
    /// <param name="retryAfter">As the server says; null when it does not.</param>
    public Task PauseAsync(TimeSpan? retryAfter) => PauseAsync(retryAfter ?? UnknownPause, "The provider asked to slow down");

    /// <summary>
    /// The provider says that the quota is used up: no process sends anything for so long, so that the renders that wait do not find out one by one and all stop. Never throws.
    /// </summary>
    /// <param name="retryAfter">As the server says; null when it does not.</param>
    public Task PauseForQuotaAsync(TimeSpan? retryAfter) => PauseAsync(retryAfter ?? QuotaPause, "The provider says that the quota is used up");

    private async Task PauseAsync(TimeSpan pause, string why)
    {
        if (gate is null || pause <= TimeSpan.Zero)
            return;
        pause = pause < LongestPause ? pause : LongestPause;
        logger.LogWarning("{Why}; asking it nothing for {Seconds} s", why, Math.Round(pause.TotalSeconds, 3));
        Learn(clock.GetTimestamp(), new ProviderPause(pause, pause + SlowStart.DurationAfter(pause)), atLeast: true);
        try
        {
            await gate.PauseAsync(pause, CancellationToken.None);
        }
        catch (Exception e)
        {
            logger.LogWarning("The other workers could not be told of the pause: {Error}", e.Message);
        }
    }

    // Without a limit, only those of a slow start.
    private bool HasSlots
    {
        get
        {
            lock (_lock)
                return options.RequestsPerMinute > 0 || _slowUntil > clock.GetTimestamp();
        }
    }

    private async Task WaitForSlotAsync(IProviderGate gate, bool isOnTheWay, CancellationToken cancellationToken)
    {
        for (var tries = 1; ;)
        {
            var (reserved, slot) = await ReserveAsync(gate, isOnTheWay, cancellationToken);
            await DelayAsync(slot - clock.GetElapsedTime(reserved), cancellationToken);
            var took = clock.GetElapsedTime(reserved);
            if (took > Fresh && await PauseLeftAsync(gate, cancellationToken) > TimeSpan.Zero)
                continue; // somebody paused all of us meanwhile
            if (took - slot <= MostLate || tries++ == SlotTries)
                return;
        }
    }

    /// <summary>A slot that is near by now: when it was asked for, and how long after that it is.</summary>
    private async Task<(long Asked, TimeSpan Wait)> ReserveAsync(IProviderGate gate, bool isOnTheWay, CancellationToken cancellationToken)
    {
        using var place = await _line.EnterAsync(Rank(isOnTheWay), cancellationToken);
        var began = clock.GetTimestamp();
        while (true)
        {
            await WaitForPauseAsync(gate, isOnTheWay, cancellationToken);
            // Who has waited longer reaches farther, and who has begun farthest: nobody is passed for ever by those who came later.
            var reach = Reach * (isOnTheWay ? 3 : 1) + clock.GetElapsedTime(began);
            var asked = clock.GetTimestamp();
            if (!HasSlots)
                return (asked, TimeSpan.Zero); // it has ended meanwhile
            var slot = await OfGateOrNullAsync(() => gate.ReserveAsync(options.RequestsPerMinute, reach, cancellationToken), cancellationToken)
                ?? new RequestSlot(true, TimeSpan.Zero);
            if (slot.Granted)
            {
                await DelayAsync(slot.Wait - Near, cancellationToken);
                return (asked, slot.Wait);
            }

            // The slot comes nearer while the reach grows.
            await DelayAsync(Between(ShortestNap, (slot.Wait - reach) / 2, LongestNap), cancellationToken);
        }
    }

    // What has begun is not left lying. Then what is done at the provider: it was paid for, and it expires; if new renders came before it, what is done would grow without end
    // where more is handed in than the limit can bear. Looks and creates take turns.
    private static int Rank(bool isOnTheWay) => isOnTheWay ? 0 : Current.Value is { Step: RenderStep.Download } ? 1 : 2;

    private static TimeSpan Between(TimeSpan least, TimeSpan value, TimeSpan most) => value < least ? least : value > most ? most : value;

    private async Task WaitForPauseAsync(IProviderGate gate, bool isOnTheWay, CancellationToken cancellationToken)
    {
        while (await PauseLeftAsync(gate, cancellationToken) is var left && left > TimeSpan.Zero)
        {
            if (left > (isOnTheWay ? LongestWaitOnTheWay : LongestWait))
                throw new RequestDeferredException(left);
            await DelayAsync(left, cancellationToken);
        }
    }

    private async Task<TimeSpan> PauseLeftAsync(IProviderGate gate, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_known && clock.GetElapsedTime(_askedAt) < Fresh)
                return Left();
        }

        var asked = clock.GetTimestamp();
        if (await OfGateOrNullAsync<ProviderPause?>(async () => await gate.PauseLeftAsync(cancellationToken), cancellationToken) is { } pause)
            Learn(asked, pause, atLeast: false);

        lock (_lock)
            return Left();
    }

    private TimeSpan Left()
    {
        var now = clock.GetTimestamp();
        return _pausedUntil > now ? clock.GetElapsedTime(now, _pausedUntil) : TimeSpan.Zero;
    }

    private void Learn(long asked, ProviderPause pause, bool atLeast)
    {
        var (until, slowUntil) = (After(pause.Left), After(pause.SlowLeft));
        lock (_lock)
        {
            if (atLeast && until < _pausedUntil)
                return;
            (_askedAt, _pausedUntil, _slowUntil, _known) = (asked, until, atLeast ? Math.Max(slowUntil, _slowUntil) : slowUntil, true);
        }

        long After(TimeSpan time) => asked + (long)(time.TotalSeconds * clock.TimestampFrequency);
    }

    // Timers count whole milliseconds, and cut the rest off.
    private Task DelayAsync(TimeSpan wait, CancellationToken cancellationToken) => wait <= TimeSpan.Zero
        ? Task.CompletedTask
        : Task.Delay(TimeSpan.FromMilliseconds(Math.Ceiling(wait.TotalMilliseconds)), clock, cancellationToken);

    // Without a limit the gate is only a courtesy: null when it gives no answer. The step's own commit finds out about the database.
    private async Task<T?> OfGateOrNullAsync<T>(Func<Task<T>> ask, CancellationToken cancellationToken)
    {
        try
        {
            return await OfGateAsync(ask, cancellationToken);
        }
        catch (RowStoreException e) when (options.RequestsPerMinute == 0)
        {
            logger.LogDebug(e, "The gate cannot be reached");
            return default;
        }
    }

    // A step that got no answer from the gate is one that got none from the rows: nothing of it is to be written down as the provider's failure.
    private static async Task<T> OfGateAsync<T>(Func<Task<T>> ask, CancellationToken cancellationToken)
    {
        try
        {
            return await ask();
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            throw new RowStoreException(e);
        }
    }

    private sealed class Run(RenderStep step)
    {
        public RenderStep Step { get; } = step;

        public bool HasBegun { get; set; }
    }
}
