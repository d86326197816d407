using System.Text.Json;
using System.Text.Json.Nodes;

namespace Bickford.Renders.Worker.Demo;

/// <summary>The demo's settings as a file, so that the other verbs can look at what it left behind.</summary>
internal static class DemoSettingsFile
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static string Text(IEnumerable<string> flags)
    {
        var file = new JsonObject();
        foreach (var flag in flags)
        {
            var at = flag.IndexOf('=', StringComparison.Ordinal);
            var path = flag[..at].Split(':');
            var section = file;
            foreach (var name in path[..^1])
                section = (JsonObject)(section[name] ??= new JsonObject());
            section[path[^1]] = flag[(at + 1)..];
        }

        return file.ToJsonString(Indented) + "\n";
    }
}
