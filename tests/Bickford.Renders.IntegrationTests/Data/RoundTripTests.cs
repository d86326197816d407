using Bickford.Renders.Data;
using Bickford.Renders.IntegrationTests.Support;
using Bickford.Renders.Ledger;
using Bickford.Renders.Ports;
using Bickford.Renders.Tests.Data;

namespace Bickford.Renders.IntegrationTests.Data;

/// <summary>What goes over the wire: how often, and what holds when an answer is lost on it.</summary>
public sealed class RoundTripTests(PostgresServer server) : IAsyncLifetime
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private PostgresDatabase _database = null!;
    private PostgresProxy _proxy = null!;
    private RenderDatabase _renders = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private IRenderStore Store => _renders.Store;

    public async ValueTask InitializeAsync()
    {
        _database = await server.CreateDatabaseAsync();
        _proxy = new PostgresProxy(server.Port);
        _renders = RenderDatabase.PostgreSql(_proxy.Through(_database.ConnectionString), TimeProvider.System);
        await _renders.Migrator.MigrateAsync(Cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        _renders.Dispose();
        await _proxy.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Fact]
    public async Task A_step_costs_one_round_trip_for_its_lease_and_one_for_its_transition_with_events()
    {
        var render = TestRenders.New(TestRenders.Start);
        (await CountAsync(() => Store.InsertAsync(render, [render.Entry("render.enqueued")], Cancellation))).ShouldBe(1);
        Render? leased = null;
        (await CountAsync(async () => leased = await Store.TryLeaseAsync(render.Id, render.Step, 1, "a", Minute, Cancellation))).ShouldBe(1);
        var next = leased!.Next() with { Status = RenderStatus.Rendering, Step = RenderStep.Poll };

        (await CountAsync(() => Store.CommitAsync(next, 1, [next.Entry("render.created"), next.Entry("render.polling"), next.Entry("render.third")], Cancellation))).ShouldBe(1);

        (await CountAsync(() => Store.RenewLeaseAsync(render.Id, "a", Minute, Cancellation))).ShouldBe(1);
        (await CountAsync(() => Store.GetAsync(render.Id, Cancellation))).ShouldBe(1);
        (await CountAsync(() => Store.ListOverdueAsync(TestRenders.Start, 10, null, Cancellation))).ShouldBe(1);
        (await _renders.Ledger.VerifyAsync(Cancellation)).ShouldBe(new LedgerReport(true, 4, 1, null, 0));
    }

    [Fact]
    public async Task A_conflict_costs_one_round_trip_more()
    {
        var render = await InsertedAsync();
        var next = render.Next();
        await Store.CommitAsync(next, 1, [next.Entry()], Cancellation);

        (await CountAsync(async () => (await Store.CommitAsync(next, 1, [next.Entry()], Cancellation)).ShouldBe(CommitResult.Conflict))).ShouldBe(2);
    }

    [Fact]
    public async Task A_transition_is_the_same_prepared_statement_whatever_is_null_in_it()
    {
        for (var i = 0; i < 6; i++)
        {
            var plain = (await InsertedAsync()).Next();
            await Store.CommitAsync(plain, 1, [plain.Entry()], Cancellation);
        }

        var other = (await InsertedAsync()).Next() with
        {
            Status = RenderStatus.Storing,
            Step = RenderStep.Download,
            DueAt = null,
            VideoId = "video_1",
            Size = "720x1280",
            Cost = 0.4m,
            Cause = RenderCause.RateLimit,
            Message = "slow down",
            RemixOf = Guid.CreateVersion7(TestRenders.Start),
            Reference = new StoredReference("references/1", "a.png", "image/png", 3, "sha"),
            ProviderCreatedAt = TestRenders.Start,
            ProviderCompletedAt = TestRenders.Start,
        };
        // Parsed anew, it would be sent with its text, which the proxy would find.
        _proxy.LoseAnswerOf("UPDATE renders.renders SET idempotency_key");

        (await CountAsync(() => Store.CommitAsync(other, 1, [other.Entry()], Cancellation))).ShouldBe(1);

        (await Store.GetAsync(other.Id, Cancellation))!.Reference.ShouldBe(other.Reference);
    }

    [Fact]
    public async Task A_statement_that_is_asked_again_is_prepared()
    {
        for (var i = 0; i < 6; i++)
            await Store.GetAsync(Guid.CreateVersion7(TestRenders.Start), Cancellation);

        // Parsed, it would be sent with its text, which the proxy would find.
        _proxy.LoseAnswerOf("SELECT id, idempotency_key");
        await Store.GetAsync(Guid.CreateVersion7(TestRenders.Start), Cancellation);
        (await CountAsync(() => Store.GetAsync(Guid.CreateVersion7(TestRenders.Start), Cancellation))).ShouldBe(1);
    }

    [Fact]
    public async Task A_commit_whose_answer_is_lost_is_not_repeated_and_stands()
    {
        var render = await InsertedAsync();
        var next = render.Next() with { Message = "once" };
        _proxy.LoseAnswerOf("UPDATE renders.renders");

        var error = await Should.ThrowAsync<DatabaseException>(Store.CommitAsync(next, 1, [next.Entry()], Cancellation));

        error.Message.ShouldNotContain(PostgresServer.Password);
        await Eventually.HoldsAsync("the server commits", async () => (await Store.GetAsync(render.Id, Cancellation))!.Version == 2);
        (await Store.CommitAsync(next, 1, [next.Entry()], Cancellation)).ShouldBe(CommitResult.Conflict);
        (await _renders.Ledger.VerifyAsync(Cancellation)).ShouldBe(new LedgerReport(true, 2, 1, null, 0));
    }

    [Fact]
    public async Task An_insert_whose_answer_is_lost_is_repeated_and_happens_once()
    {
        var render = TestRenders.New(TestRenders.Start, key: "order-1");
        _proxy.LoseAnswerOf("INSERT INTO renders.renders");

        var (row, created) = await Store.InsertAsync(render, [render.Entry("render.enqueued")], Cancellation);

        (row.Id, created).ShouldBe((render.Id, true));
        (await _renders.Ledger.VerifyAsync(Cancellation)).ShouldBe(new LedgerReport(true, 1, 1, null, 0));
    }

    [Fact]
    public async Task A_lease_whose_answer_is_lost_is_still_got()
    {
        var render = await InsertedAsync();
        _proxy.LoseAnswerOf("SET lease_owner");

        (await Store.TryLeaseAsync(render.Id, render.Step, 1, "a", Minute, Cancellation))!.LeaseOwner.ShouldBe("a");
        (await Store.TryLeaseAsync(render.Id, render.Step, 1, "b", Minute, Cancellation)).ShouldBeNull();
    }

    [Fact]
    public async Task A_callers_event_whose_answer_is_lost_is_written_once()
    {
        _proxy.LoseAnswerOf("INSERT INTO renders.ledger_events");

        await _renders.Ledger.RecordAsync("notes", "note", [], null, Cancellation);

        (await _renders.Ledger.VerifyAsync(Cancellation)).ShouldBe(new LedgerReport(true, 1, 1, null, 0));
    }

    private async Task<Render> InsertedAsync()
    {
        var render = TestRenders.New(TestRenders.Start);
        return (await Store.InsertAsync(render, [render.Entry("render.enqueued")], Cancellation)).Render;
    }

    private async Task<int> CountAsync(Func<Task> action)
    {
        // A connection is in the pool: opening one is not what is counted.
        await Store.GetAsync(Guid.CreateVersion7(TestRenders.Start), Cancellation);
        var before = _proxy.RoundTrips;
        await action();
        return _proxy.RoundTrips - before;
    }
}
