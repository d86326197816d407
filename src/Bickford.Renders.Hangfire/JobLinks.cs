using Bickford.Renders.Ports;
using Hangfire;

namespace Bickford.Renders.Hangfire;

/// <summary>From a render to its job in Hangfire's dashboard.</summary>
internal sealed class JobLinks(JobClaims claims, JobStorage storage) : IJobLinks
{
    public async Task<string?> FindAsync(Guid renderId, CancellationToken cancellationToken) =>
        await claims.FindJobAsync(renderId, cancellationToken) is { } job && await Task.Run(() => IsThere(job), cancellationToken)
            ? $"{Dashboard.HangfireDashboard.Path}/jobs/details/{job}"
            : null;

    // An ended job goes after an hour.
    private bool IsThere(string job)
    {
        using var connection = storage.GetReadOnlyConnection();
        return connection.GetJobData(job) is not null;
    }
}
