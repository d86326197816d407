using Bickford.Renders.Ports;

namespace Bickford.Renders.Tests.Data;

/// <summary>The register of workers in every database.</summary>
public abstract class WorkerRegisterContract : DatabaseContract
{
    private int _workers;

    [Fact]
    public async Task A_worker_that_says_so_is_alive_until_it_leaves()
    {
        var (b, a) = (Worker("b"), Worker("a"));
        await SayAsync(b);
        await SayAsync(a);

        var listed = await Fixture.OtherWorkers.ListAsync(Cancellation);
        listed.ShouldBe([a with { SeenAt = TestRenders.Start }, b with { SeenAt = TestRenders.Start }]);

        await Fixture.Workers.LeaveAsync(a.Id, Cancellation);
        await Fixture.Workers.LeaveAsync(a.Id, Cancellation);
        (await Fixture.OtherWorkers.ListAsync(Cancellation)).ShouldHaveSingleItem().Id.ShouldBe(b.Id);
    }

    [Fact]
    public async Task A_worker_that_says_nothing_any_more_counts_as_gone()
    {
        var (dead, alive) = (Worker("dead"), Worker("alive"));
        await SayAsync(dead);
        await SayAsync(alive);
        Fixture.Clock.Advance(IWorkerRegister.GoneAfter - TimeSpan.FromSeconds(1));
        await SayAsync(alive with { StagingBytes = 7 });
        (await Fixture.Workers.ListAsync(Cancellation)).Count.ShouldBe(2);
        Fixture.Clock.Advance(TimeSpan.FromSeconds(1));

        var left = (await Fixture.Workers.ListAsync(Cancellation)).ShouldHaveSingleItem();
        (left.Host, left.StagingBytes, left.SeenAt).ShouldBe(("alive", 7, Fixture.Clock.GetUtcNow() - TimeSpan.FromSeconds(1)));
    }

    [Fact]
    public async Task Traffic_of_all_workers_adds_up_by_the_hour()
    {
        var (a, b) = (Worker("a"), Worker("b"));
        var hour = new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
        await SayAsync(a, 10, 2, 1);
        await Fixture.OtherWorkers.SayAsync(b, 5, 0, 1, Cancellation);
        await SayAsync(a);
        Fixture.Clock.Advance(TimeSpan.FromHours(2));
        await SayAsync(a, 1, 1, 0);

        (await Fixture.Workers.ListTrafficAsync(hour.AddMinutes(59), Cancellation)).ShouldBe(
            [new ProviderTraffic(hour, 15, 2, 2), new ProviderTraffic(hour.AddHours(2), 1, 1, 0)]);
        (await Fixture.Workers.ListTrafficAsync(hour.AddHours(1), Cancellation)).ShouldHaveSingleItem().Hour.ShouldBe(hour.AddHours(2));
    }

    [Fact]
    public async Task Traffic_is_forgotten_after_a_month()
    {
        var worker = Worker("a");
        await SayAsync(worker, 1);
        Fixture.Clock.Advance(TimeSpan.FromDays(30));
        await SayAsync(worker, 2);
        (await Fixture.Workers.ListTrafficAsync(TestRenders.Start, Cancellation)).Count.ShouldBe(2);
        Fixture.Clock.Advance(TimeSpan.FromDays(2));
        await SayAsync(worker, 3);

        (await Fixture.Workers.ListTrafficAsync(TestRenders.Start, Cancellation)).Select(hour => hour.Calls).ShouldBe([2, 3]);
    }

    [Fact]
    public async Task Many_that_speak_at_once_all_count()
    {
        var workers = Enumerable.Range(0, 8).Select(i => Worker($"host {i}")).ToArray();

        await Task.WhenAll(workers.Select((worker, i) => Task.Run(() => (i % 2 == 0 ? Fixture.Workers : Fixture.OtherWorkers).SayAsync(worker, 3, 2, 1, Cancellation))));

        (await Fixture.Workers.ListAsync(Cancellation)).Count.ShouldBe(8);
        var hour = (await Fixture.Workers.ListTrafficAsync(TestRenders.Start, Cancellation)).ShouldHaveSingleItem();
        (hour.Calls, hour.Throttled, hour.Failed).ShouldBe((24, 16, 8));
    }

    private WorkerStatus Worker(string host) => new(
        Guid.CreateVersion7(TestRenders.Start.AddMilliseconds(++_workers)), host, 4711, "1.2.3", "Quartz", TestRenders.Start.AddMinutes(-1), 5_000_000_000, 34_359_738_368);

    private Task SayAsync(WorkerStatus worker, long calls = 0, long throttled = 0, long failed = 0) =>
        Fixture.Workers.SayAsync(worker, calls, throttled, failed, Cancellation);
}
