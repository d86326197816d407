using System.Globalization;

namespace Bickford.Renders.Hangfire;

/// <summary>Intervals as Hangfire's cron has them.</summary>
internal static class CronText
{
    private static readonly int[] s_ofSixty = [1, 2, 3, 4, 5, 6, 10, 12, 15, 20, 30];
    private static readonly int[] s_ofADay = [1, 2, 3, 4, 6, 8, 12];

    /// <summary>The shortest interval not below this one that divides a minute, an hour or a day without a rest: cron starts anew with each of them.</summary>
    /// <param name="interval">Up to a day.</param>
    public static string Every(TimeSpan interval) =>
        Part(interval.TotalSeconds, s_ofSixty) is { } seconds ? string.Create(CultureInfo.InvariantCulture, $"*/{seconds} * * * * *")
        : Part(interval.TotalMinutes, s_ofSixty) is { } minutes ? string.Create(CultureInfo.InvariantCulture, $"*/{minutes} * * * *")
        : Part(interval.TotalHours, s_ofADay) is { } hours ? string.Create(CultureInfo.InvariantCulture, $"0 */{hours} * * *")
        : "0 0 * * *";

    private static int? Part(double length, int[] parts) => parts.FirstOrDefault(part => part >= length) is > 0 and var part ? part : null;
}
