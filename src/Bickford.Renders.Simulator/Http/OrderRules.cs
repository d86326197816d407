using System.Globalization;
using System.Security.Cryptography;

namespace Bickford.Renders.Simulator;

/// <summary>Checks a create against what a server of the dialect accepts.</summary>
internal static class OrderRules
{
    public const int MaxPromptLength = 32000;

    private static readonly string[] CreateNames = ["prompt", "model", "size", "seconds", "input_reference", "input_reference[image_url]", "input_reference[file_id]"];

    public static VideoOrder Check(RequestBody body, SimulatorOptions options)
    {
        var dialect = options.Dialect;
        if (dialect == Dialect.VllmOmni && body.IsJson)
            throw new RefusalException(400, "Use multipart/form-data.");
        if (IsStrict(dialect))
            RefuseUnknown(body, CreateNames);

        var prompt = Prompt(body);
        if (dialect == Dialect.Sglang && !body.IsJson && !body.Files.ContainsKey("input_reference"))
            throw RefusalException.Invalid("input_reference", "missing_required_parameter", "input_reference file is required");

        var model = Text(body, "model") ?? (dialect == Dialect.Azure ? throw RefusalException.Missing("model") : "sora-2");
        var offer = options.Catalogue.Find(model)
            ?? throw RefusalException.Invalid("model", "invalid_value", $"Invalid value: '{model}'. Supported values are: {List(options.Catalogue.Models.Keys)}.");
        var size = Size(Text(body, "size") ?? SizeOfParts(body) ?? "720x1280", offer, options.Catalogue);
        var seconds = Seconds(body, "seconds", offer, options) ?? 4;
        return new VideoOrder(prompt, model, size, seconds) { ReferenceSha256 = Reference(body, size) };
    }

    /// <summary>The prompt of a create, remix, edit or extension.</summary>
    public static string Prompt(RequestBody body)
    {
        var prompt = Text(body, "prompt") ?? throw RefusalException.Missing("prompt");
        if (prompt.Length == 0)
            throw RefusalException.Invalid("prompt", "empty_string", "Invalid 'prompt': empty string. Expected a string with minimum length 1, but got an empty string instead.");

        // JSON Schema counts characters, not UTF-16 units: an emoji is one.
        var length = prompt.EnumerateRunes().Count();
        return length <= MaxPromptLength
            ? prompt
            : throw RefusalException.Invalid(
                "prompt", "string_above_max_length", $"Invalid 'prompt': string too long. Expected a string with maximum length {MaxPromptLength}, but got a string with length {length} instead.");
    }

    public static int? Seconds(RequestBody body, string field, ModelOffer offer, SimulatorOptions options)
    {
        if (!body.Fields.TryGetValue(field, out var text))
            return null;
        if (IsStrict(options.Dialect) && body.OtherTypes.TryGetValue(field, out var type))
            throw WrongType(field, type);
        var parsed = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds > 0;
        if (options.Catalogue.AnySizeAndSeconds)
            return parsed ? seconds : throw RefusalException.Invalid(field, "invalid_value", $"Invalid value: '{text}'. Expected a whole number of seconds.");
        return parsed && offer.Seconds.Contains(seconds)
            ? seconds
            : throw RefusalException.Invalid(
                field, "invalid_value", $"Invalid value: '{text}'. Supported values are: {List(offer.Seconds.Select(value => value.ToString(CultureInfo.InvariantCulture)))}.");
    }

    public static void RefuseUnknown(RequestBody body, params string[] names)
    {
        if (body.Names.FirstOrDefault(name => !names.Contains(name)) is { } unknown)
            throw RefusalException.Invalid(unknown, "unknown_parameter", $"Unknown parameter: '{unknown}'.");
    }

    public static bool IsStrict(Dialect dialect) => dialect is Dialect.OpenAi or Dialect.Azure;

    public static string? Text(RequestBody body, string field)
    {
        if (body.OtherTypes.TryGetValue(field, out var type))
            throw WrongType(field, type);
        return body.Fields.GetValueOrDefault(field);
    }

    private static RefusalException WrongType(string field, string type) =>
        RefusalException.Invalid(field, "invalid_type", $"Invalid type for '{field}': expected a string, but got a {type} instead.");

    private static string Size(string size, ModelOffer offer, ModelCatalogue catalogue)
    {
        if (catalogue.AnySizeAndSeconds ? FrameSize.Parse(size) is not null : offer.Sizes.Contains(size))
            return size;
        var allowed = catalogue.AnySizeAndSeconds ? "Expected WIDTHxHEIGHT." : $"Supported values are: {List(offer.Sizes)}.";
        throw RefusalException.Invalid("size", "invalid_value", $"Invalid value: '{size}'. {allowed}");
    }

    // vLLM-Omni takes width and height as fields of their own.
    private static string? SizeOfParts(RequestBody body) =>
        body.Fields.TryGetValue("width", out var width) && body.Fields.TryGetValue("height", out var height) ? $"{width}x{height}" : null;

    private static string? Reference(RequestBody body, string size)
    {
        var hasFile = body.Files.TryGetValue("input_reference", out var file);
        var url = Text(body, "input_reference[image_url]");
        var fileId = Text(body, "input_reference[file_id]");
        if (body.Fields.ContainsKey("input_reference"))
            throw RefusalException.Invalid("input_reference", "invalid_type", "Invalid type for 'input_reference': expected a file, or an object with 'image_url' or 'file_id'.");
        if (!hasFile && url is null && fileId is null)
            return null;
        if ((hasFile ? 1 : 0) + (url is null ? 0 : 1) + (fileId is null ? 0 : 1) > 1)
            throw RefusalException.Invalid("input_reference", "invalid_value", "Invalid 'input_reference': provide exactly one of 'image_url' or 'file_id'.");

        var bytes = hasFile ? file!.Bytes : url is not null ? BytesOf(url) : null;
        if (bytes is null)
            return null;
        CheckImage(bytes, size);
        return Convert.ToHexStringLower(SHA256.HashData(bytes));
    }

    // Data URLs are read. Other URLs are taken as they are: the simulator makes no requests of its own.
    private static byte[]? BytesOf(string url)
    {
        if (!url.StartsWith("data:", StringComparison.OrdinalIgnoreCase))
        {
            return Uri.TryCreate(url, UriKind.Absolute, out var absolute) && absolute.Scheme is "http" or "https"
                ? null
                : throw RefusalException.Invalid("input_reference.image_url", "invalid_value", "Invalid 'input_reference.image_url': expected an http, https or data URL.");
        }

        var comma = url.IndexOf(";base64,", StringComparison.OrdinalIgnoreCase);
        var buffer = new byte[url.Length];
        return comma > 0 && Convert.TryFromBase64String(url[(comma + 8)..], buffer, out var length)
            ? buffer[..length]
            : throw RefusalException.Invalid("input_reference.image_url", "invalid_value", "Invalid 'input_reference.image_url': the data URL is not base64.");
    }

    private static void CheckImage(byte[] bytes, string size)
    {
        var image = ImageHeader.Read(bytes)
            ?? throw RefusalException.Invalid("input_reference", "invalid_value", "Invalid 'input_reference': unsupported file. Supported formats are: 'image/jpeg', 'image/png', 'image/webp'.");
        if (FrameSize.Parse(size) is { } frame && (image.Width != frame.Width || image.Height != frame.Height))
            throw RefusalException.Invalid("input_reference", "invalid_value", "Inpaint image must match the requested width and height");
    }

    private static string List(IEnumerable<string> values) => string.Join(", ", values.Select(value => $"'{value}'"));
}
