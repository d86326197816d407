using System.CommandLine;
using System.Globalization;
using Bickford.Renders.Ports;
using Bickford.Renders.Webhooks;
using Bickford.Renders.Worker.Cli;
using Bickford.Renders.Worker.Composition;
using Bickford.Renders.Worker.Output;
using Spectre.Console;

namespace Bickford.Renders.Worker.Commands;

/// <summary><c>renders hooks list</c>: where each hook stands, and what it gave up on.</summary>
internal sealed class HooksListCommand : Verb
{
    private const int MostLetters = 1_000;

    private readonly Option<int> _limit = new("--limit", "-n") { Description = "At most so many dead letters: 1 to 1000", DefaultValueFactory = _ => 20, HelpName = "N" };

    public HooksListCommand(CliEnvironment environment)
        : base(
            environment,
            "list",
            "Show where each hook stands, and the dead letters: what it gave up on",
            "renders hooks list",
            "renders hooks list --json | jq -r '.dead_letters[].event_id'")
    {
        Add(_limit);
        AddSettings();
    }

    protected override async Task<int> RunAsync(CliContext context, CancellationToken cancellationToken)
    {
        var limit = context.Parse.GetValue(_limit);
        if (limit is < 1 or > MostLetters)
            throw new InputException("--limit", $"'{limit.ToString(CultureInfo.InvariantCulture)}' is not allowed; allowed: 1 to {MostLetters.ToString(CultureInfo.InvariantCulture)}");
        await using var session = await context.OpenExistingAsync(SessionKind.Look, cancellationToken);
        var store = session.Get<IHookStore>();
        var (states, counts) = (await store.ListAsync(cancellationToken), await store.CountDeadLettersAsync(cancellationToken));
        var letters = await store.ListDeadLettersAsync(null, 0, limit, cancellationToken);
        var newest = (await session.Ledger.TailAsync(1, cancellationToken)) is [var last, ..] ? last.Seq : 0;
        var hooks = session.Get<IHooks>().All;
        if (context.Terminal.AsJson)
        {
            context.Terminal.Json(new
            {
                Hooks = hooks.Select(hook => new { hook.Name, SendsTo = hook.Shown, hook.Types, State = states.FirstOrDefault(state => state.Name == hook.Name), DeadLetters = counts.GetValueOrDefault(hook.Name) }),
                DeadLetters = letters,
                Newest = newest,
            });
            return ExitCode.Ok;
        }

        var now = context.Environment.Clock.GetUtcNow();
        if (hooks.Count == 0)
            context.Terminal.Line("No hooks are set. To set one: Hooks:NAME:Url and Hooks:NAME:Secret, in appsettings.json or as Hooks__NAME__Url and Hooks__NAME__Secret.");
        else
            context.Terminal.Out.Write(HookTable(hooks, states, counts, newest, now));
        if (letters.Count > 0)
            Write(context.Terminal, letters, counts.Values.Sum(), now);
        return ExitCode.Ok;
    }

    private static Table HookTable(IReadOnlyList<Hook> hooks, IReadOnlyList<HookState> states, IReadOnlyDictionary<string, long> counts, long newest, DateTimeOffset now)
    {
        var table = Columns("hook", "sends to", "what", "dead letters", "state");
        foreach (var hook in hooks)
        {
            table.AddRow(
                SafeText.Markup(hook.Name),
                SafeText.Markup(hook.Shown),
                SafeText.Markup(HookText.Types(hook)),
                counts.TryGetValue(hook.Name, out var dead) ? $"[red]{dead.ToString("N0", CultureInfo.InvariantCulture)}[/]" : "–",
                StateOf(states.FirstOrDefault(state => state.Name == hook.Name), hook, newest, now));
        }

        return table;
    }

    private static string StateOf(HookState? state, Hook hook, long newest, DateTimeOffset now)
    {
        var (health, text) = HookText.State(hook, state, newest, now);
        return $"[{health switch { HookHealth.Good => "green", HookHealth.Failing => "yellow", _ => "default" }}]{SafeText.Markup(text)}[/]";
    }

    private static void Write(Terminal terminal, IReadOnlyList<DeadLetter> letters, long all, DateTimeOffset now)
    {
        terminal.Line();
        var table = Columns("dead letter", "hook", "what", "tries", "given up", "why");
        foreach (var letter in letters)
        {
            table.AddRow(
                letter.EventId.ToString("D"), SafeText.Markup(letter.Hook), SafeText.Markup(letter.Type), letter.Attempts.ToString(CultureInfo.InvariantCulture),
                HumanText.Ago(letter.Since, now) is "now" ? "now" : $"{HumanText.Ago(letter.Since, now)} ago", SafeText.Markup(letter.Problem));
        }

        terminal.Out.Write(table);
        if (all > letters.Count)
            terminal.Line(string.Create(CultureInfo.InvariantCulture, $"[grey]and {all - letters.Count:N0} more[/]"));
        terminal.Line("[grey]To send them again: renders hooks retry EVENT_ID, or renders hooks retry --all[/]");
    }

    private static Table Columns(params string[] names)
    {
        var table = new Table().Border(TableBorder.None);
        foreach (var name in names)
            table.AddColumn(new TableColumn($"[grey]{name}[/]").PadRight(2));
        return table;
    }
}
