using Bickford.Renders.Ports;
using Bickford.Renders.Sora;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Bickford.Renders.Worker.Presence;

/// <summary>Says in the register that this worker is alive, and what it sent to the provider. Work never waits for it: what cannot be said now is said at the next beat.</summary>
/// <param name="register">The register.</param>
/// <param name="requests">What was sent.</param>
/// <param name="self">Says what this worker is, now.</param>
/// <param name="clock">The clock of the beats.</param>
/// <param name="logger">Told, quietly, of what could not be said.</param>
internal sealed class PresenceService(IWorkerRegister register, RequestCounter requests, Func<WorkerStatus> self, TimeProvider clock, ILogger<PresenceService> logger)
    : BackgroundService
{
    public static readonly TimeSpan Every = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_longestLeave = TimeSpan.FromSeconds(2);

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        // Its last requests, too: a short-lived worker has no second beat.
        await TryAsync(SayAsync, s_longestLeave, cancellationToken);
        await TryAsync(token => register.LeaveAsync(self().Id, token), s_longestLeave, cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var beat = new PeriodicTimer(Every, clock);
        do
            await TryAsync(SayAsync, s_longest, stoppingToken);
        while (await beat.WaitForNextTickAsync(stoppingToken));
    }

    private async Task SayAsync(CancellationToken token)
    {
        var sent = requests.Take();
        try
        {
            await register.SayAsync(self(), sent.Calls, sent.Throttled, sent.Failed, token);
        }
        catch
        {
            requests.Add(sent);
            throw;
        }
    }

    private async Task TryAsync(Func<CancellationToken, Task> say, TimeSpan longest, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(longest, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            await say(either.Token);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            logger.LogDebug("The register of workers was not told: {Error}", e.Message);
        }
        catch (OperationCanceledException)
        {
            // It stops.
        }
        catch (Exception e)
        {
            logger.LogDebug("The register of workers was not told while stopping: {Error}", e.Message);
        }
    }
}
