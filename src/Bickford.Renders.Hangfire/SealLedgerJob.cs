using Bickford.Renders.Ledger;
using Microsoft.Extensions.Logging;

namespace Bickford.Renders.Hangfire;

/// <summary>Seals what the ledger holds, and copies the seals to the video store.</summary>
public sealed class SealLedgerJob(Turns turns, ILogger<SealLedgerJob> logger, ILedgerSealer? sealer = null) : RecurringJob(turns, logger)
{
    /// <inheritdoc/>
    protected override Task WorkAsync(CancellationToken cancellationToken) => sealer?.SealAsync(cancellationToken) ?? Task.CompletedTask;
}
