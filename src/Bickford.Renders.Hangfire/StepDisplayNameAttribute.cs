using Hangfire;
using Hangfire.Common;
using Hangfire.Dashboard;

namespace Bickford.Renders.Hangfire;

/// <summary>Names a job in the dashboard by its step and the render's short id.</summary>
internal sealed class StepDisplayNameAttribute() : JobDisplayNameAttribute("{0}")
{
    public override string Format(DashboardContext context, Job job) =>
        StepJobs.RenderOf(job) is { } id ? $"{Step(job.Type.Name)} {id.ToString("N")[^8..]}" : job.ToString();

    private static string Step(string type) => type.Replace("VideoJob", "", StringComparison.Ordinal).Replace("LedgerJob", "", StringComparison.Ordinal);
}
