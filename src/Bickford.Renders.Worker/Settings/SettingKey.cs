namespace Bickford.Renders.Worker.Settings;

/// <summary>A setting there is.</summary>
/// <param name="Name">Its name, with <c>:</c> between sections; <c>*</c> stands for a name that the user chooses.</param>
/// <param name="Rule">What it may hold.</param>
/// <param name="Default">What it holds when nobody sets it; null for nothing.</param>
/// <param name="Help">What it does, in one line.</param>
internal sealed record SettingKey(string Name, SettingRule Rule, string? Default, string Help)
{
    /// <summary>Never shown, logged or put into an error line.</summary>
    public bool Secret { get; init; }

    /// <summary>Where it differs: what it holds when nobody sets it and the engine is Hangfire.</summary>
    public string? DefaultWithHangfire { get; init; }

    public string[] Path { get; } = Name.Split(':');

    /// <summary>This key's name for a path that fits it, or null.</summary>
    public string? Match(IReadOnlyList<string> path)
    {
        if (path.Count != Path.Length)
            return null;
        var name = new string[path.Count];
        for (var i = 0; i < path.Count; i++)
        {
            if (Path[i] != "*" && !Path[i].Equals(path[i], StringComparison.OrdinalIgnoreCase))
                return null;
            name[i] = Path[i] == "*" ? path[i] : Path[i];
        }

        return string.Join(':', name);
    }
}
