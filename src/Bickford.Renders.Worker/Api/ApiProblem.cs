using System.Text.Json;
using System.Text.Json.Serialization;
using Bickford.Renders.Worker.Output;

namespace Bickford.Renders.Worker.Api;

/// <summary>What went wrong, as RFC 9457 writes it.</summary>
/// <param name="Title">The kind of problem.</param>
/// <param name="Status">The HTTP status.</param>
/// <param name="Detail">What went wrong, and what to do.</param>
/// <param name="Field">The field, parameter or header that is wrong.</param>
/// <param name="Allowed">What is allowed there.</param>
/// <param name="Line">The line of a batch, from 1.</param>
internal sealed record ApiProblem(string Title, int Status, string Detail, string? Field = null, string? Allowed = null, int? Line = null)
{
    public const string ContentType = "application/problem+json";

    private static readonly JsonSerializerOptions s_json = new(Json.Options) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    /// <summary>No kind of its own: the status says it.</summary>
    [JsonPropertyOrder(-1)]
    public string Type { get; init; } = "about:blank";

    /// <summary>When to ask again; goes into the header <c>Retry-After</c>.</summary>
    [JsonIgnore]
    public TimeSpan? RetryAfter { get; init; }

    public Task WriteAsync(HttpContext http)
    {
        http.Response.StatusCode = Status;
        http.Response.ContentType = ContentType;
        http.Response.Headers.CacheControl = "no-store";
        if (RetryAfter is { } after)
            http.Response.Headers.RetryAfter = Math.Max(1, (long)Math.Ceiling(after.TotalSeconds)).ToString(System.Globalization.CultureInfo.InvariantCulture);
        return HttpMethods.IsHead(http.Request.Method) ? Task.CompletedTask : http.Response.WriteAsync(JsonSerializer.Serialize(this, s_json), http.RequestAborted);
    }
}

/// <summary>Ends a request with a problem.</summary>
internal sealed class ApiException(ApiProblem problem) : Exception(problem.Detail)
{
    public ApiProblem Problem { get; } = problem;
}
