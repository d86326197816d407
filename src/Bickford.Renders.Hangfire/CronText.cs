using System.Globalization;

namespace Bickford.Renders.Hangfire;

/// <summary>Intervals as Hangfire's cron has them.</summary>
internal static class CronText
{
    private static readonly int[] s_parts = [1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30];

    /// <summary>The shortest interval not below this one that divides a minute, or an hour, without a rest: cron starts anew with each of them.</summary>
    /// <param name="interval">Up to an hour.</param>
    public static string Every(TimeSpan interval) =>
        Part(interval.TotalSeconds) is { } seconds ? string.Create(CultureInfo.InvariantCulture, $"*/{seconds} * * * * *")
        : Part(interval.TotalMinutes) is { } minutes ? string.Create(CultureInfo.InvariantCulture, $"*/{minutes} * * * *")
        : "0 * * * *";

    private static int? Part(double length) => s_parts.FirstOrDefault(part => part >= length) is > 0 and var part ? part : null;
}
