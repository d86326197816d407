using System.Text.Json.Nodes;
using Bickford.Renders.Ledger;
using Bickford.Renders.Testing;
using Bickford.Renders.Tests.Files;
using NSubstitute;
using Parquet;

namespace Bickford.Renders.Tests.Worker;

/// <summary>Ledger events as files.</summary>
public sealed class ExportTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly InMemoryLedger _ledger = new(TimeProvider.System);
    private readonly CliWorld _world;

    public ExportTests() => _world = new CliWorld { Ledger = _ledger };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_Parquet_file_has_every_field_of_every_event()
    {
        await RecordAsync(2, text: "Åsa said \"no\"");
        var events = await _ledger.ReadAsync(cancellationToken: Cancel).ToListAsync(Cancel);
        events.Add(events[0] with { Seq = 3, RenderId = Sample.Id, Stream = LedgerHash.StreamOf(Sample.Id) });
        var ledger = Substitute.For<ILedger>();
        ledger.ReadAsync(Arg.Any<long>(), Arg.Any<string?>(), Arg.Any<CancellationToken>()).Returns(_ => events.ToAsyncEnumerable());

        var result = await new CliWorld { Ledger = ledger }.RunAsync("ledger", "export", "--out", _folder["ledger.parquet"]);

        (result.ExitCode, result.Error).ShouldBe((0, ""));
        result.Out.ShouldContain("3 events up to position 3");
        await using var reader = await ParquetReader.CreateAsync(_folder["ledger.parquet"], cancellationToken: Cancel);
        reader.Schema.GetDataFields().Select(field => field.Name).ShouldBe(["seq", "event_id", "stream", "render_id", "render_seq", "type", "occurred_at", "payload", "prev_hash", "hash"]);
        var rows = await RowsAsync(_folder["ledger.parquet"]);
        rows.Count.ShouldBe(3);
        foreach (var (row, one) in rows.Zip(events))
        {
            row["seq"].ShouldBe(one.Seq);
            row["event_id"].ShouldBe(one.EventId.ToString());
            row["stream"].ShouldBe(one.Stream);
            row.GetValueOrDefault("render_id").ShouldBe(one.RenderId?.ToString());
            row["render_seq"].ShouldBe(one.RenderSeq);
            row["type"].ShouldBe(one.Type);
            row["occurred_at"].ShouldBe(one.OccurredAt.UtcDateTime);
            row["payload"].ShouldBe(one.Payload);
            (row["prev_hash"], row["hash"]).ShouldBe((one.PrevHash, one.Hash));
        }
    }

    [Fact]
    public async Task A_long_ledger_is_many_row_groups_so_that_it_need_not_fit_into_memory()
    {
        // 22 million characters, where a group holds 16.
        await RecordAsync(88, text: new string('x', 250_000));

        (await _world.RunAsync("ledger", "export", "--out", _folder["ledger.parquet"])).ExitCode.ShouldBe(0);

        await using var reader = await ParquetReader.CreateAsync(_folder["ledger.parquet"], cancellationToken: Cancel);
        reader.RowGroupCount.ShouldBe(2);
        (await RowsAsync(_folder["ledger.parquet"])).Count.ShouldBe(88);
    }

    [Fact]
    public async Task An_empty_ledger_is_a_file_without_events_in_every_format()
    {
        foreach (var format in new[] { "jsonl", "csv", "parquet" })
        {
            var result = await _world.RunAsync("ledger", "export", "--format", format, "--out", _folder[format]);
            (result.ExitCode, result.Error).ShouldBe((0, ""));
            result.Out.ShouldContain("holds no events");
        }

        (await File.ReadAllTextAsync(_folder["jsonl"], Cancel)).ShouldBe("");
        (await File.ReadAllTextAsync(_folder["csv"], Cancel)).ShouldBe("seq,event_id,stream,render_id,render_seq,type,occurred_at,payload,prev_hash,hash\n");
        (await RowsAsync(_folder["parquet"])).ShouldBeEmpty();
        (await _world.RunAsync("ledger", "export", "--json")).Out.ShouldBe("[]\n");
    }

    [Fact]
    public async Task Each_run_of_a_cursor_writes_what_is_new()
    {
        await RecordAsync(2);
        (await ExportAsync("a.jsonl")).ShouldBe([1, 2]);
        (await ExportAsync("b.jsonl")).ShouldBeEmpty();
        await RecordAsync(1);

        (await ExportAsync("c.jsonl")).ShouldBe([3]);
        (await _ledger.FindCursorAsync("warehouse", Cancel))!.Position.ShouldBe(3);
    }

    [Fact]
    public async Task A_run_that_fails_moves_no_cursor_and_leaves_the_file_as_it_was()
    {
        await File.WriteAllTextAsync(_folder["ledger.jsonl"], "as it was", Cancel);
        await RecordAsync(2);
        using var stopped = new CancellationTokenSource();
        var ledger = Substitute.For<ILedger>();
        ledger.ReadAsync(Arg.Any<long>(), Arg.Any<string?>(), Arg.Any<CancellationToken>()).Returns(_ => StoppedAsync(stopped));
        var world = new CliWorld { Ledger = ledger };

        var result = await world.RunAsync(stopped.Token, "ledger", "export", "--cursor", "warehouse", "--out", _folder["ledger.jsonl"]);

        result.ExitCode.ShouldBe(130);
        (await File.ReadAllTextAsync(_folder["ledger.jsonl"], Cancel)).ShouldBe("as it was");
        Directory.GetFiles(_folder[""]).ShouldHaveSingleItem();
        await ledger.DidNotReceive().AcknowledgeAsync(Arg.Any<string>(), Arg.Any<long>(), Arg.Any<CancellationToken>());
    }

    [Theory]
    [InlineData("--out", "--format", "parquet")]
    [InlineData("--format", "--format", "xml")]
    [InlineData("--after", "--after", "-1")]
    [InlineData("--after", "--after", "soon")]
    [InlineData("--after", "--after", "1", "--cursor", "warehouse")]
    [InlineData("cursor", "--cursor", "a b")]
    [InlineData("--out", "--out", "/nowhere/at/all.csv")]
    [InlineData("--out", "--out", "/")]
    public async Task What_is_wrong_with_an_export_is_named(string field, params string[] arguments)
    {
        var result = await _world.RunAsync(["ledger", "export", .. arguments]);

        result.ExitCode.ShouldBe(2);
        result.Error.ShouldStartWith($"{field}: ");
        result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_file_is_told_to_machines_too()
    {
        await RecordAsync(1);

        var json = JsonNode.Parse((await _world.RunAsync("ledger", "export", "--format", "csv", "--out", _folder["a"], "--json")).Out)!;

        (json["events"]!.GetValue<int>(), json["last"]!.GetValue<int>(), json["file"]!.GetValue<string>()).ShouldBe((1, 1, _folder["a"]));
        json["bytes"]!.GetValue<long>().ShouldBe(new FileInfo(_folder["a"]).Length);
    }

    [Fact]
    public async Task Cursors_are_listed_moved_and_forgotten()
    {
        (await _world.RunAsync("ledger", "cursors")).Out.ShouldContain("No cursors yet");
        await RecordAsync(3);
        await _ledger.AcknowledgeAsync("warehouse", 1, Cancel);
        await _ledger.AcknowledgeAsync("reports", 3, Cancel);

        var list = await _world.RunAsync("ledger", "cursors");
        var moved = JsonNode.Parse((await _world.RunAsync("ledger", "cursors", "reports", "--move-to", "0", "--json")).Out)!;
        var forgotten = await _world.RunAsync("ledger", "cursors", "reports", "--remove");

        list.Out.ShouldMatch(@"reports +3 +nothing");
        list.Out.ShouldMatch(@"warehouse +1 +up to 2");
        moved["cursors"]!.AsArray().ShouldHaveSingleItem()!["position"]!.GetValue<int>().ShouldBe(0);
        forgotten.Out.ShouldContain("reports is forgotten");
        (await _ledger.ListCursorsAsync(Cancel)).ShouldHaveSingleItem().Name.ShouldBe("warehouse");
        (await _world.RunAsync("ledger", "cursors", "reports", "--remove")).Error.ShouldStartWith("NAME: there is no cursor 'reports'");
        (await _world.RunAsync("ledger", "cursors", "--remove")).Error.ShouldStartWith("NAME: is missing");
        (await _world.RunAsync("ledger", "cursors", "warehouse", "--move-to", "9")).Error.ShouldStartWith("position: '9' is not allowed");
    }

    private async Task<List<long>> ExportAsync(string name)
    {
        var result = await _world.RunAsync("ledger", "export", "--cursor", "warehouse", "--out", _folder[name]);
        (result.ExitCode, result.Error).ShouldBe((0, ""));
        return [.. (await File.ReadAllLinesAsync(_folder[name], Cancel)).Select(line => JsonNode.Parse(line)!["seq"]!.GetValue<long>())];
    }

    private async IAsyncEnumerable<LedgerEvent> StoppedAsync(CancellationTokenSource stopped)
    {
        await foreach (var one in _ledger.ReadAsync(cancellationToken: Cancel))
        {
            yield return one;
            await stopped.CancelAsync();
            stopped.Token.ThrowIfCancellationRequested();
        }
    }

    private async Task RecordAsync(int events, string text = "")
    {
        for (var i = 0; i < events; i++)
            await _ledger.RecordAsync("notes", "note", new JsonObject { ["text"] = text }, null, Cancel);
    }

    private static async Task<List<Dictionary<string, object?>>> RowsAsync(string path)
    {
        await using var file = File.OpenRead(path);
        var result = await Parquet.Serialization.ParquetSerializer.DeserializeUntypedAsync(file, cancellationToken: Cancel);
        return [.. result.Data.Select(row => row.ToDictionary(pair => pair.Key, pair => (object?)pair.Value))];
    }
}
