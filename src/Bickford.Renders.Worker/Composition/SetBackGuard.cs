using Bickford.Renders.Ports;
using Bickford.Renders.Worker.Settings;

namespace Bickford.Renders.Worker.Composition;

/// <summary>
/// Starts before the engine, and keeps it from a database that was set back to an older state: its rows may have forgotten creates, and would pay for them again. A store that does not answer keeps
/// nobody from work.
/// </summary>
internal sealed class SetBackGuard(IRecovery recovery, ILogger<SetBackGuard> logger) : IHostedService
{
    /// <exception cref="SettingsException">The database is older than the seals in the store.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        bool isSetBack;
        try
        {
            isSetBack = await recovery.IsSetBackAsync(cancellationToken);
        }
        catch (VideoStoreException e)
        {
            logger.LogWarning("Whether the database is older than the store cannot be told: {Error}", e.Message);
            return;
        }

        if (isSetBack)
            throw new SettingsException("Database:ConnectionString", "the database is older than the store's copies of its ledger's seals: it was restored from a backup, or is another one; run 'renders db restored' before a worker pays again for what it has forgotten");
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
