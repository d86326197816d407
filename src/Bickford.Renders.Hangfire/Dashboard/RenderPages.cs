using System.Globalization;
using System.Net;
using Bickford.Renders.Ports;
using Hangfire;
using Hangfire.Dashboard;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Bickford.Renders.Hangfire.Dashboard;

/// <summary>What Hangfire's dashboard says of renders: how many failed or are parked, and which render a job belongs to.</summary>
internal static class RenderPages
{
    private const int MostCounted = 500;
    private static int s_added;

    /// <summary>Adds them. Hangfire keeps them for the whole process, so the first call does, and what they show comes from the request's own host.</summary>
    public static IGlobalConfiguration UseRenderPages(this IGlobalConfiguration hangfire)
    {
        if (Interlocked.Exchange(ref s_added, 1) == 0)
            hangfire
                .UseDashboardMetrics(Counter("renders:failed", "Renders failed", RenderStatus.Failed, MetricStyle.Danger), Counter("renders:parked", "Renders parked", RenderStatus.Parked, MetricStyle.Warning))
                .UseJobDetailsRenderer(10, RenderOf);
        return hangfire;
    }

    private static DashboardMetric Counter(string name, string title, RenderStatus status, MetricStyle style) => new(name, title, page =>
    {
        var count = Count(page.Context.GetHttpContext(), status);
        return new Metric(count == MostCounted ? $"{MostCounted}+" : count.ToString(CultureInfo.InvariantCulture))
        {
            Style = count > 0 ? style : MetricStyle.Default,
            Highlighted = count > 0,
        };
    });

    // Hangfire draws its pages synchronously.
    private static int Count(HttpContext http, RenderStatus status) => Task.Run(async () =>
        (await http.RequestServices.GetRequiredService<IRenderStore>().ListAsync(new RenderFilter { Statuses = [status] }, null, MostCounted, http.RequestAborted)).Count).GetAwaiter().GetResult();

    private static NonEscapedString RenderOf(JobDetailsRendererDto details)
    {
        if (StepJobs.RenderOf(details.JobDetails.Job) is not { } id)
            return new NonEscapedString("");
        var http = details.Page.Context.GetHttpContext();
        var row = Task.Run(() => http.RequestServices.GetRequiredService<IRenderStore>().GetAsync(id, http.RequestAborted)).GetAwaiter().GetResult();
        var state = row is null ? "unknown" : row.Cause is { } cause ? $"{row.Status}, {cause}" : row.Status.ToString();
        return new NonEscapedString($"""
            <h3>Render</h3>
            <p><a href="/renders/{id:D}">{id:D}</a>: {WebUtility.HtmlEncode(state)}</p>
            <p>{WebUtility.HtmlEncode(row?.Prompt)}</p>

            """);
    }
}
