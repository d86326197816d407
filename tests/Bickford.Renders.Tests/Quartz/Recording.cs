using System.Collections.Concurrent;
using System.Threading.Channels;
using Bickford.Renders.Ports;

namespace Bickford.Renders.Tests.Quartz;

/// <summary>A run of a step as an engine made it.</summary>
internal sealed record Run(StepJob Job, DateTimeOffset At);

/// <summary>Notes every run, and does what the test says in it.</summary>
internal sealed class RecordingRunner : IStepRunner
{
    private readonly Happenings _finished = new();
    private readonly Happenings _started = new();

    public ConcurrentQueue<Run> Runs { get; } = new();

    public Func<StepJob, CancellationToken, Task> During { get; set; } = (_, _) => Task.CompletedTask;

    public async Task<Render?> RunAsync(StepJob job, CancellationToken stopping)
    {
        Runs.Enqueue(new Run(job, TimeProvider.System.GetUtcNow()));
        _started.Add();
        try
        {
            await During(job, stopping);
            return null;
        }
        finally
        {
            _finished.Add();
        }
    }

    public Task<bool> RunNextCreateAsync(Action taken, CancellationToken stopping) => Task.FromResult(false);

    public Task StartedAsync(int count) => _started.WaitAsync(count);

    public Task FinishedAsync(int count) => _finished.WaitAsync(count);
}

/// <summary>Counts the calls of an engine, and does what the test says in them.</summary>
internal sealed class RecordingReconciler : IReconciler
{
    private readonly Happenings _reconciled = new();
    private readonly Happenings _handedOver = new();
    private int _running;

    public ConcurrentQueue<string> Calls { get; } = new();

    public int MostAtOnce { get; private set; }

    public Func<string, Task> During { get; set; } = _ => Task.CompletedTask;

    public Task<int> ReconcileAsync(CancellationToken cancellationToken) => CallAsync("reconcile", _reconciled);

    public Task<int> HandOverDueAsync(RenderStep step, int limit, CancellationToken cancellationToken) => Task.FromResult(0);

    public Task<int> HandOverAllAsync(CancellationToken cancellationToken) => CallAsync("hand over", _handedOver);

    public Task ReconciledAsync(int count) => _reconciled.WaitAsync(count);

    public Task HandedOverAsync(int count) => _handedOver.WaitAsync(count);

    private async Task<int> CallAsync(string call, Happenings done)
    {
        MostAtOnce = Math.Max(MostAtOnce, Interlocked.Increment(ref _running));
        Calls.Enqueue(call);
        try
        {
            await During(call);
            return 0;
        }
        finally
        {
            Interlocked.Decrement(ref _running);
            done.Add();
        }
    }
}

/// <summary>Counts how often an engine asks for a clean-up.</summary>
internal sealed class RecordingCleanup : ICleanup
{
    private readonly Happenings _asked = new();
    private int _running;

    public int MostAtOnce { get; private set; }

    public Exception? Fails { get; set; }

    public IAsyncEnumerable<CleanupItem> RunAsync(bool dryRun, CancellationToken cancellationToken = default) => throw new InvalidOperationException("an engine asks whether it is due");

    public async Task<int> RunIfDueAsync(CancellationToken cancellationToken = default)
    {
        MostAtOnce = Math.Max(MostAtOnce, Interlocked.Increment(ref _running));
        await Task.Yield();
        Interlocked.Decrement(ref _running);
        _asked.Add();
        return Fails is null ? 0 : throw Fails;
    }

    public Task AskedAsync(int count) => _asked.WaitAsync(count);
}

/// <summary>Something that happens again and again, to be waited for; fails when it does not come within a time that only a fault can take.</summary>
internal sealed class Happenings
{
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(3);
    private readonly Channel<bool> _channel = Channel.CreateUnbounded<bool>();

    public void Add() => _channel.Writer.TryWrite(true);

    /// <summary>Waits for so many more than were waited for before.</summary>
    public async Task WaitAsync(int count)
    {
        using var limit = new CancellationTokenSource(s_limit, TimeProvider.System);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, TestContext.Current.CancellationToken);
        for (var i = 0; i < count; i++)
        {
            try
            {
                await _channel.Reader.ReadAsync(either.Token);
            }
            catch (OperationCanceledException) when (limit.IsCancellationRequested)
            {
                Assert.Fail($"only {i} of {count} happened within {s_limit}");
            }
        }
    }
}
