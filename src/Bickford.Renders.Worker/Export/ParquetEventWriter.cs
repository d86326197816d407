using Bickford.Renders.Ledger;
using Parquet;
using Parquet.Schema;

namespace Bickford.Renders.Worker.Export;

/// <summary>Events as a Parquet file, a row group for every few thousand: readers skip groups by position and time, and no more than one group is in memory.</summary>
internal sealed class ParquetEventWriter : IEventWriter
{
    private const int GroupEvents = 10_000;

    // A payload may have 256 KiB.
    private const int GroupChars = 16 << 20;

    private static readonly DataField s_seq = new("seq", typeof(long), isNullable: false);
    private static readonly DataField s_eventId = Text("event_id");
    private static readonly DataField s_stream = Text("stream");
    private static readonly DataField s_renderId = new("render_id", typeof(string), isNullable: true);
    private static readonly DataField s_renderSeq = new("render_seq", typeof(long), isNullable: false);
    private static readonly DataField s_type = Text("type");
    private static readonly DataField s_occurredAt = new DateTimeDataField("occurred_at", DateTimeFormat.Timestamp, isAdjustedToUTC: true, DateTimeTimeUnit.Millis, isNullable: false);
    private static readonly DataField s_payload = Text("payload");
    private static readonly DataField s_prevHash = Text("prev_hash");
    private static readonly DataField s_hash = Text("hash");

    private readonly ParquetWriter _writer;
    private readonly List<LedgerEvent> _group = [];
    private int _chars;

    private ParquetEventWriter(ParquetWriter writer) => _writer = writer;

    public static async Task<ParquetEventWriter> CreateAsync(Stream output, CancellationToken cancellationToken)
    {
        var schema = new ParquetSchema(s_seq, s_eventId, s_stream, s_renderId, s_renderSeq, s_type, s_occurredAt, s_payload, s_prevHash, s_hash);
        var options = new ParquetOptions { CompressionMethod = CompressionMethod.Zstd };
        return new ParquetEventWriter(await ParquetWriter.CreateAsync(schema, output, options, cancellationToken: cancellationToken));
    }

    public async Task WriteAsync(LedgerEvent one, CancellationToken cancellationToken)
    {
        _group.Add(one);
        _chars += one.Payload.Length;
        if (_group.Count >= GroupEvents || _chars >= GroupChars)
            await WriteGroupAsync(cancellationToken);
    }

    public async Task CompleteAsync(CancellationToken cancellationToken)
    {
        if (_group.Count > 0)
            await WriteGroupAsync(cancellationToken);
        await _writer.DisposeAsync();
    }

    // Without the footer that disposing writes, no reader takes the file for a whole one.
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private async Task WriteGroupAsync(CancellationToken cancellationToken)
    {
        using (var group = _writer.CreateRowGroup())
        {
            await group.WriteAsync<long>(s_seq, _group.Select(one => one.Seq).ToArray(), cancellationToken: cancellationToken);
            await group.WriteAsync(s_eventId, Texts(one => one.EventId.ToString("D")));
            await group.WriteAsync(s_stream, Texts(one => one.Stream));
            await group.WriteAsync(s_renderId, Texts(one => one.RenderId?.ToString("D")!));
            await group.WriteAsync<long>(s_renderSeq, _group.Select(one => one.RenderSeq).ToArray(), cancellationToken: cancellationToken);
            await group.WriteAsync(s_type, Texts(one => one.Type));
            await group.WriteAsync<DateTime>(s_occurredAt, _group.Select(one => one.OccurredAt.UtcDateTime).ToArray(), cancellationToken: cancellationToken);
            await group.WriteAsync(s_payload, Texts(one => one.Payload));
            await group.WriteAsync(s_prevHash, Texts(one => one.PrevHash));
            await group.WriteAsync(s_hash, Texts(one => one.Hash));
            group.CompleteValidate();
        }

        _group.Clear();
        _chars = 0;
    }

    private string[] Texts(Func<LedgerEvent, string> value) => [.. _group.Select(value)];

    private static DataField Text(string name) => new(name, typeof(string), isNullable: false);
}
