using System.CommandLine;
using Bickford.Renders.Worker.Cli;
using Bickford.Renders.Worker.Composition;
using Bickford.Renders.Worker.Output;

namespace Bickford.Renders.Worker.Commands;

/// <summary><c>renders list</c>.</summary>
internal sealed class ListCommand : Verb
{
    private readonly Option<RenderStatus[]> _status = new Option<RenderStatus[]>("--status") { Description = "Only this status; may be given often", HelpName = string.Join('|', Enum.GetNames<RenderStatus>()) }.Named();
    private readonly Option<RenderCause[]> _cause = new Option<RenderCause[]>("--cause") { Description = "Only this cause; may be given often", HelpName = "CAUSE" }.Named();
    private readonly Option<string?> _model = new("--model") { Description = "Only this model", HelpName = "NAME" };
    private readonly Option<string?> _tag = new("--tag") { Description = "Only this tag", HelpName = "TAG" };
    private readonly Option<string?> _batch = new("--batch") { Description = "Only this batch", HelpName = "NAME" };
    private readonly Option<string?> _text = new("--text") { Description = "Only prompts with this text in them", HelpName = "TEXT" };
    private readonly Option<int> _limit = new("--limit") { Description = "At most so many: 1 to 500", DefaultValueFactory = _ => 20, HelpName = "N" };
    private readonly Option<string?> _cursor = new("--cursor") { Description = "Where the page before ended", HelpName = "CURSOR" };

    public ListCommand(CliEnvironment environment)
        : base(
            environment,
            "list",
            "List renders, newest first",
            "renders list",
            "renders list --status Failed --status Parked",
            "renders list --tag trailer --text lighthouse --limit 100",
            "renders list --json | jq -r '.renders[].id'")
    {
        foreach (var option in new Option[] { _status, _cause, _model, _tag, _batch, _text, _limit, _cursor })
            Add(option);
        AddSettings();
    }

    protected override async Task<int> RunAsync(CliContext context, CancellationToken cancellationToken)
    {
        await using var session = context.Open(SessionKind.Look);
        var page = session.HasDatabase ? await ReadAsync(context.Parse, session, cancellationToken) : new RenderPage([], null);
        var terminal = context.Terminal;
        if (terminal.AsJson)
            terminal.Json(new { Renders = page.Items.Select(RenderJson.Of), page.NextCursor });
        else if (page.Items.Count == 0)
            terminal.Line(session.HasDatabase ? "No renders here." : "No renders yet. To make one: renders render \"A lighthouse in fog\"");
        else
            RenderTable.Write(terminal, page.Items, context.Environment.Clock.GetUtcNow());
        if (page.NextCursor is { } cursor)
            terminal.Line($"[grey]There are more: --cursor {SafeText.Markup(cursor)}[/]");
        return ExitCode.Ok;
    }

    private async Task<RenderPage> ReadAsync(ParseResult parse, IWorkerSession session, CancellationToken cancellationToken)
    {
        await session.PrepareAsync(cancellationToken);
        var filter = new RenderFilter
        {
            Statuses = parse.GetValue(_status) ?? [],
            Causes = parse.GetValue(_cause) ?? [],
            Model = parse.GetValue(_model),
            Tag = parse.GetValue(_tag),
            Batch = parse.GetValue(_batch),
            Text = parse.GetValue(_text),
        };
        return await session.Renders.ListAsync(filter, parse.GetValue(_cursor), parse.GetValue(_limit), cancellationToken);
    }
}
