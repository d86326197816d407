using System.CommandLine;
using System.Globalization;
using Bickford.Renders.Worker.Cli;
using Bickford.Renders.Worker.Composition;
using Bickford.Renders.Worker.Output;

namespace Bickford.Renders.Worker.Commands;

/// <summary><c>renders ledger tail</c>.</summary>
internal sealed class LedgerTailCommand : Verb
{
    private readonly Option<int> _count = new("--count", "-n") { Description = "How many: 1 to 1000", DefaultValueFactory = _ => 20, HelpName = "N" };

    public LedgerTailCommand(CliEnvironment environment)
        : base(environment, "tail", "Show the newest events of the ledger, the newest last", "renders ledger tail", "renders ledger tail -n 100 --json")
    {
        Add(_count);
        AddSettings();
    }

    protected override async Task<int> RunAsync(CliContext context, CancellationToken cancellationToken)
    {
        var count = context.Parse.GetValue(_count);
        if (count is < 1 or > 1000)
            throw new InputException("--count", $"'{count.ToString(CultureInfo.InvariantCulture)}' is not allowed; allowed: 1 to 1000");
        await using var session = await context.OpenExistingAsync(SessionKind.Look, cancellationToken);
        var events = (await session.Ledger.TailAsync(count, cancellationToken)).Reverse().ToArray();
        if (context.Terminal.AsJson)
            context.Terminal.Json(events.Select(RenderJson.Of));
        else
            foreach (var one in events)
                context.Terminal.Line($"[grey]{one.Seq,6}  {HumanText.Time(one.OccurredAt)}[/]  {(one.RenderId is { } id ? id.ToString("N")[^8..] : SafeText.Markup(one.Stream)),-8}  [aqua]{SafeText.Markup(one.Type)}[/]");
        return ExitCode.Ok;
    }
}
