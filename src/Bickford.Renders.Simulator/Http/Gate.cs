using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Bickford.Renders.Simulator;

/// <summary>What every request passes: request id, log, key, rate limit; and the place where refusals become answers.</summary>
internal sealed class Gate(SimulatorOptions options, RequestLog requests, AnswerWriter writer)
{
    private readonly RequestBudget? budget = options.RequestsPerMinute > 0 ? new(options.RequestsPerMinute, options.Clock) : null;
    private long requestNumber;

    public async Task PassAsync(HttpContext context, RequestDelegate next)
    {
        context.Response.Headers["x-request-id"] = "req_" + Draws.Hex(options.Seed, Interlocked.Increment(ref requestNumber), "request id", 32);
        if (context.Request.Path.StartsWithSegments("/admin"))
        {
            await AnswerAsync(context, next);
            return;
        }

        var request = new LoggedRequest(
            options.Clock.GetUtcNow(),
            context.Request.Method,
            context.Request.Path,
            context.Request.QueryString.ToString(),
            context.Request.Headers.Authorization.Count > 0 || context.Request.Headers.ContainsKey("api-key"),
            null);
        var number = requests.Begin(request);
        var status = 0;
        try
        {
            await AnswerAsync(context, next);
            status = AnswerWriter.WasCut(context) ? 0 : context.Response.StatusCode;
        }
        catch (Exception error) when (error is OperationCanceledException or IOException && AnswerWriter.WasCut(context))
        {
            // The caller left, or a fault cut the line.
        }
        finally
        {
            requests.End(number, request with { Status = status });
        }
    }

    private async Task AnswerAsync(HttpContext context, RequestDelegate next)
    {
        try
        {
            if (context.Request.Path.StartsWithSegments("/v1"))
                RefuseStrangers(context);
            await next(context);
            if (context.Response is { HasStarted: false, StatusCode: 404 or 405, ContentLength: null } && !AnswerWriter.WasCut(context))
                throw RefusalException.NoSuchRoute(context.Response.StatusCode, context.Request.Method, context.Request.Path);
        }
        catch (RefusalException refusal) when (!context.Response.HasStarted)
        {
            await writer.WriteAsync(context, ErrorJson.Of(refusal, options.Dialect));
        }
        catch (BadHttpRequestException error) when (!context.Response.HasStarted && !AnswerWriter.WasCut(context))
        {
            await writer.WriteAsync(context, ErrorJson.Of(new RefusalException(error.StatusCode, error.Message), options.Dialect));
        }
    }

    private void RefuseStrangers(HttpContext context)
    {
        if (options.ApiKey is { } key && !Presents(context.Request, key))
        {
            throw new RefusalException(401, "Incorrect API key provided. Send it as 'Authorization: Bearer KEY'.") { Code = "invalid_api_key" };
        }

        if (budget?.Take(context.Response.Headers) is { } wait && wait > TimeSpan.Zero)
        {
            context.Response.Headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString("0", CultureInfo.InvariantCulture);
            context.Response.Headers["retry-after-ms"] = Math.Ceiling(wait.TotalMilliseconds).ToString("0", CultureInfo.InvariantCulture);
            throw new RefusalException(429, $"Rate limit reached for requests: limit {options.RequestsPerMinute} a minute.") { Type = "requests", Code = "rate_limit_exceeded" };
        }
    }

    private bool Presents(HttpRequest request, string key)
    {
        var authorization = request.Headers.Authorization.ToString();
        return (authorization.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) && Same(authorization[7..], key))
            || (options.Dialect == Dialect.Azure && Same(request.Headers["api-key"].ToString(), key));
    }

    private static bool Same(string presented, string key) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(presented), Encoding.UTF8.GetBytes(key));
}
