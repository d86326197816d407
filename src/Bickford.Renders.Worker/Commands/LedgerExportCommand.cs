using System.CommandLine;
using System.Globalization;
using System.Text;
using Bickford.Renders.Ledger;
using Bickford.Renders.Worker.Cli;
using Bickford.Renders.Worker.Composition;
using Bickford.Renders.Worker.Export;
using Bickford.Renders.Worker.Output;

namespace Bickford.Renders.Worker.Commands;

/// <summary><c>renders ledger export</c>: events, streamed, with what is needed to check the hashes elsewhere.</summary>
internal sealed class LedgerExportCommand : Verb
{
    private static readonly string[] s_formats = ["jsonl", "csv", "parquet"];

    private readonly Option<string> _format = new("--format") { Description = "jsonl (one event a line), csv or parquet; jsonl if nothing is said, or what --out ends with", HelpName = "jsonl|csv|parquet" };
    private readonly Option<string?> _out = new("--out") { Description = "Write this file and not standard output; it is replaced when all is written, and not before", HelpName = "FILE" };
    private readonly Option<long?> _after = new("--after") { Description = "Only events after this position", HelpName = "POSITION" };
    private readonly Option<string?> _cursor = new("--cursor") { Description = "Only events after this cursor, which is moved on when they are written: each run writes what is new", HelpName = "NAME" };
    private readonly Option<string?> _stream = new("--stream") { Description = "Only events of this stream, such as renders/ID", HelpName = "STREAM" };

    public LedgerExportCommand(CliEnvironment environment)
        : base(
            environment,
            "export",
            "Write events of the ledger to standard output or a file, all of them or those that are new",
            "renders ledger export > ledger.jsonl",
            "renders ledger export --out ledger.parquet",
            "renders ledger export --cursor warehouse --out new-events.csv",
            "renders ledger export --json | jq length")
    {
        foreach (var option in new Option[] { _format, _out, _after, _cursor, _stream })
            Add(option);
        AddSettings();
    }

    protected override async Task<int> RunAsync(CliContext context, CancellationToken cancellationToken)
    {
        var (path, cursor) = (context.Parse.GetValue(_out), context.Parse.GetValue(_cursor));
        var format = FormatOf(context.Parse.GetValue(_format), path);
        if (format == "parquet" && path is null)
            throw new InputException("--out", "is missing; Parquet is no text for standard output; say 'renders ledger export --format parquet --out ledger.parquet'");
        var after = AfterOf(context.Parse.GetValue(_after), cursor);

        await using var session = await context.OpenExistingAsync(SessionKind.Look, cancellationToken);
        var ledger = session.Ledger;
        if (cursor is not null)
            after = (await ledger.FindCursorAsync(cursor, cancellationToken))?.Position ?? 0;
        await using var file = path is null ? null : WholeFile.Create("--out", path);
        var output = file is null ? context.Environment.Out : new StreamWriter(file.Stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), 1 << 16, leaveOpen: true);
        await using var writer = format switch
        {
            "parquet" => await ParquetEventWriter.CreateAsync(file!.Stream, cancellationToken),
            "csv" when file is not null || !context.Terminal.AsJson => TextEventWriter.Csv(output),
            _ when file is null && context.Terminal.AsJson => TextEventWriter.JsonArray(output),
            _ => (IEventWriter)TextEventWriter.JsonLines(output),
        };

        var (count, last) = (0L, after);
        await foreach (var one in ledger.ReadAsync(after, context.Parse.GetValue(_stream), cancellationToken))
        {
            await writer.WriteAsync(one, cancellationToken);
            (count, last) = (count + 1, one.Seq);
        }

        await writer.CompleteAsync(cancellationToken);
        var bytes = file is null ? 0 : await file.KeepAsync(cancellationToken);
        // Not before all is written: after a crash in between, the next run writes the same events again.
        if (cursor is not null && last > after)
            await ledger.AcknowledgeAsync(cursor, last, cancellationToken);
        if (file is not null)
            Tell(context.Terminal, path!, count, bytes, after, last, cursor);
        return ExitCode.Ok;
    }

    private static void Tell(Terminal terminal, string path, long count, long bytes, long after, long last, string? cursor)
    {
        if (terminal.AsJson)
            terminal.Json(new { Events = count, After = after, Last = last, Cursor = cursor, File = Path.GetFullPath(path), Bytes = bytes });
        else if (count == 0)
            terminal.Line($"Nothing {(cursor is null ? "to write" : $"new for {SafeText.Markup(cursor)}")} after position {Text(after)}: {SafeText.Markup(path)} holds no events.");
        else
            terminal.Line($"{Text(count)} {(count == 1 ? "event" : "events")} up to position {Text(last)} in {SafeText.Markup(path)}  [grey]{HumanText.Bytes(bytes)}[/]{(cursor is null ? "" : $"  [grey]the next run of {SafeText.Markup(cursor)} goes on there[/]")}");
    }

    private static string FormatOf(string? said, string? path)
    {
        if (said is null)
            return s_formats.FirstOrDefault(format => path?.EndsWith("." + format, StringComparison.OrdinalIgnoreCase) == true) ?? "jsonl";
        return s_formats.Contains(said) ? said : throw new InputException("--format", $"'{SafeText.Cut(said, 60)}' is not allowed; allowed: {string.Join(", ", s_formats)}");
    }

    private static long AfterOf(long? after, string? cursor)
    {
        if (after is not null && cursor is not null)
            throw new InputException("--after", "is not allowed together with --cursor; allowed: one of them");
        return after is < 0 ? throw new InputException("--after", $"'{Text(after.Value)}' is not allowed; allowed: 0 or more") : after ?? 0;
    }

    private static string Text(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
