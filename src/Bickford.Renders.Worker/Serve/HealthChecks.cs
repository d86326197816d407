using Bickford.Renders.Ports;

namespace Bickford.Renders.Worker.Serve;

/// <summary>Whether the worker is alive and ready: open to everybody, and says nothing else.</summary>
internal static class HealthChecks
{
    public static void MapHealth(this WebApplication app)
    {
        app.MapGet("/health/live", (RequestDelegate)(context => AnswerAsync(context, 200, """{"status":"live"}""")));
        app.MapGet("/health/ready", (RequestDelegate)ReadyAsync);
    }

    private static async Task ReadyAsync(HttpContext context)
    {
        try
        {
            await context.RequestServices.GetRequiredService<IRenderStore>().ListAsync(new RenderFilter(), null, 1, context.RequestAborted);
            await AnswerAsync(context, 200, """{"status":"ready"}""");
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // Whoever asks wants to know whether to send work here, not why; the log of the steps says why.
            await AnswerAsync(context, 503, """{"status":"unready","reason":"the database cannot be reached"}""");
        }
    }

    private static Task AnswerAsync(HttpContext context, int status, string body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers.XContentTypeOptions = "nosniff";
        return context.Response.WriteAsync(body, context.RequestAborted);
    }
}
