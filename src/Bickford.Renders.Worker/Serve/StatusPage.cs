using System.Globalization;
using System.Text;
using Bickford.Renders.Ports;
using Bickford.Renders.Worker.Cli;
using Bickford.Renders.Worker.Settings;

namespace Bickford.Renders.Worker.Serve;

/// <summary>What the worker answers over HTTP: its health, and a page with counts and what waits for a person.</summary>
internal static class StatusPage
{
    private const int MostCounted = 500;

    private const int MostListed = 50;

    public static void MapStatus(this WebApplication app, WorkerSettings settings)
    {
        app.MapGet("/health/live", (RequestDelegate)(context => Page.AnswerAsync(context, 200, "application/json", """{"status":"live"}""")));
        app.MapGet("/health/ready", (RequestDelegate)ReadyAsync);
        app.MapGet("/", (RequestDelegate)(context => PageAsync(context, settings)));
    }

    private static async Task ReadyAsync(HttpContext context)
    {
        try
        {
            await Store(context).ListAsync(new RenderFilter(), null, 1, context.RequestAborted);
            await Page.AnswerAsync(context, 200, "application/json", """{"status":"ready"}""");
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // Whoever asks wants to know whether to send work here, not why; the log of the steps says why.
            await Page.AnswerAsync(context, 503, "application/json", """{"status":"unready","reason":"the database cannot be reached"}""");
        }
    }

    private static async Task PageAsync(HttpContext context, WorkerSettings settings)
    {
        var rows = new StringBuilder();
        foreach (var status in Enum.GetValues<RenderStatus>())
        {
            var count = (await Store(context).ListAsync(new RenderFilter { Statuses = [status] }, null, MostCounted, context.RequestAborted)).Count;
            rows.Append(CultureInfo.InvariantCulture, $"<tr><td>{status}</td><td class=\"n\">{count}{(count == MostCounted ? "+" : "")}</td></tr>");
        }

        var jobs = settings.Jobs.UseHangfire ? """<p><a href="/hangfire">The engine's jobs</a>: failed ones can be requeued there.</p>""" : "";
        await Page.WriteAsync(context, "Bickford Renders", $"""
            <h1>Bickford Renders</h1>
            <p>Version {Page.Text(CommandTree.Version)}. This worker is running.</p>
            <table>{rows}</table>
            {await StoppedAsync(context)}
            {jobs}
            <p>Health: <a href="/health/live">live</a>, <a href="/health/ready">ready</a>. Renders: <code>renders list</code>, <code>renders show ID</code>.</p>
            """);
    }

    /// <summary>The newest renders that wait for a person.</summary>
    private static async Task<string> StoppedAsync(HttpContext context)
    {
        var rows = new StringBuilder();
        foreach (var render in await Store(context).ListAsync(new RenderFilter { Statuses = [RenderStatus.Failed, RenderStatus.Parked] }, null, MostListed, context.RequestAborted))
            rows.Append($"<tr><td><a href=\"/renders/{render.Id:D}\">{Page.Text(render.ShortId)}</a></td><td>{Page.Text(render.Status)}</td><td>{Page.Text(render.Cause)}</td><td>{Page.Text(render.Message)}</td></tr>\n");
        return rows.Length == 0 ? "" : $"<h2>Failed and parked</h2><table>{rows}</table>";
    }

    private static IRenderStore Store(HttpContext context) => context.RequestServices.GetRequiredService<IRenderStore>();
}
