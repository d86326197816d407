using Bickford.Renders.Ports;
using Bickford.Renders.Worker.Output;
using Spectre.Console;

namespace Bickford.Renders.Worker.Batches;

/// <summary>How a batch stands, in words. Pure.</summary>
internal static class BatchText
{
    private const int WidestBar = 40;
    private const int BesideBar = 44;

    /// <summary>Markup lines.</summary>
    /// <param name="sum">The batch.</param>
    /// <param name="width">Of the terminal.</param>
    /// <param name="now">The time.</param>
    public static IEnumerable<string> Lines(BatchSum sum, int width, DateTimeOffset now)
    {
        var ended = sum.Count - sum.Open;
        var took = (sum.Open == 0 ? sum.UpdatedAt : now) - sum.CreatedAt;
        yield return $"[bold]{SafeText.Cut(sum.Name, Math.Max(10, width - 2)).EscapeMarkup()}[/]";
        yield return $"{Bar(sum, Math.Clamp(width - BesideBar, 10, WidestBar))} {sum.Progress,3}%  {ended} of {sum.Count} ended  [grey]{HumanText.Span(took)}[/]";
        yield return Statuses(sum);
        yield return $"[grey]{Money(sum)}[/]";
    }

    /// <summary>How many have each status that any has.</summary>
    public static string Statuses(BatchSum sum) => string.Join(", ", Enum.GetValues<RenderStatus>()
        .Where(status => sum.Of(status) > 0)
        .Select(status => $"[{StatusText.Color(status)}]{sum.Of(status)} {status}[/]"));

    public static string Money(BatchSum sum)
    {
        var unpriced = sum.WithoutPrice == 0 ? "" : $"; {HumanText.Count(sum.WithoutPrice, "has", "have")} no price";
        return $"{HumanText.Dollars(sum.Spent)} of {HumanText.Dollars(sum.Cost)} by list prices{unpriced}";
    }

    // Ended well, ended otherwise, still to come.
    private static string Bar(BatchSum sum, int width)
    {
        var otherwise = sum.Count - sum.Open - sum.Of(RenderStatus.Completed);
        var bad = (int)(width * otherwise / sum.Count);
        if (otherwise > 0)
            bad = Math.Max(1, bad);
        var good = Math.Clamp((int)((width * sum.Progress / 100) - bad), 0, width - bad);
        return $"[green]{new string('━', good)}[/][red]{new string('━', bad)}[/][grey]{new string('─', width - good - bad)}[/]";
    }
}
