using System.Globalization;

namespace Bickford.Renders.Worker.Output;

/// <summary>Numbers and times as people read them.</summary>
internal static class HumanText
{
    public static string Span(TimeSpan span) => span.Duration() switch
    {
        { TotalSeconds: < 0.9995 } short_ => Text($"{short_.TotalMilliseconds:0} ms"),
        { TotalSeconds: < 60 } seconds => Text($"{seconds.TotalSeconds:0.0} s"),
        { TotalMinutes: < 60 } minutes => Text($"{(int)minutes.TotalMinutes} min {minutes.Seconds} s"),
        { TotalHours: < 48 } hours => Text($"{(int)hours.TotalHours} h {hours.Minutes} min"),
        var days => Text($"{(int)days.TotalDays} d"),
    };

    public static string Ago(DateTimeOffset then, DateTimeOffset now) => (now - then) switch
    {
        { TotalSeconds: < 1 } => "now",
        { TotalSeconds: < 60 } seconds => Text($"{(int)seconds.TotalSeconds} s"),
        { TotalMinutes: < 60 } minutes => Text($"{(int)minutes.TotalMinutes} min"),
        { TotalHours: < 48 } hours => Text($"{(int)hours.TotalHours} h"),
        var days => Text($"{(int)days.TotalDays} d"),
    };

    public static string Bytes(long bytes) => bytes switch
    {
        < 1024 => Text($"{bytes} B"),
        < 1024 * 1024 => Text($"{bytes / 1024.0:0.0} KiB"),
        < 1024L * 1024 * 1024 => Text($"{bytes / 1024.0 / 1024:0.0} MiB"),
        _ => Text($"{bytes / 1024.0 / 1024 / 1024:0.00} GiB"),
    };

    /// <summary>What a render costs or will cost; a dash where it ended before the provider took it.</summary>
    public static string Cost(Render render) =>
        render is { VideoId: null, CreateSince: null } && !render.Status.IsOpen() ? "–" : Dollars(render.Cost);

    public static string Dollars(decimal? cost) => cost is { } dollars ? Text($"${dollars:0.00##}") : "unknown";

    public static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    public static string Count(long count, string one, string many) => Text($"{count} {(count == 1 ? one : many)}");

    private static string Text(FormattableString text) => FormattableString.Invariant(text);
}
