using Bickford.Renders.Data;
using Bickford.Renders.Ports;
using Bickford.Renders.Videos;

namespace Bickford.Renders.Worker.Api;

/// <summary>Answers every error under <c>/api</c> with a problem, and never with more than its sender needs.</summary>
internal static partial class ApiErrors
{
    private static readonly TimeSpan s_soon = TimeSpan.FromSeconds(5);

    /// <summary>Goes before routing and the limits, whose refusals it puts into words.</summary>
    public static void UseApiErrors(this WebApplication app)
    {
        var logger = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger("Bickford.Renders.Worker.Api");
        app.UseWhen(http => http.Request.Path.StartsWithSegments("/api"), branch => branch.Use((http, next) => AnswerAsync(http, next, logger)));
    }

    /// <summary>The problem that an error is.</summary>
    public static ApiProblem Of(Exception error) => error switch
    {
        ApiException e => e.Problem,
        RenderBatchException e => Of(e.InnerException!) with { Line = e.Index + 1, Detail = $"line {e.Index + 1}: {e.InnerException!.Message}; nothing was accepted" },
        RenderRequestException e => new("Bad request", 400, e.Message, e.Field, e.Allowed),
        RenderNotFoundException e => new("Not found", 404, $"id: no render '{e.Id}'; GET /api/renders lists those there are", "id"),
        RenderConflictException e => new("Conflict", 409, e.Message),
        VideosApiException { Fault: VideosFault.RateLimit or VideosFault.Unavailable } e => new("The provider is not available", 503, $"provider: {e.Message}") { RetryAfter = e.RetryAfter ?? s_soon },
        VideosApiException e => new("The provider refused", 502, $"provider: {e.Message}"),
        VideoStoreException => new("The video store is not available", 503, "The video store does not do what it was asked; the worker's log says why.") { RetryAfter = s_soon },
        DatabaseException => new("The database is not available", 503, "The database does not do what it was asked; the worker's log says why.") { RetryAfter = s_soon },
        BadHttpRequestException { StatusCode: 413 } => new("Too large", 413, "The request's body is longer than this address takes."),
        BadHttpRequestException e => new("Bad request", 400, e.Message),
        _ => new("Internal error", 500, "Something went wrong here; the worker's log says what."),
    };

    private static async Task AnswerAsync(HttpContext http, RequestDelegate next, ILogger logger)
    {
        try
        {
            await next(http);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            return;
        }
        catch (Exception e)
        {
            var problem = Of(e);
            if (problem.Status >= 500)
                LogFailed(logger, http.Request.Method, http.Request.Path, e.GetType().Name, e.Message);
            // Half an answer is ended, so that nobody takes it for a whole one.
            if (http.Response.HasStarted)
                http.Abort();
            else
            {
                http.Response.Clear();
                await problem.WriteAsync(http);
            }

            return;
        }

        if (http.Response is { HasStarted: false, ContentLength: null, ContentType: null, StatusCode: >= 400 } && WithoutWords(http) is { } plain)
            await plain.WriteAsync(http);
    }

    // What the framework refuses without a body.
    private static ApiProblem? WithoutWords(HttpContext http) => http.Response.StatusCode switch
    {
        404 => new("Not found", 404, $"There is no {http.Request.Path} here; GET /openapi/v1.json describes what there is."),
        405 => new("Method not allowed", 405, $"{http.Request.Method} is not for this address; allowed: {http.Response.Headers.Allow}"),
        415 => new("Unsupported media type", 415, $"Content-Type: '{http.Request.ContentType}' is not for this address; GET /openapi/v1.json says what is.", "Content-Type"),
        416 => null,
        var status => new("Request failed", status, $"The request was refused with status {status}."),
    };

    [LoggerMessage(Level = LogLevel.Error, Message = "{Method} {Path} failed: {Kind}: {Message}")]
    private static partial void LogFailed(ILogger logger, string method, string path, string kind, string message);
}
