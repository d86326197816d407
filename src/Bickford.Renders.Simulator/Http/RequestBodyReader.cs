using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace Bickford.Renders.Simulator;

/// <summary>
/// Reads JSON and form bodies as strictly as the strictest server that was met: field names, file names must be quoted and the
/// boundary must not be. A client that passes here passes elsewhere.
/// </summary>
internal static partial class RequestBodyReader
{
    private const int MaxFieldBytes = 1024 * 1024;
    private const int MaxFileBytes = 64 * 1024 * 1024;

    public static async Task<RequestBody> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var type = request.ContentType ?? "";
        if (type.StartsWith("application/json", StringComparison.OrdinalIgnoreCase))
            return await ReadJsonAsync(request, cancellationToken);
        if (type.StartsWith("multipart/form-data", StringComparison.OrdinalIgnoreCase))
            return await ReadFormAsync(request, type, cancellationToken);
        throw new RefusalException(400, $"Unsupported content type: '{type}'. Use 'multipart/form-data' or 'application/json'.")
        {
            Code = "unsupported_content_type",
        };
    }

    private static async Task<RequestBody> ReadJsonAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        var body = new RequestBody(isJson: true);
        try
        {
            using var json = await JsonDocument.ParseAsync(request.Body, cancellationToken: cancellationToken);
            if (json.RootElement.ValueKind != JsonValueKind.Object)
                throw new RefusalException(400, "The JSON body must be an object.");
            foreach (var property in json.RootElement.EnumerateObject())
                AddJson(body, property.Name, property.Value);
            return body;
        }
        catch (JsonException)
        {
            throw new RefusalException(400, "We could not parse the JSON body of your request.");
        }
    }

    private static void AddJson(RequestBody body, string name, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Null:
                break;
            case JsonValueKind.String:
                body.Fields[name] = value.GetString()!;
                break;
            case JsonValueKind.Object when !name.Contains('[', StringComparison.Ordinal):
                foreach (var property in value.EnumerateObject())
                    AddJson(body, $"{name}[{property.Name}]", property.Value);
                break;
            default:
                body.Fields[name] = value.GetRawText();
                body.OtherTypes[name] = value.ValueKind switch
                {
                    JsonValueKind.Number => "number",
                    JsonValueKind.True or JsonValueKind.False => "boolean",
                    JsonValueKind.Array => "array",
                    _ => "object",
                };
                break;
        }
    }

    private static async Task<RequestBody> ReadFormAsync(HttpRequest request, string contentType, CancellationToken cancellationToken)
    {
        var boundary = Boundary().Match(contentType);
        if (!boundary.Success)
            throw new RefusalException(400, "Could not parse multipart form: the boundary is missing or quoted.");

        var body = new RequestBody(isJson: false);
        try
        {
            var reader = new MultipartReader(boundary.Groups[1].Value, request.Body);
            while (await reader.ReadNextSectionAsync(cancellationToken) is { } section)
                await AddPartAsync(body, section, cancellationToken);
            return body;
        }
        catch (Exception error) when (error is InvalidDataException or IOException and not BadHttpRequestException)
        {
            throw new RefusalException(400, "Could not parse multipart form: it is cut short or larger than allowed.");
        }
    }

    // A part whose name is not quoted is nobody's part: it is skipped, and the field it meant is then missing.
    private static async Task AddPartAsync(RequestBody body, MultipartSection section, CancellationToken cancellationToken)
    {
        var disposition = section.Headers?[HeaderNames.ContentDisposition].ToString() ?? "";
        var name = PartName().Match(disposition);
        if (!name.Success)
            return;
        if (UnquotedFileName().IsMatch(disposition))
            throw new RefusalException(400, "Could not parse multipart form: a file name is not quoted.");

        var field = name.Groups[1].Value;
        var fileName = PartFileName().Match(disposition);
        if (body.Names.Contains(field))
            throw RefusalException.Invalid(field, "duplicate_parameter", $"Duplicate parameter: '{field}'.");
        if (fileName.Success)
        {
            body.Files[field] = new UploadedFile(fileName.Groups[1].Value, await ReadAsync(section.Body, MaxFileBytes, field, cancellationToken));
            return;
        }

        var text = await ReadAsync(section.Body, MaxFieldBytes, field, cancellationToken);
        if (section.ContentType?.StartsWith("application/json", StringComparison.OrdinalIgnoreCase) == true)
            AddJsonPart(body, field, text);
        else
            body.Fields[field] = Encoding.UTF8.GetString(text);
    }

    // OpenAPI 3.1 sends an object in a form as a JSON part.
    private static void AddJsonPart(RequestBody body, string field, byte[] text)
    {
        try
        {
            using var json = JsonDocument.Parse(text);
            AddJson(body, field, json.RootElement);
        }
        catch (JsonException)
        {
            throw RefusalException.Invalid(field, "invalid_json", $"We could not parse the JSON of '{field}'.");
        }
    }

    private static async Task<byte[]> ReadAsync(Stream part, int limit, string field, CancellationToken cancellationToken)
    {
        using var bytes = new MemoryStream();
        var buffer = new byte[16 * 1024];
        int read;
        while ((read = await part.ReadAsync(buffer, cancellationToken)) > 0)
        {
            if (bytes.Length + read > limit)
                throw RefusalException.Invalid(field, "too_large", $"'{field}' is larger than {limit} bytes.");
            bytes.Write(buffer, 0, read);
        }

        return bytes.ToArray();
    }

    [GeneratedRegex("""; *boundary=([^\s";]{1,70})""", RegexOptions.IgnoreCase)]
    private static partial Regex Boundary();

    [GeneratedRegex("""^form-data;(?:.*;)? *name="([^"]+)" *(?:;|$)""", RegexOptions.IgnoreCase)]
    private static partial Regex PartName();

    [GeneratedRegex("""; *filename="([^"]*)" *(?:;|$)""", RegexOptions.IgnoreCase)]
    private static partial Regex PartFileName();

    [GeneratedRegex("""; *filename=[^"]""", RegexOptions.IgnoreCase)]
    private static partial Regex UnquotedFileName();
}
