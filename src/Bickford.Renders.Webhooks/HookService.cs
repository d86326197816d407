using Bickford.Renders.Ports;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Bickford.Renders.Webhooks;

/// <summary>Delivers all hooks while the worker runs: of all workers one at a time for each hook, so that its events go out in order.</summary>
internal sealed class HookService(IReadOnlyList<HookDelivery> hooks, IUpkeepLease lease, TimeProvider clock, ILogger<HookService> logger) : BackgroundService
{
    /// <summary>How long until a hook looks for new events again.</summary>
    public static readonly TimeSpan Rest = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan s_hold = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_renewAfter = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_between = TimeSpan.FromSeconds(5);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(hooks.Select(hook => KeepDeliveringAsync(hook, stoppingToken)));

    private async Task KeepDeliveringAsync(HookDelivery hook, CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await DeliverWhileHeldAsync(hook, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                // A database that is away, as a rule. Whatever it was, the next run goes on where this one stood.
                logger.LogError("Hook {Hook} stopped and goes on soon: {Problem}", hook.Hook.Name, $"{e.GetType().Name}: {e.Message.ReplaceLineEndings(" ")}");
            }

            try
            {
                await Task.Delay(s_between, clock, stoppingToken);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private async Task DeliverWhileHeldAsync(HookDelivery hook, CancellationToken stoppingToken)
    {
        // A request is always over before the lease is.
        var (work, owner, duration) = ($"hook {hook.Hook.Name}", Guid.CreateVersion7(clock.GetUtcNow()).ToString("N"), s_hold + hook.Hook.Timeout);
        if (!await lease.TryTakeAsync(work, owner, duration, TimeSpan.Zero, stoppingToken))
            return;
        var renewed = clock.GetUtcNow();
        try
        {
            while (await MayGoOnAsync())
            {
                var due = await hook.RunAsync(MayGoOnAsync, stoppingToken);
                var rest = due - clock.GetUtcNow() ?? Rest;
                // Not longer: somebody may have sent the hook back.
                await Task.Delay(rest < TimeSpan.Zero ? TimeSpan.Zero : rest < Rest ? rest : Rest, clock, stoppingToken);
            }
        }
        finally
        {
            await lease.ReleaseAsync(work, owner, CancellationToken.None);
        }

        async Task<bool> MayGoOnAsync()
        {
            if (clock.GetUtcNow() - renewed < s_renewAfter)
                return true;
            renewed = clock.GetUtcNow();
            return await lease.RenewAsync(work, owner, duration, stoppingToken);
        }
    }
}
