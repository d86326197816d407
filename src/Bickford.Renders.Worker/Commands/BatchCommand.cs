using System.CommandLine;
using Bickford.Renders.Ports;
using Bickford.Renders.Queue;
using Bickford.Renders.Worker.Batches;
using Bickford.Renders.Worker.Cli;
using Bickford.Renders.Worker.Composition;
using Bickford.Renders.Worker.Output;

namespace Bickford.Renders.Worker.Commands;

/// <summary><c>renders batch</c>: hands in a file of renders, all or none, and tells how a batch stands.</summary>
internal sealed class BatchCommand : Verb
{
    private const int MostShown = 20;
    private const int PageSize = 500;

    private readonly Argument<string?> _file = new("FILE") { Description = "A JSON object a line: prompt, and if you like model, size, seconds, tags, priority, keep, idempotency_key; - for standard input. Without it: how the batch of --name stands", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<string?> _name = new("--name") { Description = "Name of the batch, 1 to 100 characters; else the file's", HelpName = "NAME" };
    private readonly Option<string[]> _tags = new("--tag") { Description = "A label for all of its renders, beside their own; may be given often", HelpName = "TAG" };
    private readonly Option<bool> _dryRun = new("--dry-run") { Description = "Check every line and tell what it would cost; write nothing" };

    public BatchCommand(CliEnvironment environment)
        : base(
            environment,
            "batch",
            "Hand in a file of renders, all of them or none; the same file again hands in only what is new in it",
            "renders batch trailer.jsonl --dry-run",
            "renders batch trailer.jsonl --wait",
            "renders batch --name trailer",
            "echo '{\"prompt\": \"A lighthouse in fog\", \"seconds\": 8}' | renders batch - --name lighthouse --json")
    {
        Add(_file);
        foreach (var option in new Option[] { _name, _tags, _dryRun, CommonOptions.Wait })
            Add(option);
        AddSettings();
    }

    protected override async Task<int> RunAsync(CliContext context, CancellationToken cancellationToken)
    {
        var (file, waits) = (context.Parse.GetValue(_file), context.Parse.GetValue(CommonOptions.Wait));
        var name = NameOf(context.Parse.GetValue(_name), file);
        if (file is null)
            return await StatusAsync(context, name, waits, cancellationToken);

        var text = await BatchFile.ReadAsync(file, context.Environment.In, cancellationToken);
        var dryRun = context.Parse.GetValue(_dryRun);
        await using var session = context.Open(waits && !dryRun ? SessionKind.Engine : SessionKind.Look);
        var lines = BatchFile.Parse(text, name, context.Parse.GetValue(_tags) ?? [], session.Options);
        if (dryRun)
            return TellPlan(context.Terminal, name, lines);

        await session.PrepareAsync(cancellationToken);
        var accepted = await AcceptAsync(session, lines, cancellationToken);
        if (waits)
            return await WaitAsync(context, session, name, [.. accepted.Select(one => one.Render.Id)], accepted.Count(one => one.IsNew), cancellationToken);
        await TellAcceptedAsync(context.Terminal, session, name, accepted, cancellationToken);
        return ExitCode.Ok;
    }

    private static string NameOf(string? given, string? file)
    {
        var name = given ?? file switch
        {
            null => throw new InputException("FILE", "is missing; allowed: a file of JSON lines, or --name NAME to see how a batch stands; see 'renders batch --help'"),
            "-" => throw new InputException("--name", "is missing; allowed: a name of 1 to 100 characters, which standard input has not"),
            _ => Path.GetFileNameWithoutExtension(file),
        };
        RequestValidation.CheckBatch(name);
        return name;
    }

    private static async Task<IReadOnlyList<AcceptedRender>> AcceptAsync(IWorkerSession session, IReadOnlyList<BatchLine> lines, CancellationToken cancellationToken)
    {
        try
        {
            return await session.Get<IRenderIntake>().EnqueueAllAsync([.. lines.Select(line => line.Order)], null, cancellationToken);
        }
        catch (RenderBatchException e)
        {
            var line = lines[e.Index].Number;
            throw new BatchFileException([new($"line {line}", $"line {line}: {e.InnerException!.Message}; none was accepted")]);
        }
    }

    private static int TellPlan(Terminal terminal, string name, IReadOnlyList<BatchLine> lines)
    {
        var (cost, unpriced) = (lines.Sum(line => line.Cost ?? 0), lines.Count(line => line.Cost is null));
        if (terminal.AsJson)
            terminal.Json(new { Batch = name, Renders = lines.Count, Cost = cost, WithoutPrice = unpriced });
        else
            terminal.Line($"{HumanText.Count(lines.Count, "render", "renders")}, all of them right; {HumanText.Dollars(cost)} by list prices{(unpriced == 0 ? "" : $", {unpriced} without a price")}. Nothing was written; what was handed in before under the name {SafeText.Markup(name)} is not paid again.");
        return ExitCode.Ok;
    }

    private static async Task TellAcceptedAsync(Terminal terminal, IWorkerSession session, string name, IReadOnlyList<AcceptedRender> accepted, CancellationToken cancellationToken)
    {
        var created = accepted.Where(one => one.IsNew).ToArray();
        if (terminal.AsJson)
        {
            await WriteJsonAsync(terminal, session, name, [.. accepted.Select(one => one.Render)], created.Length, cancellationToken);
            return;
        }

        var cost = HumanText.Dollars(created.Sum(one => one.Render.Cost ?? 0));
        terminal.Line($"[bold]{SafeText.Markup(name)}[/]: " + (created.Length, accepted.Count) switch
        {
            (0, 1) => "the one render was there already",
            (0, var all) => $"all {all} renders were there already",
            var (some, all) when some == all => $"{HumanText.Count(all, "render", "renders")} handed in; {cost} by list prices",
            var (some, all) => $"{some} of {all} renders are new and handed in, the others were there already; {cost} by list prices",
        });
        var next = accepted.Any(one => one.Render.Status.IsOpen()) ? "A running 'renders serve' picks them up. To look" : "To look";
        terminal.Line($"[grey]{next}: renders batch --name {Quoted(name)}, renders list --batch {Quoted(name)}[/]");
    }

    private static async Task<int> StatusAsync(CliContext context, string name, bool waits, CancellationToken cancellationToken)
    {
        await using var session = await context.OpenExistingAsync(waits ? SessionKind.Engine : SessionKind.Look, cancellationToken);
        if (await session.Get<IRenderViews>().SumBatchAsync(name, cancellationToken) is not { } sum)
            throw new InputException("--name", $"no batch '{name}'; see 'renders list --json' for the names there are, or give a FILE");
        if (waits)
            return await WaitAsync(context, session, name, null, 0, cancellationToken);
        if (context.Terminal.AsJson)
        {
            context.Terminal.Json(BatchView.Of(sum));
            return ExitCode.Ok;
        }

        foreach (var line in BatchText.Lines(sum, context.Terminal.Width, context.Environment.Clock.GetUtcNow()))
            context.Terminal.Line(line);
        var stopped = await session.Renders.ListAsync(new RenderFilter { Batch = name, Statuses = s_notDone }, null, MostShown + 1, cancellationToken);
        WriteNotDone(context.Terminal, name, stopped.Items);
        return ExitCode.Ok;
    }

    private static readonly RenderStatus[] s_notDone = [RenderStatus.Failed, RenderStatus.Parked, RenderStatus.Cancelled];

    /// <param name="context">The arguments.</param>
    /// <param name="session">With an engine.</param>
    /// <param name="name">The batch.</param>
    /// <param name="ids">The renders that the exit code is about; null for all of the batch.</param>
    /// <param name="created">How many are new.</param>
    /// <param name="cancellationToken">Ctrl-C: the work is handed back.</param>
    private static async Task<int> WaitAsync(CliContext context, IWorkerSession session, string name, IReadOnlyList<Guid>? ids, int created, CancellationToken cancellationToken)
    {
        var (terminal, views) = (context.Terminal, session.Get<IRenderViews>());
        await session.StartAsync(cancellationToken);
        var ended = true;
        try
        {
            await new BatchWatch(views, terminal, context.Environment.Clock).WaitAsync(name, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            ended = false;
        }

        // Short reads, also for somebody who stopped: he wants to know how far it came.
        var renders = await ReadAllAsync(session, name, ids);
        await WriteJsonAsync(terminal, session, name, renders, created, CancellationToken.None);
        if (!ended)
        {
            var open = renders.Count(render => render.Status.IsOpen());
            terminal.Error($"Stopped. {HumanText.Count(open, "render is", "renders are")} not done; nothing is lost. To go on: renders serve, or the same command again");
            return ExitCode.Interrupted;
        }

        if (!terminal.IsLive)
        {
            foreach (var line in BatchText.Lines((await views.SumBatchAsync(name, CancellationToken.None))!, terminal.Width, context.Environment.Clock.GetUtcNow()))
                terminal.Line(line);
        }

        var notDone = renders.Where(render => render.Status != RenderStatus.Completed).ToArray();
        if (renders.Count <= MostShown)
        {
            terminal.Line();
            Outcome.Write(terminal, renders);
        }
        else
        {
            WriteNotDone(terminal, name, notDone);
        }

        return notDone.Length == 0 ? ExitCode.Ok : ExitCode.Failed;
    }

    private static void WriteNotDone(Terminal terminal, string name, IReadOnlyList<Render> renders)
    {
        if (renders.Count == 0)
            return;
        terminal.Line();
        Outcome.Write(terminal, [.. renders.Take(MostShown)]);
        if (renders.Count > MostShown)
            terminal.Line($"[grey]There are more: renders list --batch {Quoted(name)} --status Failed --status Parked --status Cancelled[/]");
    }

    private static async Task<IReadOnlyList<Render>> ReadAllAsync(IWorkerSession session, string name, IReadOnlyList<Guid>? ids)
    {
        var found = new Dictionary<Guid, Render>();
        string? cursor = null;
        do
        {
            var page = await session.Renders.ListAsync(new RenderFilter { Batch = name }, cursor, PageSize, CancellationToken.None);
            foreach (var render in page.Items)
                found[render.Id] = render;
            cursor = page.NextCursor;
        }
        while (cursor is not null);
        return ids is null ? [.. found.Values.OrderBy(render => render.CreatedAt).ThenBy(render => render.Id)] : [.. ids.Where(found.ContainsKey).Select(id => found[id])];
    }

    private static async Task WriteJsonAsync(Terminal terminal, IWorkerSession session, string name, IReadOnlyList<Render> renders, int created, CancellationToken cancellationToken)
    {
        if (terminal.AsJson && await session.Get<IRenderViews>().SumBatchAsync(name, cancellationToken) is { } sum)
            terminal.Json(new { Batch = BatchView.Of(sum), Renders = renders.Select(RenderJson.Of), Created = created });
    }

    private static string Quoted(string name) => SafeText.Markup(name.All(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.') ? name : $"'{name}'");
}
