using Bickford.Renders.Data;
using Bickford.Renders.Ledger;
using Bickford.Renders.Tests.Files;
using Bickford.Renders.Tests.Support;
using Bickford.Renders.Webhooks;
using Microsoft.Extensions.Logging.Abstractions;
using NSubstitute;

namespace Bickford.Renders.Tests.Webhooks;

/// <summary>Two workers that have the same hook.</summary>
public sealed class HookServiceTests : IAsyncLifetime
{
    private static readonly TimeSpan s_deadline = TimeSpan.FromMinutes(1);

    private readonly TempFolder _folder = new();
    private readonly ManualTimeProvider _clock = new();
    private readonly SlowSender _receiver = new();
    private readonly List<string> _expected = [];
    private RenderDatabase _database = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _database = RenderDatabase.Sqlite(_folder["renders.db"], _clock);
        await _database.Migrator.MigrateAsync(Cancel);
        await _database.Hooks.BeginAsync("billing", Cancel);
    }

    public ValueTask DisposeAsync()
    {
        _database.Dispose();
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task One_of_them_delivers_and_the_other_goes_on_when_it_stops()
    {
        using var first = New();
        using var second = New();
        await RecordAsync(10);
        await first.StartAsync(Cancel);
        await second.StartAsync(Cancel);
        await ReachedAsync(10, workers: 2);

        await first.StopAsync(Cancel);
        await RecordAsync(5);
        await ReachedAsync(15);
        await second.StopAsync(Cancel);

        _receiver.Sent.ShouldBe(_expected);
        _receiver.MostAtOnce.ShouldBe(1);
    }

    [Fact]
    public async Task When_one_is_killed_the_other_goes_on_once_the_lease_has_run_out()
    {
        (await _database.Upkeep.TryTakeAsync("hook billing", "killed", TimeSpan.FromSeconds(45), TimeSpan.Zero, Cancel)).ShouldBeTrue();
        using var other = New();
        await RecordAsync(1);
        var died = _clock.GetUtcNow();
        await other.StartAsync(Cancel);

        await ReachedAsync(1);
        await other.StopAsync(Cancel);

        _receiver.Sent.ShouldBe(_expected);
        (_clock.GetUtcNow() - died).ShouldBeInRange(TimeSpan.FromSeconds(45), TimeSpan.FromSeconds(60));
    }

    [Fact]
    public async Task A_database_that_is_away_for_a_while_ends_no_delivery()
    {
        var failing = 3;
        var ledger = Substitute.For<ILedger>();
        ledger.ReadAsync(Arg.Any<long>(), Arg.Any<string?>(), Arg.Any<CancellationToken>())
            .Returns(call => failing-- > 0 ? throw new DatabaseException("Database", "host", "one that answers") : _database.Ledger.ReadAsync(call.Arg<long>(), null, Cancel));
        using var service = New(ledger);
        await RecordAsync(2);
        await service.StartAsync(Cancel);

        await ReachedAsync(2);
        await service.StopAsync(Cancel);

        _receiver.Sent.ShouldBe(_expected);
    }

    private HookService New(ILedger? ledger = null) => new(
        [new HookDelivery(TestHooks.New(), ledger ?? _database.Ledger, _database.Hooks, _receiver, _clock, new Jitter(1), NullLogger.Instance)],
        _database.Upkeep,
        _clock,
        NullLogger<HookService>.Instance);

    private async Task RecordAsync(int events)
    {
        for (var i = 0; i < events; i++)
            _expected.Add((await _database.Ledger.RecordAsync("notes", "note", [], null, Cancel)).EventId.ToString());
    }

    // Time goes on when all of them wait for it: nobody's lease runs out while he works.
    private async Task ReachedAsync(long position, int workers = 1)
    {
        using var deadline = new CancellationTokenSource(s_deadline, TimeProvider.System);
        using var tick = new PeriodicTimer(TimeSpan.FromMilliseconds(5), TimeProvider.System);
        while ((await _database.Hooks.ListAsync(deadline.Token))[0].Position < position)
        {
            await tick.WaitForNextTickAsync(deadline.Token);
            if (_clock.Pending >= workers)
                _clock.Advance(TimeSpan.FromSeconds(1));
        }
    }

    private sealed class SlowSender : IHookSender
    {
        private readonly Lock _lock = new();
        private int _now;

        public List<string> Sent { get; } = [];

        public int MostAtOnce { get; private set; }

        public async Task<HookAnswer> SendAsync(Hook hook, HookMessage message, CancellationToken cancellationToken)
        {
            lock (_lock)
            {
                Sent.Add(message.Id);
                MostAtOnce = Math.Max(MostAtOnce, ++_now);
            }

            await Task.Yield();
            lock (_lock)
                _now--;
            return new HookAnswer(200);
        }
    }
}
