using System.CommandLine;
using System.Globalization;
using Bickford.Renders.Policies;
using Bickford.Renders.Ports;
using Bickford.Renders.Worker.Cli;
using Bickford.Renders.Worker.Composition;
using Bickford.Renders.Worker.Output;
using Spectre.Console;

namespace Bickford.Renders.Worker.Commands;

/// <summary><c>renders costs</c>: what creates cost by list prices, and what is left of the budgets.</summary>
internal sealed class CostsCommand : Verb
{
    private readonly Option<SpentBy[]> _by = new Option<SpentBy[]>("--by") { Description = "Tell apart by; Day if nothing is said", HelpName = string.Join('|', Enum.GetNames<SpentBy>()) }.Named();
    private readonly Option<string?> _since = new("--since") { Description = "From this day on (UTC); the first of this month if nothing is said", HelpName = "YYYY-MM-DD" };
    private readonly Option<string?> _until = new("--until") { Description = "Up to this day (UTC), this day included; today if nothing is said", HelpName = "YYYY-MM-DD" };

    public CostsCommand(CliEnvironment environment)
        : base(
            environment,
            "costs",
            "Tell what creates cost, by list prices, whatever became of them; and what is left of the budgets",
            "renders costs",
            "renders costs --by Tag --since 2026-01-01 --until 2026-01-31",
            "renders costs --by Outcome --json | jq .total.lost")
    {
        foreach (var option in new Option[] { _by, _since, _until })
            Add(option);
        AddSettings();
    }

    protected override async Task<int> RunAsync(CliContext context, CancellationToken cancellationToken)
    {
        var now = context.Environment.Clock.GetUtcNow();
        var today = DateOnly.FromDateTime(now.UtcDateTime);
        var by = context.Parse.GetValue(_by) is { Length: > 0 } named ? named[^1] : SpentBy.Day;
        var since = Day(context.Parse, _since) ?? today.AddDays(1 - today.Day);
        var until = Day(context.Parse, _until) ?? today;
        if (until < since)
            throw new RenderRequestException("--until", Text(until), $"a day from {Text(since)} on, which is --since");

        await using var session = await context.OpenExistingAsync(SessionKind.Look, cancellationToken);
        var spending = session.Get<ISpending>();
        var groups = await spending.GroupSpentAsync(Begin(since), Begin(until.AddDays(1)), by, cancellationToken);
        // A render counts for each of its tags: those do not add up.
        var days = by == SpentBy.Tag ? await spending.GroupSpentAsync(Begin(since), Begin(until.AddDays(1)), SpentBy.Day, cancellationToken) : groups;
        var total = new SpentGroup(null, new RenderSum(days.Sum(day => day.Sum.Count), days.Sum(day => day.Sum.Cost), days.Sum(day => day.Sum.WithoutPrice)), days.Sum(day => day.Lost));
        var budgets = await spending.SumBudgetsAsync(session.Options.Budget, now, cancellationToken);

        if (context.Terminal.AsJson)
            context.Terminal.Json(new { By = by, Since = Text(since), Until = Text(until), Groups = groups.Select(Json), Total = Json(total), Budgets = budgets.Select(Json) });
        else
            Write(context.Terminal, by, groups, total, budgets, $"{Text(since)} to {Text(until)}");
        return ExitCode.Ok;
    }

    private static void Write(Terminal terminal, SpentBy by, IReadOnlyList<SpentGroup> groups, SpentGroup total, IReadOnlyList<(SpendLimit Limit, RenderSum Spent)> budgets, string days)
    {
        if (groups.Count == 0)
        {
            terminal.Line($"No creates were sent from {days} (UTC).");
        }
        else
        {
            var table = new Table().Border(TableBorder.None).AddColumn($"[grey]{by.ToString().ToLowerInvariant()}[/]");
            foreach (var name in new[] { "creates", "cost", "failed or cancelled", "without a price" })
                table.AddColumn(new TableColumn($"[grey]{name}[/]").RightAligned().NoWrap());
            foreach (var group in groups)
                table.AddRow(Cells(group.Name is { } name ? SafeText.Cut(name, 60).EscapeMarkup() : "(no tag)", group));
            table.AddRow(Cells("[bold]all[/]", total));
            terminal.Out.Write(table);
        }

        foreach (var (limit, spent) in budgets)
            terminal.Line($"{SafeText.Markup(limit.Setting)}: {HumanText.Dollars(spent.Cost)} of {HumanText.Dollars(limit.Most)} spent; begins anew on {limit.Until:yyyy-MM-dd} (UTC)");
    }

    private static string[] Cells(string name, SpentGroup group) =>
    [
        name, group.Sum.Count.ToString("N0", CultureInfo.InvariantCulture), HumanText.Dollars(group.Sum.Cost), group.Lost == 0 ? "–" : HumanText.Dollars(group.Lost),
        group.Sum.WithoutPrice == 0 ? "–" : group.Sum.WithoutPrice.ToString("N0", CultureInfo.InvariantCulture),
    ];

    private static object Json(SpentGroup group) => new { group.Name, Creates = group.Sum.Count, group.Sum.Cost, group.Lost, group.Sum.WithoutPrice };

    private static object Json((SpendLimit Limit, RenderSum Spent) budget) => new { budget.Limit.Setting, budget.Limit.Tag, Spent = budget.Spent.Cost, Limit = budget.Limit.Most, budget.Limit.Until };

    private static DateOnly? Day(ParseResult parse, Option<string?> option) => parse.GetValue(option) switch
    {
        null => null,
        var text when DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) && day.Year is > 2000 and < 9999 => day,
        var text => throw new RenderRequestException(option.Name, text, "a day such as 2026-01-31"),
    };

    private static DateTimeOffset Begin(DateOnly day) => new(day, TimeOnly.MinValue, TimeSpan.Zero);

    private static string Text(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
