using Bickford.Renders.IntegrationTests.Support;
using Bickford.Renders.Ledger;
using Bickford.Renders.Testing;
using Bickford.Renders.Tests.Data;
using Bickford.Renders.Tests.Ledger;
using Dapper;
using Npgsql;

namespace Bickford.Renders.IntegrationTests.Data;

/// <summary>Whoever reads on from the newest event he has seen misses none, in whatever order transactions commit.</summary>
public sealed class LedgerFeedTests(PostgresServer server) : IAsyncLifetime
{
    private PostgreSqlFixture _fixture = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _fixture = await PostgreSqlFixture.CreateAsync(server);

    public ValueTask DisposeAsync() => _fixture.DisposeAsync();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_follows_an_open_transaction_is_read_when_that_has_ended(bool commits)
    {
        var late = TestRenders.New(TestRenders.Start);
        await _fixture.Ledger.RecordAsync("notes", "note", [], null, Cancellation);
        await using var connection = await _fixture.OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync(Cancellation);
        await _fixture.Store.InsertAsync(late, [late.Entry("render.enqueued")], transaction, Cancellation);
        var after = await _fixture.Ledger.RecordAsync("notes", "note", [], null, Cancellation);

        (await SeqsAsync()).ShouldBe([1]);
        (await _fixture.Ledger.TailAsync(1, Cancellation))[0].ShouldBe(after);
        await (commits ? transaction.CommitAsync(Cancellation) : transaction.RollbackAsync(Cancellation));

        (await SeqsAsync()).ShouldBe(commits ? [1, 2, 3] : [1, 3]);
        (await _fixture.Ledger.VerifyAsync(Cancellation)).Verified.ShouldBeTrue();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Whoever_waits_for_a_change_hears_when_what_was_held_back_can_be_read(bool commits)
    {
        var late = TestRenders.New(TestRenders.Start);
        await using var connection = await _fixture.OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync(Cancellation);
        await _fixture.Store.InsertAsync(late, [late.Entry("render.enqueued")], transaction, Cancellation);
        await _fixture.Ledger.RecordAsync("notes", "note", [], null, Cancellation);
        var before = await _fixture.Views.LastChangeAsync(Cancellation);
        (await SeqsAsync()).ShouldBeEmpty();

        await (commits ? transaction.CommitAsync(Cancellation) : transaction.RollbackAsync(Cancellation));

        (await _fixture.Views.LastChangeAsync(Cancellation)).ShouldBeGreaterThan(before);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task No_seal_is_put_past_an_open_transaction(bool commits)
    {
        var sealer = Sealers.New(_fixture.Seals, new InMemoryVideoStore(), _fixture.Clock);
        var late = TestRenders.New(TestRenders.Start);
        await _fixture.Ledger.RecordAsync("notes", "note", [], null, Cancellation);
        await using var connection = await _fixture.OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync(Cancellation);
        await _fixture.Store.InsertAsync(late, [late.Entry("render.enqueued")], transaction, Cancellation);
        await _fixture.Ledger.RecordAsync("notes", "note", [], null, Cancellation);

        (await sealer.SealAsync(Cancellation)).ShouldBe(new SealRun(1, 1, 1, null));
        await (commits ? transaction.CommitAsync(Cancellation) : transaction.RollbackAsync(Cancellation));
        (await sealer.SealAsync(Cancellation)).ShouldBe(new SealRun(1, commits ? 2 : 1, 1, null));

        (await _fixture.Ledger.VerifyAsync(Cancellation)).SealedEvents.ShouldBe(commits ? 3 : 2);
        (await _fixture.Ledger.VerifyAsync(Cancellation)).Verified.ShouldBeTrue();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task No_cursor_is_acknowledged_past_an_open_transaction(bool commits)
    {
        var late = TestRenders.New(TestRenders.Start);
        await _fixture.Ledger.RecordAsync("notes", "note", [], null, Cancellation);
        await using var connection = await _fixture.OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync(Cancellation);
        await _fixture.Store.InsertAsync(late, [late.Entry("render.enqueued")], transaction, Cancellation);
        await _fixture.Ledger.RecordAsync("notes", "note", [], null, Cancellation);

        // It saw event 3 elsewhere: event 2 could still appear.
        (await _fixture.Ledger.AcknowledgeAsync("warehouse", 3, Cancellation)).Position.ShouldBe(1);
        (await _fixture.Ledger.MoveCursorAsync("reports", 3, Cancellation)).Position.ShouldBe(1);
        await (commits ? transaction.CommitAsync(Cancellation) : transaction.RollbackAsync(Cancellation));

        (await _fixture.Ledger.ReadAsync("warehouse", Cancellation).Select(e => e.Seq).ToListAsync(Cancellation)).ShouldBe(commits ? [2, 3] : [3]);
        (await _fixture.Ledger.AcknowledgeAsync("warehouse", 3, Cancellation)).Position.ShouldBe(3);
    }

    [Fact]
    public async Task A_transaction_that_rolled_back_to_a_savepoint_still_holds_its_place()
    {
        await using var connection = await _fixture.OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync(Cancellation);
        await transaction.SaveAsync("before", Cancellation);
        var undone = TestRenders.New(TestRenders.Start);
        await _fixture.Store.InsertAsync(undone, [undone.Entry("render.enqueued")], transaction, Cancellation);
        await transaction.RollbackAsync("before", Cancellation);
        var kept = TestRenders.New(TestRenders.Start);
        await _fixture.Store.InsertAsync(kept, [kept.Entry("render.enqueued")], transaction, Cancellation);
        await _fixture.Ledger.RecordAsync("notes", "note", [], null, Cancellation);

        (await SeqsAsync()).ShouldBeEmpty();
        await transaction.CommitAsync(Cancellation);

        (await SeqsAsync()).ShouldBe([2, 3]);
    }

    [Fact]
    public async Task A_transaction_takes_one_lock_however_many_events_it_appends()
    {
        await using var connection = await _fixture.OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync(Cancellation);
        for (var i = 0; i < 20; i++)
        {
            var render = TestRenders.New(TestRenders.Start);
            await _fixture.Store.InsertAsync(render, [render.Entry("render.enqueued")], transaction, Cancellation);
        }

        (await connection.QuerySingleAsync<long>("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()", transaction: transaction)).ShouldBe(1);
    }

    [Fact]
    public async Task A_reader_that_follows_many_writers_sees_every_event_once_and_in_order()
    {
        const int Writers = 8, Each = 25;
        var writing = Task.WhenAll(Enumerable.Range(0, Writers).Select(writer => Task.Run(
            async () =>
            {
                for (var i = 0; i < Each; i++)
                {
                    await using var connection = await _fixture.OpenAsync();
                    await using var transaction = await connection.BeginTransactionAsync(Cancellation);
                    for (var n = 0; n < 1 + (i + writer) % 3; n++)
                    {
                        var render = TestRenders.New(TestRenders.Start);
                        await _fixture.OtherStore.InsertAsync(render, [render.Entry("render.enqueued")], transaction, Cancellation);
                    }

                    if ((i + writer) % 5 != 0)
                        await transaction.CommitAsync(Cancellation);
                }
            },
            Cancellation)));

        var seen = new List<long>();
        bool ended;
        do
        {
            ended = writing.IsCompleted;
            seen.AddRange(await _fixture.Ledger.ReadAsync(seen.LastOrDefault(), cancellationToken: Cancellation).Select(e => e.Seq).ToListAsync(Cancellation));
        }
        while (!ended);
        await writing;

        await using var all = await _fixture.OpenAsync();
        seen.ShouldBe(await all.QueryAsync<long>("SELECT seq FROM renders.ledger_events ORDER BY seq"));
        seen.Count.ShouldBeGreaterThan(Writers * Each);
    }

    private async Task<List<long>> SeqsAsync() =>
        await _fixture.Ledger.ReadAsync(cancellationToken: Cancellation).Select(e => e.Seq).ToListAsync(Cancellation);
}
