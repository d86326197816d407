using System.CommandLine;
using System.Globalization;
using Bickford.Renders.Ledger;
using Bickford.Renders.Worker.Cli;
using Bickford.Renders.Worker.Composition;
using Bickford.Renders.Worker.Output;

namespace Bickford.Renders.Worker.Commands;

/// <summary><c>renders ledger export</c>: every event, streamed, with what is needed to check the hashes elsewhere.</summary>
internal sealed class LedgerExportCommand : Verb
{
    private const string CsvHeader = "seq,event_id,stream,render_id,render_seq,type,occurred_at,payload,prev_hash,hash";

    private readonly Option<string> _format = new("--format") { Description = "jsonl (one event a line) or csv", DefaultValueFactory = _ => "jsonl", HelpName = "jsonl|csv" };

    public LedgerExportCommand(CliEnvironment environment)
        : base(
            environment,
            "export",
            "Write every event of the ledger to standard output",
            "renders ledger export > ledger.jsonl",
            "renders ledger export --format csv > ledger.csv",
            "renders ledger export --json | jq length")
    {
        Add(_format);
        AddSettings();
    }

    protected override async Task<int> RunAsync(CliContext context, CancellationToken cancellationToken)
    {
        var format = context.Parse.GetRequiredValue(_format);
        if (format is not ("jsonl" or "csv"))
            throw new InputException("--format", $"'{format}' is not allowed; allowed: jsonl, csv");
        await using var session = await context.OpenExistingAsync(SessionKind.Look, cancellationToken);
        var output = context.Environment.Out;
        if (context.Terminal.AsJson)
            await WriteAsync(session.Ledger, output, "[", Json, ",", "]", cancellationToken);
        else if (format == "csv")
            await WriteAsync(session.Ledger, output, CsvHeader + "\n", Csv, "", "", cancellationToken);
        else
            await WriteAsync(session.Ledger, output, "", one => Json(one) + "\n", "", "", cancellationToken);
        return ExitCode.Ok;
    }

    private static async Task WriteAsync(ILedger ledger, TextWriter output, string start, Func<LedgerEvent, string> text, string between, string end, CancellationToken cancellationToken)
    {
        await output.WriteAsync(start);
        var separator = "";
        await foreach (var one in ledger.ReadAsync(cancellationToken: cancellationToken))
        {
            await output.WriteAsync(separator + text(one));
            separator = between;
        }

        await output.WriteAsync(end.Length > 0 ? end + "\n" : "");
        await output.FlushAsync(cancellationToken);
    }

    private static string Json(LedgerEvent one) => Output.Json.Line(RenderJson.Of(one));

    private static string Csv(LedgerEvent one) => string.Join(',', new[]
    {
        one.Seq.ToString(CultureInfo.InvariantCulture),
        one.EventId.ToString(),
        Quoted(one.Stream),
        one.RenderId?.ToString() ?? "",
        one.RenderSeq.ToString(CultureInfo.InvariantCulture),
        Quoted(one.Type),
        LedgerHash.TimeText(one.OccurredAt),
        Quoted(one.Payload),
        one.PrevHash,
        one.Hash,
    }) + "\n";

    // RFC 4180.
    private static string Quoted(string text) => $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
