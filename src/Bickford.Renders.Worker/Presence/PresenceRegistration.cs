using Bickford.Renders.Ports;
using Bickford.Renders.Sora;
using Bickford.Renders.Staging;
using Bickford.Renders.Worker.Cli;
using Bickford.Renders.Worker.Settings;

namespace Bickford.Renders.Worker.Presence;

/// <summary>Registration of this worker's presence.</summary>
internal static class PresenceRegistration
{
    /// <summary>Says that this process works.</summary>
    public static void AddPresence(this IServiceCollection services, WorkerSettings settings) => services.AddHostedService(provider =>
    {
        var clock = provider.GetRequiredService<TimeProvider>();
        var (id, startedAt, staging) = (Guid.CreateVersion7(clock.GetUtcNow()), clock.GetUtcNowMs(), provider.GetRequiredService<StagingFolder>());
        return new PresenceService(
            provider.GetRequiredService<IWorkerRegister>(),
            provider.GetRequiredService<RequestCounter>(),
            () => new WorkerStatus(
                id, Environment.MachineName, Environment.ProcessId, CommandTree.Version, settings.Jobs.UseHangfire ? "Hangfire" : "Quartz", startedAt,
                BytesIn(staging), settings.StagingMaxBytes),
            clock,
            provider.GetRequiredService<ILogger<PresenceService>>());
    });

    // Files come and go while they are counted.
    private static long BytesIn(StagingFolder staging)
    {
        try
        {
            return staging.Files().Sum(file => file.Length);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return 0;
        }
    }
}
