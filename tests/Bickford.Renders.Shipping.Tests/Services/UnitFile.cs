using Bickford.Renders.Shipping.Tests.Support;

namespace Bickford.Renders.Shipping.Tests.Services;

/// <summary>ops/renders.service, read.</summary>
internal static class UnitFile
{
    public static string Path { get; } = Repository.PathOf("ops", "renders.service");

    /// <summary>Every value of a key, in the order of the file.</summary>
    public static IReadOnlyList<string> All(string key) =>
        [.. File.ReadLines(Path).Where(line => line.StartsWith($"{key}=", StringComparison.Ordinal)).Select(line => line[(key.Length + 1)..])];

    /// <summary>The one value of a key.</summary>
    public static string One(string key) => All(key).ShouldHaveSingleItem();

    /// <summary>The variables that the service starts with.</summary>
    public static Dictionary<string, string> Environment => All("Environment").Select(line => line.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1]);
}
