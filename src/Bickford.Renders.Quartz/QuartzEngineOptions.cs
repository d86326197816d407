using Microsoft.Extensions.Options;

namespace Bickford.Renders.Quartz;

/// <summary>How many steps run at once, and how often reconcile does.</summary>
public sealed class QuartzEngineOptions
{
    /// <summary>Steps at once that make short calls to the provider or the rows: so many Creates, and beside them so many of Poll and Record.</summary>
    /// <value>Setting <c>Jobs:ApiWorkers</c>; default 8; 1 to 256.</value>
    public int ApiWorkers { get; set; } = 8;

    /// <summary>Steps at once that move files: Download and Upload.</summary>
    /// <value>Setting <c>Jobs:TransferWorkers</c>; default 8; 1 to 64.</value>
    public int TransferWorkers { get; set; } = 8;

    /// <summary>From the end of one reconcile run to the start of the next.</summary>
    /// <value>Setting <c>Jobs:ReconcileEvery</c>; default 2 seconds; 0.1 second to 1 hour.</value>
    public TimeSpan ReconcileEvery { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>From the end of one run of the ledger's sealer to the start of the next.</summary>
    /// <value>Setting <c>Ledger:SealEvery</c>; default 1 minute; 1 second to 1 day.</value>
    public TimeSpan SealEvery { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>How often this process asks whether a clean-up is due, which is what <see cref="RetentionOptions.Every"/> says for all processes together.</summary>
    /// <value>Default 1 minute; 0.1 second to 1 day.</value>
    public TimeSpan CleanupEvery { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// Where many processes share what is due: a PostgreSQL that has the tables of Bickford.Renders.Data's migrations. Null: all jobs are in the memory of this process.
    /// </summary>
    /// <value>As Npgsql reads it; default null.</value>
    public string? PostgreSql { get; set; }

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
        if (failures.Count > 0)
            throw new OptionsValidationException(nameof(QuartzEngineOptions), typeof(QuartzEngineOptions), failures);
    }
}
