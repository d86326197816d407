using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Unicode;

namespace Bickford.Renders.Worker.Output;

/// <summary>How JSON is written for machines: snake_case names, the words of the contracts, one line, nulls kept.</summary>
internal static class Json
{
    public static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = Encoder(),
        Converters = { new JsonStringEnumConverter(namingPolicy: null, allowIntegerValues: false) },
    };

    // Written as escapes, the characters that turn or hide text mean the same to a program, and nothing to a terminal. Joiners belong to emoji and to several scripts.
    private static JavaScriptEncoder Encoder()
    {
        var settings = new TextEncoderSettings(UnicodeRanges.All);
        settings.ForbidCharacters([.. Enumerable.Range(0, char.MaxValue).Select(static c => (char)c).Where(static c => char.GetUnicodeCategory(c) == UnicodeCategory.Format && c is not ('\u200C' or '\u200D'))]);
        return JavaScriptEncoder.Create(settings);
    }

    public static string Line<T>(T value) => JsonSerializer.Serialize(value, Options);
}
