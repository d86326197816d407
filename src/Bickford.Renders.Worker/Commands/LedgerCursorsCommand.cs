using System.CommandLine;
using System.Globalization;
using Bickford.Renders.Ledger;
using Bickford.Renders.Worker.Cli;
using Bickford.Renders.Worker.Composition;
using Bickford.Renders.Worker.Output;
using Spectre.Console;

namespace Bickford.Renders.Worker.Commands;

/// <summary><c>renders ledger cursors</c>: how far downstream systems have read, and how to send one back.</summary>
internal sealed class LedgerCursorsCommand : Verb
{
    private readonly Argument<string?> _name = new("NAME") { Description = "The cursor to move or remove; without one, all are listed", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<long?> _moveTo = new("--move-to") { Description = "Read on after this position: 0 to read everything again", HelpName = "POSITION" };
    private readonly Option<bool> _remove = new("--remove") { Description = "Forget the cursor" };

    public LedgerCursorsCommand(CliEnvironment environment)
        : base(
            environment,
            "cursors",
            "List the named cursors by which downstream systems read the ledger; move or remove one",
            "renders ledger cursors",
            "renders ledger cursors warehouse --move-to 0",
            "renders ledger cursors warehouse --remove")
    {
        Add(_name);
        Add(_moveTo);
        Add(_remove);
        AddSettings();
    }

    protected override async Task<int> RunAsync(CliContext context, CancellationToken cancellationToken)
    {
        var (name, moveTo, remove) = (context.Parse.GetValue(_name), context.Parse.GetValue(_moveTo), context.Parse.GetValue(_remove));
        if (name is null && (moveTo is not null || remove))
            throw new InputException("NAME", "is missing; say which cursor, such as 'renders ledger cursors warehouse --move-to 0'");
        if (moveTo is not null && remove)
            throw new InputException("--remove", "is not allowed together with --move-to; allowed: one of them");
        if (name is not null)
            CursorRules.Check(name);
        await using var session = await context.OpenExistingAsync(SessionKind.Look, cancellationToken);
        var ledger = session.Ledger;
        if (remove)
        {
            if (!await ledger.RemoveCursorAsync(name!, cancellationToken))
                throw Unknown(name!);
            context.Terminal.Line($"{SafeText.Markup(name)} is forgotten: who reads by it again begins with the first event.");
            if (context.Terminal.AsJson)
                context.Terminal.Json(new { Removed = name });
            return ExitCode.Ok;
        }

        if (moveTo is { } position)
            await ledger.MoveCursorAsync(name!, position, cancellationToken);
        var cursors = await ledger.ListCursorsAsync(cancellationToken);
        if (name is not null)
            cursors = [.. cursors.Where(cursor => cursor.Name == name)];
        if (name is not null && cursors.Count == 0)
            throw Unknown(name);
        var newest = (await ledger.TailAsync(1, cancellationToken)) is [var last, ..] ? last.Seq : 0;
        if (context.Terminal.AsJson)
            context.Terminal.Json(new { Cursors = cursors, Newest = newest });
        else if (cursors.Count == 0)
            context.Terminal.Line("No cursors yet. A downstream system makes one: 'renders ledger export --cursor NAME', or GET /api/ledger?cursor=NAME and an acknowledgement.");
        else
            context.Terminal.Out.Write(Table(cursors, newest, context.Environment.Clock.GetUtcNow()));
        return ExitCode.Ok;
    }

    private static Table Table(IReadOnlyList<LedgerCursor> cursors, long newest, DateTimeOffset now)
    {
        var table = new Table().Border(TableBorder.None);
        foreach (var name in new[] { "cursor", "done up to", "still to read", "moved" })
            table.AddColumn(new TableColumn($"[grey]{name}[/]").PadRight(2));
        foreach (var cursor in cursors)
        {
            table.AddRow(
                SafeText.Markup(cursor.Name),
                cursor.Position.ToString("N0", CultureInfo.InvariantCulture),
                Left(newest - cursor.Position),
                HumanText.Ago(cursor.MovedAt, now) is "now" ? "now" : $"{HumanText.Ago(cursor.MovedAt, now)} ago");
        }

        return table;
    }

    // Positions may have gaps.
    private static string Left(long positions) => positions <= 0 ? "[green]nothing[/]" : string.Create(CultureInfo.InvariantCulture, $"[yellow]up to {positions:N0}[/]");

    private static InputException Unknown(string name) => new("NAME", $"there is no cursor '{name}'; see 'renders ledger cursors' for those there are");
}
