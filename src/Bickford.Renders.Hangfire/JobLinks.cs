using Bickford.Renders.Ports;

namespace Bickford.Renders.Hangfire;

/// <summary>From a render to its job in Hangfire's dashboard.</summary>
internal sealed class JobLinks(JobClaims claims) : IJobLinks
{
    public async Task<string?> FindAsync(Guid renderId, CancellationToken cancellationToken) =>
        await claims.FindJobAsync(renderId, cancellationToken) is { } job ? $"{Dashboard.HangfireDashboard.Path}/jobs/details/{job}" : null;
}
