using Bickford.Renders.Policies;
using Bickford.Renders.Ports;
using Bickford.Renders.Telemetry;
using Bickford.Renders.Worker.Settings;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Bickford.Renders.Worker.Telemetry;

/// <summary>Asks the database how everything stands, for the gauges. What cannot be read is not shown.</summary>
internal sealed class TelemetryService(
    IRenderReadings readings, ISpending spending, RenderOptions options, RenderGauges gauges, TelemetrySettings settings, Sending sending, TimeProvider clock, ILogger<TelemetryService> logger)
    : BackgroundService
{
    /// <summary>So long before a video expires that is not stored, it is shown.</summary>
    public static readonly TimeSpan Soon = TimeSpan.FromMinutes(15);

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        // This one began first and so stops last: what the others said while they stopped is sent too.
        await sending.EndAsync();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (settings.Metrics is null)
            return;
        using var next = new PeriodicTimer(settings.GaugesEvery, clock);
        do
        {
            try
            {
                gauges.Reading = await ReadAsync(stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                gauges.Reading = null;
                logger.LogDebug("The gauges could not be read: {Error}", e.Message);
            }
        }
        while (await next.WaitForNextTickAsync(stoppingToken));
    }

    private async Task<GaugeReading> ReadAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var rows = await readings.ReadAsync(now - options.ReconcileGrace, now + Soon, cancellationToken);
        var today = await spending.SumSpentAsync(new DateTimeOffset(now.UtcDateTime.Date, TimeSpan.Zero), cancellationToken: cancellationToken);
        var budgets = await spending.SumBudgetsAsync(options.Budget, now, cancellationToken);
        return new GaugeReading(now, rows, today.Cost, [.. budgets.Select(budget => (budget.Limit, budget.Spent.Cost))]);
    }
}
