using System.Text;
using System.Text.Json;

namespace Bickford.Renders.Worker.Settings;

/// <summary>Reads the settings file: JSON with comments allowed, each value with the line it stands on.</summary>
internal static class SettingsFile
{
    private static readonly JsonReaderOptions Options = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    /// <exception cref="SettingsException">The file cannot be read, is not JSON, or its top is not an object.</exception>
    public static IReadOnlyList<RawSetting> Read(string path)
    {
        byte[] bytes;
        try
        {
            bytes = File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new SettingsException("settings", $"'{path}' cannot be read; allowed: a readable JSON file, named by --settings or RENDERS_SETTINGS ({e.Message})");
        }

        return Parse(bytes, path);
    }

    /// <inheritdoc cref="Read"/>
    public static IReadOnlyList<RawSetting> Parse(ReadOnlySpan<byte> json, string path)
    {
        if (json.StartsWith(Encoding.UTF8.Preamble))
            json = json[3..];
        try
        {
            var reader = new Utf8JsonReader(json, Options);
            var found = new List<RawSetting>();
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartObject)
                throw new SettingsException("settings", $"{path} is not a settings file; allowed: a JSON object of sections");
            ReadObject(ref reader, json, path, [], found);
            reader.Read();
            return found;
        }
        // Its message is not shown: it may quote all the rest of the file, secrets included.
        catch (JsonException e)
        {
            throw new SettingsException("settings", $"{path} line {(e.LineNumber ?? 0) + 1} is not JSON, at byte {(e.BytePositionInLine ?? 0) + 1} of it; fix it there");
        }
    }

    private static string Text(ref Utf8JsonReader reader, ReadOnlySpan<byte> json, string path)
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw new SettingsException("settings", $"{Source(ref reader, json, path)} holds a text that is not Unicode (half a surrogate pair, or bytes that are not UTF-8); fix it there");
        }
    }

    private static void ReadObject(ref Utf8JsonReader reader, ReadOnlySpan<byte> json, string path, string[] section, List<RawSetting> found)
    {
        var before = found.Count;
        var source = Source(ref reader, json, path);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string[] name = [.. section, Text(ref reader, json, path)];
            reader.Read();
            if (reader.TokenType == JsonTokenType.StartObject)
                ReadObject(ref reader, json, path, name, found);
            else if (reader.TokenType == JsonTokenType.StartArray)
                found.Add(ReadList(ref reader, json, path, name));
            else if (reader.TokenType != JsonTokenType.Null)
                found.Add(new RawSetting(name, [ValueText(ref reader, json, path)], RawShape.Value, Source(ref reader, json, path)));
        }

        if (found.Count == before && section.Length > 0)
            found.Add(new RawSetting(section, [], RawShape.EmptySection, source));
    }

    private static RawSetting ReadList(ref Utf8JsonReader reader, ReadOnlySpan<byte> json, string path, string[] name)
    {
        var source = Source(ref reader, json, path);
        var values = new List<string>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
                throw new SettingsException(string.Join(':', name), $"a list inside a list, or a section inside one, is not allowed; allowed: plain values; fix it in {source}");
            values.Add(ValueText(ref reader, json, path));
        }

        return new RawSetting(name, values, RawShape.List, source);
    }

    private static string ValueText(ref Utf8JsonReader reader, ReadOnlySpan<byte> json, string path) => reader.TokenType switch
    {
        JsonTokenType.String => Text(ref reader, json, path),
        JsonTokenType.True => "true",
        JsonTokenType.False => "false",
        JsonTokenType.Null => "",
        _ => Encoding.UTF8.GetString(reader.ValueSpan),
    };

    private static string Source(ref Utf8JsonReader reader, ReadOnlySpan<byte> json, string path) =>
        $"{path} line {json[..(int)reader.TokenStartIndex].Count((byte)'\n') + 1}";
}
