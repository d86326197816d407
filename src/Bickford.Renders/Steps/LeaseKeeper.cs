using Bickford.Renders.Ports;
using Bickford.Renders.Telemetry;

namespace Bickford.Renders.Steps;

/// <summary>Keeps a running step's lease alive, and cuts the step when the lease is lost or somebody asks to cancel.</summary>
internal sealed class LeaseKeeper : IAsyncDisposable
{
    private readonly IRenderStore _store;
    private readonly Guid _id;
    private readonly RenderStep _step;
    private readonly string _owner;
    private readonly TimeSpan _duration;
    private readonly TimeProvider _clock;
    private readonly CancellationTokenSource _cut = new();
    private readonly CancellationTokenSource _done = new();
    private readonly Task _renewing;
    private long _renewedAt;

    /// <param name="store">Where the lease is.</param>
    /// <param name="row">The leased row.</param>
    /// <param name="duration">The lease's length.</param>
    /// <param name="takenAt">Timestamp from before the lease was taken: by our own clock it holds at least until then plus its length.</param>
    /// <param name="clock">Own, monotonic clock.</param>
    public LeaseKeeper(IRenderStore store, Render row, TimeSpan duration, long takenAt, TimeProvider clock)
    {
        _store = store;
        _id = row.Id;
        _step = row.Step;
        _owner = row.LeaseOwner ?? throw new ArgumentException("the row has no lease", nameof(row));
        _duration = duration;
        _clock = clock;
        _renewedAt = takenAt;
        _renewing = RenewAsync();
    }

    /// <summary>Cancelled when the lease is lost or cancelling was asked for.</summary>
    public CancellationToken Cut => _cut.Token;

    /// <summary>True once somebody else may be at this step.</summary>
    public bool IsLost { get; private set; }

    /// <summary>True while nobody else can have taken the lease, with a third of it to spare.</summary>
    public bool IsSafe => !_cut.IsCancellationRequested && _clock.GetElapsedTime(Interlocked.Read(ref _renewedAt)) < _duration * (2.0 / 3);

    public async ValueTask DisposeAsync()
    {
        await _done.CancelAsync();
        await _renewing;
        _cut.Dispose();
        _done.Dispose();
    }

    private async Task RenewAsync()
    {
        try
        {
            while (true)
            {
                await Task.Delay(_duration / 3, _clock, _done.Token);
                var asked = _clock.GetTimestamp();
                switch (await TryRenewAsync())
                {
                    case Renewal.Held:
                        Interlocked.Exchange(ref _renewedAt, asked);
                        break;
                    case Renewal.CancelRequested:
                        await _cut.CancelAsync();
                        return;
                    case Renewal.Lost:
                    case Renewal.Unknown when _clock.GetElapsedTime(Interlocked.Read(ref _renewedAt)) >= _duration:
                        // Unknown: the database is away for longer than the lease, so somebody else may be at it by now.
                        IsLost = true;
                        RenderTelemetry.LeaseLost(_step);
                        await _cut.CancelAsync();
                        return;
                }
            }
        }
        catch (OperationCanceledException) when (_done.IsCancellationRequested)
        {
            // The step ended.
        }
    }

    private async Task<Renewal> TryRenewAsync()
    {
        try
        {
            var row = await _store.RenewLeaseAsync(_id, _owner, _duration, _done.Token);
            return row is null ? Renewal.Lost : row.CancelRequested ? Renewal.CancelRequested : Renewal.Held;
        }
        catch (Exception)
        {
            // The step ended, or: whatever the database threw, the lease itself is unharmed until it runs out.
            return Renewal.Unknown;
        }
    }

    private enum Renewal
    {
        Held,
        Lost,
        CancelRequested,
        Unknown,
    }
}
