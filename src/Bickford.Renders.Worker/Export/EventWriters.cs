using System.Globalization;
using Bickford.Renders.Ledger;
using Bickford.Renders.Worker.Output;

namespace Bickford.Renders.Worker.Export;

/// <summary>Writes ledger events in one format, one after the other: what it holds in memory has a limit.</summary>
internal interface IEventWriter : IAsyncDisposable
{
    Task WriteAsync(LedgerEvent one, CancellationToken cancellationToken);

    /// <summary>Writes what ends the output; without it, it is not whole.</summary>
    Task CompleteAsync(CancellationToken cancellationToken);
}

/// <summary>Events as text, payloads byte for byte.</summary>
/// <param name="output">Where; it is flushed and not closed.</param>
/// <param name="start">Before the first event.</param>
/// <param name="text">An event.</param>
/// <param name="between">Between two.</param>
/// <param name="end">After the last.</param>
internal sealed class TextEventWriter(TextWriter output, string start, Func<LedgerEvent, string> text, string between, string end) : IEventWriter
{
    public const string CsvHeader = "seq,event_id,stream,render_id,render_seq,type,occurred_at,payload,prev_hash,hash";

    private bool _begun;

    public static TextEventWriter JsonLines(TextWriter output) => new(output, "", one => Json.Line(RenderJson.Of(one)) + "\n", "", "");

    public static TextEventWriter JsonArray(TextWriter output) => new(output, "[", one => Json.Line(RenderJson.Of(one)), ",", "]\n");

    public static TextEventWriter Csv(TextWriter output) => new(output, CsvHeader + "\n", Row, "", "");

    public async Task WriteAsync(LedgerEvent one, CancellationToken cancellationToken)
    {
        await output.WriteAsync(((_begun ? between : start) + text(one)).AsMemory(), cancellationToken);
        _begun = true;
    }

    public async Task CompleteAsync(CancellationToken cancellationToken)
    {
        await output.WriteAsync(((_begun ? "" : start) + end).AsMemory(), cancellationToken);
        await output.FlushAsync(cancellationToken);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static string Row(LedgerEvent one) => string.Join(',', new[]
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
