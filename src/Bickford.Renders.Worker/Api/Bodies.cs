using System.Globalization;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;

namespace Bickford.Renders.Worker.Api;

/// <summary>Reads what requests bring along, within limits.</summary>
internal static class Bodies
{
    /// <summary>The longest JSON body: a prompt of 32,000 characters, all of them escaped, and then some.</summary>
    public const int MaxJsonBytes = 256 << 10;

    /// <summary>The longest batch.</summary>
    public const int MaxBatchBytes = 8 << 20;

    /// <summary>The most renders of a batch.</summary>
    public const int MaxBatchLines = 1_000;

    private const int MaxFormBytes = RenderOptions.MaxReferenceBytes + (1 << 20);
    private const string JsonType = "application/json";
    private const string FormType = "multipart/form-data";
    private static readonly string[] s_lineTypes = ["application/jsonl", "application/x-ndjson", "application/x-jsonlines"];

    /// <summary>The types that a batch may have.</summary>
    public static IReadOnlyList<string> LineTypes => s_lineTypes;

    /// <summary>A JSON body.</summary>
    /// <param name="http">The request.</param>
    /// <param name="fields">The fields it may have.</param>
    /// <param name="mayBeMissing">No body at all is an empty object.</param>
    public static async Task<JsonFields> ReadJsonAsync(HttpContext http, IReadOnlyCollection<string> fields, bool mayBeMissing = false)
    {
        if (mayBeMissing && http.Request.ContentType is null && http.Request.ContentLength is null or 0 && !http.Request.Headers.ContainsKey(HeaderNames.TransferEncoding))
            return JsonFields.Parse("{}"u8.ToArray(), fields);
        RequireType(http, JsonType);
        return JsonFields.Parse(await ReadAsync(http, MaxJsonBytes), fields);
    }

    /// <summary>A render, as JSON or as a form with an image.</summary>
    public static async Task<RenderRequest> ReadRenderAsync(HttpContext http)
    {
        if (MediaType(http) != FormType)
        {
            RequireType(http, JsonType, FormType);
            return NewRender.From(JsonFields.Parse(await ReadAsync(http, MaxJsonBytes), NewRender.Fields));
        }

        Limit(http, MaxFormBytes);
        return RenderForm.From(await FormAsync(http));
    }

    /// <summary>The lines of a batch.</summary>
    public static async Task<IReadOnlyList<RenderOrder>> ReadLinesAsync(HttpContext http)
    {
        RequireType(http, s_lineTypes);
        var body = await ReadAsync(http, MaxBatchBytes);
        var orders = new List<RenderOrder>();
        var number = 0;
        while (!body.IsEmpty)
        {
            var end = body.Span.IndexOf((byte)'\n');
            var line = end < 0 ? body : body[..end];
            body = end < 0 ? default : body[(end + 1)..];
            number++;
            if (line.Span.Trim(" \t\r"u8).IsEmpty && body.IsEmpty)
                break;
            if (number > MaxBatchLines)
                throw new ApiException(new("Too large", 413, string.Create(CultureInfo.InvariantCulture, $"A batch has at most {MaxBatchLines} lines; send the rest as another."), Line: number));
            try
            {
                orders.Add(NewRenderLine.From(JsonFields.Parse(line, NewRenderLine.Fields)));
            }
            catch (RenderRequestException e)
            {
                throw new RenderBatchException(number - 1, e);
            }
        }

        return orders.Count > 0 ? orders : throw new RenderRequestException("body", null, "a JSON object on each line, at least one");
    }

    private static async Task<IFormCollection> FormAsync(HttpContext http)
    {
        try
        {
            // All in memory: nothing of it is left on a disk.
            return await http.Request.ReadFormAsync(
                new FormOptions { MemoryBufferThreshold = MaxFormBytes, MultipartBodyLengthLimit = MaxFormBytes, ValueLengthLimit = MaxJsonBytes, ValueCountLimit = 64 }, http.RequestAborted);
        }
        catch (InvalidDataException e)
        {
            throw new RenderRequestException("body", null, "a form of multipart/form-data with fields and one image", e.Message);
        }
    }

    private static async Task<ReadOnlyMemory<byte>> ReadAsync(HttpContext http, int most)
    {
        Limit(http, most);
        using var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body, http.RequestAborted);
        return body.GetBuffer().AsMemory(0, (int)body.Length);
    }

    // The server itself stops reading there.
    private static void Limit(HttpContext http, long most)
    {
        if (http.Request.ContentLength > most)
            throw new ApiException(new("Too large", 413, string.Create(CultureInfo.InvariantCulture, $"The body has {http.Request.ContentLength} bytes; at most {most} are taken here.")));
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = most;
    }

    private static string? MediaType(HttpContext http) =>
        MediaTypeHeaderValue.TryParse(http.Request.ContentType, out var type) ? type.MediaType.Value?.ToLowerInvariant() : null;

    private static void RequireType(HttpContext http, params IReadOnlyList<string> types)
    {
        if (MediaType(http) is { } type && types.Contains(type))
            return;
        throw new ApiException(new("Unsupported media type", 415, $"Content-Type: '{http.Request.ContentType}' is not for this address; allowed: {string.Join(", ", types)}", "Content-Type", string.Join(", ", types)));
    }
}
