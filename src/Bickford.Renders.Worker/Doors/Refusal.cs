using System.Globalization;
using System.Net;

namespace Bickford.Renders.Worker.Doors;

/// <summary>An answer to whoever does not come in, or not further.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Message">Why, and what to do.</param>
internal sealed record Refusal(int Status, string Message)
{
    /// <summary>How to say who one is; null for no way.</summary>
    public string? Challenge { get; init; }

    /// <summary>When to come again.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>A person with a browser is sent to the provider of identities instead.</summary>
    public bool SignIn { get; init; }

    /// <summary>HTML behind the message, for browsers.</summary>
    public string Html { get; init; } = "";

    /// <summary>Answers: a page to a browser, problem details to everything else.</summary>
    public async Task WriteAsync(HttpContext http)
    {
        var headers = http.Response.Headers;
        headers.CacheControl = "no-store";
        if (Challenge is not null)
            headers.WWWAuthenticate = Challenge;
        if (RetryAfter is { } wait)
            headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        if (!IsForBrowser(http.Request))
        {
            await Results.Problem(Message, statusCode: Status).ExecuteAsync(http);
            return;
        }

        http.Response.StatusCode = Status;
        http.Response.ContentType = "text/html; charset=utf-8";
        await http.Response.WriteAsync(
            $"""
            <!doctype html>
            <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark"><title>Bickford Renders</title></head>
            <body><main><h1>Bickford Renders</h1><p>{WebUtility.HtmlEncode(Message)}</p>{Html}</main></body></html>

            """,
            http.RequestAborted);
    }

    /// <summary>Whether a person looks at the answer.</summary>
    public static bool IsForBrowser(HttpRequest request) =>
        !request.Path.StartsWithSegments("/api") && request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase)
        && request.Headers["Sec-Fetch-Mode"].ToString() is "" or "navigate";
}
