using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Bickford.Renders.Media;

namespace Bickford.Renders.Queue;

/// <summary>A request with everything filled in, found right.</summary>
/// <param name="Prompt">The prompt.</param>
/// <param name="Model">The model.</param>
/// <param name="Size">The size, or null: the server's choice.</param>
/// <param name="Seconds">The length, or null: the server's choice.</param>
/// <param name="ReferenceType">Media type of the reference image, if there is one.</param>
/// <param name="Cost">List price, or null where unknown.</param>
internal sealed record ValidRequest(string Prompt, string Model, string? Size, int? Seconds, string? ReferenceType, decimal? Cost);

/// <summary>Checks a request against the model catalogue. Pure.</summary>
internal static partial class RequestValidation
{
    public const int MaxPromptLength = 32_000;
    private const string Catalogue = "change the request, or the catalogue in settings 'Sora:Models'";

    public static ValidRequest Check(RenderRequest request, RenderOptions options)
    {
        CheckPrompt(request.Prompt);
        CheckTags(request.Tags);
        CheckBatch(request.Batch);
        if (request.Priority is < -100 or > 100)
            throw new RenderRequestException("priority", Text(request.Priority), "-100 to 100");

        var (model, offer) = ModelOf(request.Model, options);
        var size = SizeOf(request.Size, model, offer);
        var seconds = SecondsOf(request.Seconds, model, offer);
        return new ValidRequest(request.Prompt, model, size, seconds, ReferenceTypeOf(request.Reference, size), CostOf(offer, size, seconds));
    }

    public static void CheckPrompt(string? prompt)
    {
        if (string.IsNullOrWhiteSpace(prompt))
            throw new RenderRequestException("prompt", prompt, "1 to 32,000 characters, not only white space");
        if (prompt.Length > MaxPromptLength)
            throw new RenderRequestException("prompt", prompt, "1 to 32,000 characters");
        if (!IsWhole(prompt))
            throw new RenderRequestException("prompt", prompt, "well-formed Unicode text", "it holds half a surrogate pair");
        if (prompt.Contains('\0'))
            throw new RenderRequestException("prompt", prompt.Replace('\0', '␀'), "text without NUL characters");
    }

    public static void CheckKey(string? key)
    {
        if (key is not null && (key.Length is 0 or > 200 || key.Any(char.IsControl) || !IsWhole(key)))
            throw new RenderRequestException("idempotencyKey", key, "1 to 200 characters without control characters");
    }

    public static void CheckBatch(string? name)
    {
        if (name is not null && (string.IsNullOrWhiteSpace(name) || name.Length > 100 || name.Any(char.IsControl) || !IsWhole(name)))
            throw new RenderRequestException("batch", name, "1 to 100 characters without control characters");
    }

    private static void CheckTags(IReadOnlyList<string> tags)
    {
        if (tags is null)
            throw new RenderRequestException("tags", null, "a list of at most 20 tags, which may be empty");
        if (tags.Count > 20)
            throw new RenderRequestException("tags", Text(tags.Count), "at most 20 tags");
        foreach (var tag in tags)
            if (string.IsNullOrWhiteSpace(tag) || tag.Length > 64 || tag.Any(char.IsControl) || !IsWhole(tag))
                throw new RenderRequestException("tags", tag, "1 to 64 characters each, without control characters");
    }

    private static (string Model, ModelOptions Offer) ModelOf(string? asked, RenderOptions options)
    {
        var model = asked ?? options.DefaultModel ?? options.Models.Keys.FirstOrDefault()
            ?? throw new RenderRequestException("model", null, "a model name, here or as setting 'Sora:DefaultModel'");
        if (options.Models.Count == 0)
            return model.Length is > 0 and <= 200 && !model.Any(char.IsControl) && IsWhole(model)
                ? (model, new ModelOptions())
                : throw new RenderRequestException("model", model, "1 to 200 characters without control characters");
        return options.Models.TryGetValue(model, out var offer)
            ? (model, offer)
            : throw new RenderRequestException("model", model, $"{string.Join(", ", options.Models.Keys)}; {Catalogue}");
    }

    private static string? SizeOf(string? asked, string model, ModelOptions offer)
    {
        var size = asked ?? offer.Sizes.FirstOrDefault();
        if (size is null)
            return null;
        if (!SizePattern().IsMatch(size))
            throw new RenderRequestException("size", size, "width x height in pixels, such as 1280x720");
        if (offer.Sizes.Count > 0 && !offer.Sizes.Contains(size))
            throw new RenderRequestException("size", size, $"{string.Join(", ", offer.Sizes)} for model {model}; {Catalogue}");
        return size;
    }

    private static int? SecondsOf(int? asked, string model, ModelOptions offer)
    {
        if (asked is null)
            return offer.Seconds.Count > 0 ? offer.Seconds[0] : null;
        if (asked is < 1 or > 3600)
            throw new RenderRequestException("seconds", Text(asked.Value), "1 to 3600");
        if (offer.Seconds.Count > 0 && !offer.Seconds.Contains(asked.Value))
            throw new RenderRequestException("seconds", Text(asked.Value), $"{string.Join(", ", offer.Seconds)} for model {model}; {Catalogue}");
        return asked;
    }

    private static string? ReferenceTypeOf(ReferenceImage? reference, string? size)
    {
        if (reference is null)
            return null;
        if (reference.Content.Length is 0 or > RenderOptions.MaxReferenceBytes)
            throw new RenderRequestException("reference", reference.FileName, $"a file of 1 to {RenderOptions.MaxReferenceBytes} bytes", $"it has {reference.Content.Length}");
        if (reference.FileName is null || reference.FileName.Contains('\0', StringComparison.Ordinal) || !IsWhole(reference.FileName))
            throw new RenderRequestException("reference", reference.FileName?.Replace('\0', '␀'), "a file name of well-formed Unicode text without NUL characters, which may be empty");
        var image = ImageHeader.Read(reference.Content.Span)
            ?? throw new RenderRequestException("reference", reference.FileName, "a jpeg, png or webp image");
        var pixels = string.Create(CultureInfo.InvariantCulture, $"{image.Width}x{image.Height}");
        if (!Enum.IsDefined(reference.Fit))
            throw new RenderRequestException("fit", Text((int)reference.Fit), "None, Crop, Pad");
        if (reference.Fit != ReferenceFit.None && size is null)
            throw new RenderRequestException("fit", reference.Fit.ToString(), "None, or a size for the render to fit the image to");
        if (reference.Fit == ReferenceFit.None && size is not null && pixels != size)
            throw new RenderRequestException("reference", reference.FileName, $"an image of exactly the render's size, {size} pixels, or a fit (Crop, Pad)", $"it is {pixels}");
        return image.ContentType;
    }

    private static decimal? CostOf(ModelOptions offer, string? size, int? seconds)
    {
        var price = size is not null && offer.Prices.TryGetValue(size, out var special) ? special : offer.Price;
        return price * seconds;
    }

    // Half a surrogate pair has no UTF-8: no database and no request could carry it.
    private static bool IsWhole(string text)
    {
        for (var rest = text.AsSpan(); !rest.IsEmpty;)
        {
            if (Rune.DecodeFromUtf16(rest, out _, out var length) != OperationStatus.Done)
                return false;
            rest = rest[length..];
        }

        return true;
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    [GeneratedRegex("^[1-9][0-9]{0,4}x[1-9][0-9]{0,4}\\z", RegexOptions.CultureInvariant)]
    private static partial Regex SizePattern();
}
