using System.Diagnostics;
using Bickford.Renders.Telemetry;
using OpenTelemetry;

namespace Bickford.Renders.Worker.Telemetry;

/// <summary>Before a span leaves: requests and statements that belong to no render and to no call of the API stay, and so does what nobody should read.</summary>
internal sealed class SpanCleaner(Cleaner cleaner) : BaseProcessor<Activity>
{
    public override void OnEnd(Activity data)
    {
        if (!data.Recorded)
            return;
        if (!IsWanted(data) || HoldsSecrets(data))
        {
            data.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;
            return;
        }

        if (data.Source.Name == TelemetryFields.Source)
            return; // our own: ids, numbers and words of lists
        foreach (var (name, value) in data.TagObjects.ToArray())
        {
            var clean = name == "url.query" ? null : value is not string text ? cleaner.Value(value) : name == "url.full" ? cleaner.Address(text) : cleaner.Text(text);
            if (!Equals(clean, value))
                data.SetTag(name, clean);
        }

        if (data.StatusDescription is { } description)
            data.SetStatus(data.Status, cleaner.Text(description));
    }

    private static bool IsWanted(Activity span)
    {
        for (var one = span; one is not null; one = one.Parent)
        {
            if (one.Source.Name == TelemetryFields.Source || (one.Kind == ActivityKind.Server && IsApi(one)))
                return true;
        }

        return false;
    }

    private static bool IsApi(Activity request) =>
        request.GetTagItem("url.path") is string path && path.StartsWith("/api/", StringComparison.Ordinal);

    // What an event holds cannot be changed any more.
    private bool HoldsSecrets(Activity span) =>
        span.Events.SelectMany(one => one.Tags).Any(tag => tag.Value is string text && cleaner.Text(text) != text);
}
