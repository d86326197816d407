using YamlDotNet.Core;
using YamlDotNet.Serialization;

namespace Bickford.Renders.Shipping.Tests.Support;

/// <summary>A YAML file as plain maps, lists and texts, with its anchors and merges carried out.</summary>
internal static class Yaml
{
    public static Dictionary<object, object> Read(string text) =>
        new DeserializerBuilder().Build().Deserialize<Dictionary<object, object>>(new MergingParser(new Parser(new StringReader(text))));

    /// <summary>The value of a key, or null.</summary>
    public static object? At(this object? map, string key) => map is Dictionary<object, object> found && found.TryGetValue(key, out var value) ? value : null;

    public static Dictionary<object, object> Map(this object? map, string key) => map.At(key) as Dictionary<object, object> ?? [];

    public static string? Text(this object? map, string key) => map.At(key) as string;

    public static IReadOnlyList<object> List(this object? map, string key) => map.At(key) as List<object> ?? [];

    public static IReadOnlyList<string> Texts(this object? map, string key) => [.. map.List(key).OfType<string>()];
}
