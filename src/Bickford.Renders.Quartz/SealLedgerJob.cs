using Bickford.Renders.Ledger;
using Microsoft.Extensions.Logging;

namespace Bickford.Renders.Quartz;

/// <summary>Seals the ledger, where there is one to seal.</summary>
internal sealed class SealLedgerJob(ILogger<SealLedgerJob> logger, ILedgerSealer? sealer = null) : RecurringJob("Sealing the ledger", logger)
{
    protected override Task RunAsync(CancellationToken cancellationToken) => sealer?.SealAsync(cancellationToken) ?? Task.CompletedTask;
}
