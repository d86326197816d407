namespace Bickford.Renders.Worker.Settings;

/// <summary>A setting that holds: what, and where it was set.</summary>
/// <param name="Key">The key.</param>
/// <param name="Name">Its full name.</param>
/// <param name="Values">One value, or a list.</param>
/// <param name="Source">Where it was written.</param>
internal sealed record EffectiveSetting(SettingKey Key, string Name, IReadOnlyList<string> Values, string Source)
{
    /// <summary>The words of the name: one that the user chose, such as a model's, may hold a colon of its own.</summary>
    public IReadOnlyList<string> Path { get; init; } = [];
}

/// <summary>Lays the sources over each other, the last one on top, and checks every value against the catalogue.</summary>
internal static class SettingsReader
{
    /// <summary>Keys that hold, and everything that is wrong with the rest.</summary>
    public static (IReadOnlyDictionary<string, EffectiveSetting> Settings, IReadOnlyList<SettingError> Errors) Merge(params IReadOnlyList<RawSetting>[] sources)
    {
        var merged = new Dictionary<string, EffectiveSetting>(StringComparer.OrdinalIgnoreCase);
        var errors = new List<SettingError>();
        foreach (var source in sources)
        {
            var inThisSource = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
            foreach (var raw in source)
            {
                if (!inThisSource.TryAdd(raw.Name, raw.Source))
                    errors.Add(new SettingError(raw.Name, $"{raw.Name}: is set twice, in {inThisSource[raw.Name]} and in {raw.Source}; allowed: once; take one out"));
                else if (Check(raw, errors) is { } setting)
                    merged[setting.Name] = setting;
            }
        }

        return (merged, errors);
    }

    private static EffectiveSetting? Check(RawSetting raw, List<SettingError> errors)
    {
        if (SettingCatalogue.Find(raw.Path) is not var (key, name))
        {
            if (raw.Shape != RawShape.EmptySection || !IsSection(raw.Path))
                errors.Add(Unknown(raw));
            return null;
        }

        if (key.Rule.Later is { } later)
        {
            errors.Add(new SettingError(name, $"{name}: {later}; it is set in {raw.Source}"));
            return null;
        }

        IReadOnlyList<string> values = key.Rule.IsList && raw.Shape == RawShape.Value
            ? raw.Values[0].Split([',', ';'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            : raw.Values;
        if (WrongShape(key, name, raw) is { } wrong)
        {
            errors.Add(wrong);
            return null;
        }

        if (raw.Values.Concat(raw.Path).Any(text => text.Contains('\0', StringComparison.Ordinal)))
        {
            errors.Add(new SettingError(name, $"{name}: a NUL character is not allowed; allowed: {key.Rule.Allowed}; fix it in {raw.Source}"));
            return null;
        }

        // A list that must hold something has a default.
        if (key.Rule.IsList && values.Count == 0 && key.Default is not null)
        {
            errors.Add(SettingError.NotAllowed(key, name, "", raw.Source));
            return null;
        }

        var refused = values.Where(value => !key.Rule.Accepts(value)).Select(value => SettingError.NotAllowed(key, name, value, raw.Source)).ToArray();
        errors.AddRange(refused);
        return refused.Length > 0 ? null : new EffectiveSetting(key, name, values, raw.Source) { Path = raw.Path };
    }

    private static SettingError? WrongShape(SettingKey key, string name, RawSetting raw)
    {
        var isModel = key.Name == "Sora:Models:*";
        return raw.Shape switch
        {
            RawShape.List when !key.Rule.IsList => Refused("a list"),
            RawShape.EmptySection when !isModel => Refused("a section"),
            RawShape.Value when isModel => Refused("a plain value"),
            _ => null,
        };

        SettingError Refused(string what) => new(name, $"{name}: {what} is not allowed; allowed: {key.Rule.Allowed}; fix it in {raw.Source}");
    }

    private static SettingError Unknown(RawSetting raw)
    {
        if (IsSection(raw.Path))
            return new SettingError(raw.Name, $"{raw.Name}: is a section, not a setting; allowed: keys inside it; fix it in {raw.Source}");
        var hint = SettingCatalogue.Nearest(raw.Path) is { } nearest ? $"did you mean {nearest}?" : "'renders settings' lists those there are";
        return new SettingError(raw.Name, $"{raw.Name}: no such setting, set in {raw.Source}; {hint}");
    }

    private static bool IsSection(IReadOnlyList<string> path) =>
        SettingCatalogue.Keys.Any(key => key.Path.Length > path.Count
            && path.Select((word, i) => key.Path[i] == "*" || key.Path[i].Equals(word, StringComparison.OrdinalIgnoreCase)).All(same => same));
}
