using System.Globalization;

namespace Bickford.Renders.Worker.Api;

/// <summary>A render that is asked for by a form, with its reference image.</summary>
internal static class RenderForm
{
    private const string Image = "reference";
    private const string FitField = "fit";

    /// <exception cref="RenderRequestException">A field is unknown, there twice, or of another type.</exception>
    public static RenderRequest From(IFormCollection form)
    {
        foreach (var (name, values) in form)
        {
            if (!NewRender.Fields.Contains(name) && name != FitField)
                throw new RenderRequestException(name, values.ToString(), $"only the fields {string.Join(", ", NewRender.Fields)}, {FitField}, and the file {Image}");
            if (name != "tags" && values.Count > 1)
                throw new RenderRequestException(name, values.ToString(), "this field once");
        }

        if (form.Files.FirstOrDefault(file => file.Name != Image) is { } other)
            throw new RenderRequestException(other.Name, other.FileName, $"one file only, named {Image}");
        if (form.Files.Count > 1)
            throw new RenderRequestException(Image, $"{form.Files.Count} files", "one file");
        return new RenderRequest(Text("prompt") ?? "")
        {
            Model = Text("model"),
            Intent = Text("intent") is { } intent ? JsonFields.ParseName<RenderIntent>("intent", intent) : null,
            Size = Text("size"),
            Seconds = Whole("seconds"),
            Tags = [.. form["tags"].OfType<string>().Where(tag => tag.Length > 0)],
            Priority = Whole("priority") ?? 0,
            Batch = Text("batch"),
            Keep = Text("keep") switch { null or "false" => false, "true" => true, var value => throw new RenderRequestException("keep", value, "true or false") },
            Reference = form.Files.Count == 0 ? null : Read(form.Files[0]) with { Fit = Fit() },
        };

        ReferenceFit Fit() => Text(FitField) switch
        {
            null => ReferenceFit.None,
            var text when Enum.GetNames<ReferenceFit>().FirstOrDefault(name => name.Equals(text, StringComparison.OrdinalIgnoreCase)) is { } name => Enum.Parse<ReferenceFit>(name),
            var text => throw new RenderRequestException(FitField, text, string.Join(", ", Enum.GetNames<ReferenceFit>())),
        };

        // An empty field of a form is one that was left empty.
        string? Text(string name) => form[name].ToString() is { Length: > 0 } text ? text : null;

        int? Whole(string name) => Text(name) is not { } text ? null
            : int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number
            : throw new RenderRequestException(name, text, "a whole number");
    }

    private static ReferenceImage Read(IFormFile file)
    {
        if (file.Length > RenderOptions.MaxReferenceBytes)
            throw new ApiException(new("Too large", 413, $"{Image}: the image has {file.Length} bytes; at most {RenderOptions.MaxReferenceBytes} are allowed", Image));
        using var content = new MemoryStream(checked((int)file.Length));
        using var stream = file.OpenReadStream();
        stream.CopyTo(content);
        return new ReferenceImage(content.ToArray(), Path.GetFileName(file.FileName));
    }
}
