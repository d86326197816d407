using Microsoft.Net.Http.Headers;

namespace Bickford.Renders.Worker.Web;

/// <summary>The page for whoever comes when something does not work, most often the database. It asks nothing of it.</summary>
internal static class Trouble
{
    private const string Page = """
        <!doctype html>
        <html lang="en">
        <head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>It did not work</title><link rel="stylesheet" href="/renders.css"></head>
        <body><main><h1>It did not work</h1><p>The worker could not answer, most often because the database cannot be reached; its log says why. What it had done before is on the ledger.</p><p><a href="">Try once more</a></p></main></body>
        </html>
        """;

    public static Task ShowAsync(HttpContext http)
    {
        http.Response.StatusCode = StatusCodes.Status500InternalServerError;
        http.Response.ContentType = "text/html; charset=utf-8";
        http.Response.Headers[HeaderNames.CacheControl] = "no-store";
        return http.Response.WriteAsync(Page, http.RequestAborted);
    }
}
