namespace Bickford.Renders.Worker.Settings;

/// <summary>Section <c>Retention</c>.</summary>
internal static class RetentionSettingsBinder
{
    public static RetentionOptions Bind(SettingValues values)
    {
        var options = new RetentionOptions
        {
            Every = values.Time("Retention:Every"),
            MaxDeletions = values.Whole("Retention:MaxDeletions"),
            ProviderCopiesAfter = values.OptionalTime("Retention:ProviderCopiesAfter"),
            ForeignAfter = values.OptionalTime("Retention:ForeignAfter"),
            KeepLast = values.Whole("Retention:KeepLast"),
        };
        foreach (var status in RetentionOptions.Ended)
        {
            if (values.OptionalTime($"Retention:{status}") is { } age)
                options.Files[status] = age;
        }

        foreach (var tag in values.Under("Retention:Tags"))
            options.Tags[tag.Path[2]] = Time(tag.Values[0]);
        return options;
    }

    private static TimeSpan? Time(string text) => !DurationText.IsOff(text) && DurationText.TryParse(text, out var time) ? time : null;
}
