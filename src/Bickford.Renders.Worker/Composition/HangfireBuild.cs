using Bickford.Renders.Worker.Doors;
using Bickford.Renders.Worker.Settings;
#if HANGFIRE
using Bickford.Renders.Hangfire;
using Bickford.Renders.Hangfire.Dashboard;
#endif

namespace Bickford.Renders.Worker.Composition;

/// <summary>Hangfire, in a build that has it: its packages are not on every NuGet source, so it is a choice of the build (<c>-p:UseHangfire=true</c>).</summary>
internal static class HangfireBuild
{
    /// <summary>What to say to somebody who asks for Hangfire in a build without it.</summary>
    public const string Missing = "this build has no Hangfire; allowed: Quartz, or a build with 'dotnet build -p:UseHangfire=true' from a NuGet source that has Hangfire.AspNetCore and Hangfire.PostgreSql (nuget.org has; the Dockerfile does this)";

#if HANGFIRE
    public static bool IsThere => true;

    public static void UseEngine(RendersBuilder builder, WorkerSettings settings) => builder.UseHangfire(options =>
    {
        options.PostgreSql = settings.PostgreSql!;
        options.ApiWorkers = settings.Jobs.ApiWorkers;
        options.TransferWorkers = settings.Jobs.TransferWorkers;
        options.ReconcileEvery = settings.Jobs.ReconcileEvery;
        options.SealEvery = settings.Ledger.SealEvery;
        options.CleanupEvery = WorkerServices.AskForCleanupEvery(settings, TimeSpan.FromMinutes(5));
        options.DrainTimeout = settings.Jobs.DrainTimeout;
    });

    /// <summary>Serves Hangfire's dashboard at /hangfire, through the same doors as every page.</summary>
    public static void MapDashboard(WebApplication app) =>
        app.MapRendersHangfire(http => http.Access() >= Access.Look, http => http.Access() >= Access.Act);
#else
    public static bool IsThere => false;

    public static void UseEngine(RendersBuilder builder, WorkerSettings settings) => throw new SettingsException("Jobs:Engine", Missing);

    public static void MapDashboard(WebApplication app) => throw new SettingsException("Jobs:Engine", Missing);
#endif
}
