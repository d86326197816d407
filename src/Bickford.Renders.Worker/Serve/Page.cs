using System.Net;
using Bickford.Renders.Worker.Output;

namespace Bickford.Renders.Worker.Serve;

/// <summary>A page of plain HTML: no script, nothing from elsewhere.</summary>
internal static class Page
{
    /// <summary>Text as HTML, whatever it is; without what would turn or hide it.</summary>
    public static string Text(object? value) => WebUtility.HtmlEncode(SafeText.Line(Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture)));

    /// <summary>Writes a page.</summary>
    /// <param name="context">The request.</param>
    /// <param name="title">As text.</param>
    /// <param name="body">As HTML; every text in it has gone through <see cref="Text"/>.</param>
    /// <param name="status">The HTTP status.</param>
    public static Task WriteAsync(HttpContext context, string title, string body, int status = 200)
    {
        context.Response.Headers.ContentSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'";
        return AnswerAsync(context, status, "text/html; charset=utf-8", $$"""
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>{{Text(title)}}</title>
            <style>
            :root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;margin:2.5rem auto;max-width:58rem;padding:0 1rem}
            table{border-collapse:collapse}td,th{padding:.15rem 1.5rem .15rem 0;text-align:left;vertical-align:top;overflow-wrap:break-word}th{font-weight:500;opacity:.7;white-space:nowrap}
            .n{text-align:right;font-variant-numeric:tabular-nums}.t{white-space:nowrap}code{font-size:.9em;word-break:break-all}
            </style>
            </head>
            <body>
            {{body}}
            </body>
            </html>

            """);
    }

    public static async Task AnswerAsync(HttpContext context, int status, string type, string body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = type;
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers.XContentTypeOptions = "nosniff";
        context.Response.Headers["Referrer-Policy"] = "no-referrer";
        await context.Response.WriteAsync(body, context.RequestAborted);
    }
}
