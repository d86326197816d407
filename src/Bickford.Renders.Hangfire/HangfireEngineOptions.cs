using Microsoft.Extensions.Options;

namespace Bickford.Renders.Hangfire;

/// <summary>How much Hangfire does at once, and where its jobs are.</summary>
public sealed class HangfireEngineOptions
{
    /// <summary>
    /// Connection string of the PostgreSQL database that holds the rows (14 or later). Hangfire keeps its jobs there in the schema <c>hangfire</c>, which it
    /// makes itself; the table <c>renders.hangfire_jobs</c> comes from Bickford.Renders.Data's migrations.
    /// </summary>
    public string PostgreSql { get; set; } = "";

    /// <summary>Creates at once in this process, and beside them looks and ledger writes: workers of the queues <c>creates</c> and <c>api</c>.</summary>
    /// <value>1 to 256; default 8.</value>
    public int ApiWorkers { get; set; } = 8;

    /// <summary>Downloads and uploads at once in this process: workers of the queue <c>transfers</c>.</summary>
    /// <value>1 to 64; default 4.</value>
    public int TransferWorkers { get; set; } = 8;

    /// <summary>How often overdue renders are handed over again. Hangfire's schedules are cron: it is rounded up to a part of a minute or of an hour.</summary>
    /// <value>0.1 s to 1 h; default 15 s.</value>
    public TimeSpan ReconcileEvery { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>How often the ledger is sealed; rounded up likewise, from an hour on to a part of a day.</summary>
    /// <value>1 s to 1 day; default 1 minute.</value>
    public TimeSpan SealEvery { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How often Hangfire's own old rows are cleared, and it is asked whether a clean-up is due, which is what <see cref="RetentionOptions.Every"/> says; rounded up likewise.</summary>
    /// <value>0.1 s to 1 day; default 5 minutes.</value>
    public TimeSpan CleanupEvery { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>How long a stop waits for running steps, which are told at once.</summary>
    /// <value>0 to 1 h; default 30 s.</value>
    public TimeSpan DrainTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <exception cref="OptionsValidationException">A value is out of its range.</exception>
    internal void Validate()
    {
        List<string> failures = [];
        if (ApiWorkers is < 1 or > 256)
            failures.Add($"Jobs:ApiWorkers: '{ApiWorkers}' is not allowed; allowed: 1 to 256");
        if (TransferWorkers is < 1 or > 64)
            failures.Add($"Jobs:TransferWorkers: '{TransferWorkers}' is not allowed; allowed: 1 to 64");
        if (ReconcileEvery < TimeSpan.FromSeconds(0.1) || ReconcileEvery > TimeSpan.FromHours(1))
            failures.Add($"Jobs:ReconcileEvery: '{ReconcileEvery}' is not allowed; allowed: 00:00:00.1 to 01:00:00");
        if (SealEvery < TimeSpan.FromSeconds(1) || SealEvery > TimeSpan.FromDays(1))
            failures.Add($"Ledger:SealEvery: '{SealEvery}' is not allowed; allowed: 00:00:01 to 1.00:00:00");
        if (CleanupEvery < TimeSpan.FromSeconds(0.1) || CleanupEvery > TimeSpan.FromDays(1))
            failures.Add($"{nameof(CleanupEvery)}: '{CleanupEvery}' is not allowed; allowed: 00:00:00.1 to 1.00:00:00");
        if (DrainTimeout < TimeSpan.Zero || DrainTimeout > TimeSpan.FromHours(1))
            failures.Add($"Jobs:DrainTimeout: '{DrainTimeout}' is not allowed; allowed: 00:00:00 to 01:00:00");
        if (failures.Count > 0)
            throw new OptionsValidationException(nameof(HangfireEngineOptions), typeof(HangfireEngineOptions), failures);
    }
}
