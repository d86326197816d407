using System.Globalization;
using System.Net;
using System.Text;
using Bickford.Renders.Ports;
using Bickford.Renders.Worker.Cli;

namespace Bickford.Renders.Worker.Serve;

/// <summary>What the worker answers over HTTP: its health, and a page with counts.</summary>
internal static class StatusPage
{
    private const int MostCounted = 500;

    public static void MapStatus(this WebApplication app)
    {
        app.MapGet("/health/live", (RequestDelegate)(context => WriteAsync(context, 200, "application/json", """{"status":"live"}""")));
        app.MapGet("/health/ready", (RequestDelegate)ReadyAsync);
        app.MapGet("/", (RequestDelegate)PageAsync);
    }

    private static async Task ReadyAsync(HttpContext context)
    {
        try
        {
            await Store(context).ListAsync(new RenderFilter(), null, 1, context.RequestAborted);
            await WriteAsync(context, 200, "application/json", """{"status":"ready"}""");
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // Whoever asks wants to know whether to send work here, not why; the log of the steps says why.
            await WriteAsync(context, 503, "application/json", """{"status":"unready","reason":"the database cannot be reached"}""");
        }
    }

    private static async Task PageAsync(HttpContext context)
    {
        var rows = new StringBuilder();
        foreach (var status in Enum.GetValues<RenderStatus>())
        {
            var count = (await Store(context).ListAsync(new RenderFilter { Statuses = [status] }, null, MostCounted, context.RequestAborted)).Count;
            rows.Append(CultureInfo.InvariantCulture, $"<tr><td>{status}</td><td>{count}{(count == MostCounted ? "+" : "")}</td></tr>");
        }

        context.Response.Headers.ContentSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'";
        await WriteAsync(context, 200, "text/html; charset=utf-8", $$"""
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Bickford Renders</title>
            <style>body{font:16px/1.5 system-ui,sans-serif;margin:3rem auto;max-width:32rem;padding:0 1rem}td{padding:.1rem 2rem .1rem 0}td+td{text-align:right}</style>
            </head>
            <body>
            <h1>Bickford Renders</h1>
            <p>Version {{WebUtility.HtmlEncode(CommandTree.Version)}}. This worker is running.</p>
            <table>{{rows}}</table>
            <p>Health: <a href="/health/live">live</a>, <a href="/health/ready">ready</a>. Renders: <code>renders list</code>, <code>renders show ID</code>.</p>
            </body>
            </html>

            """);
    }

    private static IRenderStore Store(HttpContext context) => context.RequestServices.GetRequiredService<IRenderStore>();

    private static async Task WriteAsync(HttpContext context, int status, string type, string body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = type;
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers.XContentTypeOptions = "nosniff";
        await context.Response.WriteAsync(body, context.RequestAborted);
    }
}
