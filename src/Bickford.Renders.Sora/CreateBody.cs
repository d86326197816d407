using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Bickford.Renders.Videos;

namespace Bickford.Renders.Sora;

/// <summary>Writes the body of a create or remix.</summary>
internal static class CreateBody
{
    private static readonly MediaTypeHeaderValue Json = new("application/json");

    /// <summary>The body of a create, in the format that the settings and the request ask for.</summary>
    /// <param name="request">The create.</param>
    /// <param name="options">Format and extra fields.</param>
    /// <param name="boundary">Separates the parts; must not occur in them.</param>
    /// <exception cref="VideosApiException">The reference is not a jpeg, png or webp image.</exception>
    public static HttpContent Of(CreateVideoRequest request, VideosApiOptions options, string boundary)
    {
        if (request.Reference is { ContentType: not ("image/jpeg" or "image/png" or "image/webp") } wrong)
        {
            throw new VideosApiException(VideosFault.InvalidRequest,
                $"reference: content type '{SafeText.Clean(wrong.ContentType ?? "", 80)}' is not allowed; allowed: image/jpeg, image/png, image/webp");
        }

        return IsJson(request, options) ? JsonBody(request, options) : MultipartBody(request, options, boundary);
    }

    /// <summary>The body of a remix: JSON unless the settings say multipart.</summary>
    public static HttpContent OfRemix(string prompt, VideosApiOptions options, string boundary) => options.Format == RequestFormat.Multipart
        ? Form(boundary, [Part("prompt", prompt)])
        : JsonContent(writer => writer.WriteString("prompt", prompt));

    /// <summary>The body of an edit or an extension, which name their source in it: JSON unless the settings say multipart.</summary>
    public static HttpContent OfChange(string videoId, string prompt, int? seconds, VideosApiOptions options, string boundary)
    {
        var added = seconds?.ToString(CultureInfo.InvariantCulture);
        return options.Format == RequestFormat.Multipart
            ? Form(boundary, [Part("prompt", prompt), Part("video[id]", videoId), .. added is null ? Array.Empty<ByteArrayContent>() : [Part("seconds", added)]])
            : JsonContent(writer =>
            {
                writer.WriteString("prompt", prompt);
                writer.WriteStartObject("video");
                writer.WriteString("id", videoId);
                writer.WriteEndObject();
                if (added is not null)
                    writer.WriteString("seconds", added);
            });
    }

    /// <summary>Whether this create goes out as JSON.</summary>
    public static bool IsJson(CreateVideoRequest request, VideosApiOptions options) => options.Format switch
    {
        RequestFormat.Json => true,
        RequestFormat.Multipart => false,
        _ => request.Reference is null,
    };

    private static ByteArrayContent JsonBody(CreateVideoRequest request, VideosApiOptions options) => JsonContent(writer =>
    {
        foreach (var (name, value) in Fields(request))
            writer.WriteString(name, value);
        if (request.Reference is { } reference)
        {
            writer.WriteStartObject("input_reference");
            writer.WriteString("image_url", $"data:{reference.ContentType};base64,{Convert.ToBase64String(reference.Content.Span)}");
            writer.WriteEndObject();
        }

        foreach (var (name, value) in options.ExtraFields)
        {
            writer.WritePropertyName(name);
            WriteExtra(writer, value);
        }
    });

    private static MultipartContent MultipartBody(CreateVideoRequest request, VideosApiOptions options, string boundary)
    {
        var parts = Fields(request).Concat(options.ExtraFields.Select(static f => (f.Key, f.Value))).Select(static f => Part(f.Item1, f.Item2)).ToList();
        if (request.Reference is { } reference)
            parts.Add(FilePart("input_reference", reference));
        return Form(boundary, parts);
    }

    private static IEnumerable<(string, string)> Fields(CreateVideoRequest request)
    {
        yield return ("prompt", request.Prompt);
        if (request.Model is not null)
            yield return ("model", request.Model);
        if (request.Size is not null)
            yield return ("size", request.Size);
        // Text, as the official description has it; servers with whole numbers read it as well.
        if (request.Seconds is { } seconds)
            yield return ("seconds", seconds.ToString(CultureInfo.InvariantCulture));
    }

    private static ByteArrayContent JsonContent(Action<Utf8JsonWriter> write)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            write(writer);
            writer.WriteEndObject();
        }

        return new ByteArrayContent(buffer.GetBuffer(), 0, (int)buffer.Length) { Headers = { ContentType = Json } };
    }

    private static void WriteExtra(Utf8JsonWriter writer, string value)
    {
        if (AsJson(value) is { } json)
            writer.WriteRawValue(json, skipInputValidation: true);
        else
            writer.WriteStringValue(value);
    }

    /// <summary>The value without white space where it is JSON other than null; null for plain text.</summary>
    private static byte[]? AsJson(string value)
    {
        try
        {
            using var json = JsonDocument.Parse(value);
            return json.RootElement.ValueKind == JsonValueKind.Null ? null : JsonSerializer.SerializeToUtf8Bytes(json.RootElement);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or ArgumentException)
        {
            return null; // no JSON, or with half a surrogate pair in it, which could be read but not written
        }
    }

    // Not MultipartFormDataContent: it leaves names unquoted and quotes the boundary, and servers were measured to fail on both.
    private static MultipartContent Form(string boundary, IEnumerable<ByteArrayContent> parts)
    {
        var form = new MultipartContent("form-data", boundary);
        form.Headers.Remove("Content-Type");
        form.Headers.TryAddWithoutValidation("Content-Type", $"multipart/form-data; boundary={boundary}");
        foreach (var part in parts)
            form.Add(part);
        return form;
    }

    private static ByteArrayContent Part(string name, string value) => WithDisposition(new ByteArrayContent(Encoding.UTF8.GetBytes(value)), $"form-data; name=\"{name}\"");

    private static ByteArrayContent FilePart(string name, VideoReference reference)
    {
        // An array of our own anyway in practice; a copy only where the memory is a window into something larger.
        var content = System.Runtime.InteropServices.MemoryMarshal.TryGetArray(reference.Content, out var array)
            ? new ByteArrayContent(array.Array!, array.Offset, array.Count)
            : new ByteArrayContent(reference.Content.ToArray());
        content.Headers.ContentType = new MediaTypeHeaderValue(reference.ContentType);
        return WithDisposition(content, $"form-data; name=\"{name}\"; filename=\"{FileName(reference)}\"");
    }

    private static ByteArrayContent WithDisposition(ByteArrayContent part, string value)
    {
        part.Headers.TryAddWithoutValidation("Content-Disposition", value);
        return part;
    }

    /// <summary>The file name without folders, and only with characters that every server's form parser reads the same way.</summary>
    internal static string FileName(VideoReference reference)
    {
        var name = reference.FileName ?? "";
        name = name[(name.LastIndexOfAny(['/', '\\']) + 1)..];
        name = string.Concat(name.Select(static c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' or ' ' or '(' or ')' ? c : '_')).Trim(' ', '.');
        if (name.Length > 100)
            name = name[^100..].TrimStart(' ', '.');
        return name.Any(char.IsAsciiLetterOrDigit) ? name : $"reference.{reference.ContentType["image/".Length..]}";
    }
}
