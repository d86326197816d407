using Bickford.Renders.Ledger;
using Bickford.Renders.Ports;

namespace Bickford.Renders.Tests.Data;

/// <summary>How everything stands, in every database.</summary>
public abstract class RenderReadingsContract : DatabaseContract
{
    private static readonly DateTimeOffset Start = TestRenders.Start;

    private int _rows;

    private Task<RenderReading> ReadAsync() => Fixture.Readings.ReadAsync(Start.AddSeconds(-3), Start.AddMinutes(15), Cancellation);

    [Fact]
    public async Task An_empty_database_has_zeros()
    {
        var reading = await ReadAsync();

        reading.Open.ShouldBe(new Dictionary<RenderStatus, long> { [RenderStatus.Queued] = 0, [RenderStatus.Rendering] = 0, [RenderStatus.Storing] = 0 }, ignoreOrder: true);
        (reading.InFlight, reading.ExpiringUnsaved, reading.LedgerPosition, reading.Unsealed, reading.UnsealedSince).ShouldBe((0, 0, 0, 0, null));
        reading.Overdue.ShouldBeEmpty();
        reading.Stopped.ShouldBeEmpty();
    }

    [Fact]
    public async Task Open_renders_and_those_that_wait_for_a_person_are_counted()
    {
        await InsertAsync(RenderStatus.Queued);
        await InsertAsync(RenderStatus.Queued, row => row with { CreateStartedAt = Start });
        await InsertAsync(RenderStatus.Rendering, row => row with { CreateStartedAt = Start });
        await InsertAsync(RenderStatus.Completed, row => row with { FinishedAt = Start });
        await InsertAsync(RenderStatus.Failed, row => row with { FinishedAt = Start, Cause = RenderCause.Policy });
        await InsertAsync(RenderStatus.Parked, row => row with { FinishedAt = Start, Cause = RenderCause.Quota });
        await InsertAsync(RenderStatus.Parked, row => row with { FinishedAt = Start, Cause = RenderCause.Quota });

        var reading = await ReadAsync();

        (reading.Open[RenderStatus.Queued], reading.Open[RenderStatus.Rendering], reading.Open[RenderStatus.Storing], reading.InFlight).ShouldBe((2, 1, 0, 2));
        reading.Stopped.ShouldBe([new StoppedRenders(RenderStatus.Failed, RenderCause.Policy, 1), new StoppedRenders(RenderStatus.Parked, RenderCause.Quota, 2)]);
    }

    [Fact]
    public async Task Overdue_is_what_is_due_and_nobody_works_on_by_step()
    {
        await InsertAsync(RenderStatus.Rendering, row => row with { Step = RenderStep.Poll, DueAt = Start.AddMinutes(-9), LeaseOwner = "a step", LeaseUntil = Start.AddYears(50) });
        await InsertAsync(RenderStatus.Rendering, row => row with { Step = RenderStep.Poll, DueAt = Start.AddMinutes(-1) });
        await InsertAsync(RenderStatus.Rendering, row => row with { Step = RenderStep.Poll, DueAt = Start.AddMinutes(-2), LeaseOwner = "a dead step", LeaseUntil = Start.AddHours(-1) });
        await InsertAsync(RenderStatus.Storing, row => row with { Step = RenderStep.Upload, DueAt = Start.AddMinutes(-3) });
        await InsertAsync(RenderStatus.Queued, row => row with { DueAt = Start });

        (await ReadAsync()).Overdue.ShouldBe([new OverdueRenders(RenderStep.Poll, 2, Start.AddMinutes(-2)), new OverdueRenders(RenderStep.Upload, 1, Start.AddMinutes(-3))]);
    }

    [Fact]
    public async Task Videos_that_expire_soon_and_are_not_stored_are_counted_also_where_the_provider_does_not_say_when()
    {
        await InsertAsync(RenderStatus.Storing, row => row with { Step = RenderStep.Download, ExpiresAt = Start.AddMinutes(10) });
        await InsertAsync(RenderStatus.Storing, row => row with { Step = RenderStep.Upload, ProviderCompletedAt = Start.AddMinutes(-50) });
        await InsertAsync(RenderStatus.Failed, row => row with { Step = RenderStep.Download, ExpiresAt = Start.AddMinutes(10), FinishedAt = Start, Cause = RenderCause.Storage, VideoId = "video_1" });
        // Stored, later, gone already, or for nobody to save.
        await InsertAsync(RenderStatus.Storing, row => row with { Step = RenderStep.Record, ExpiresAt = Start.AddMinutes(10) });
        await InsertAsync(RenderStatus.Storing, row => row with { Step = RenderStep.Download, ExpiresAt = Start.AddMinutes(20), ProviderCompletedAt = Start.AddHours(-2) });
        await InsertAsync(RenderStatus.Storing, row => row with { Step = RenderStep.Download, ProviderCompletedAt = Start.AddMinutes(-10) });
        await InsertAsync(RenderStatus.Failed, row => row with { Step = RenderStep.Download, ExpiresAt = Start.AddMinutes(10), FinishedAt = Start, Cause = RenderCause.Policy, VideoId = "video_2" });
        await InsertAsync(RenderStatus.Failed, row => row with { Step = RenderStep.Download, ExpiresAt = Start.AddMinutes(-1), FinishedAt = Start, Cause = RenderCause.Storage, VideoId = "video_3" });

        (await ReadAsync()).ExpiringUnsaved.ShouldBe(3);
    }

    [Fact]
    public async Task What_is_behind_the_newest_seal_is_unsealed_since_its_first_event()
    {
        await InsertAsync(RenderStatus.Queued);
        var leaves = await Fixture.Seals.ReadLeavesAsync(0, long.MaxValue, 100, Cancellation);
        (await Fixture.Seals.AppendAsync(LedgerSeal.Over(null, leaves, Start), Cancellation)).ShouldBeTrue();
        var first = await InsertAsync(RenderStatus.Queued);
        await InsertAsync(RenderStatus.Queued);

        var reading = await ReadAsync();

        (reading.Unsealed, reading.UnsealedSince).ShouldBe((2, first.UpdatedAt));
        reading.LedgerPosition.ShouldBeGreaterThan(leaves[^1].Seq);
    }

    private async Task<Render> InsertAsync(RenderStatus status, Func<Render, Render>? change = null)
    {
        var row = TestRenders.New(Start.AddMilliseconds(++_rows)) with { Status = status };
        row = change?.Invoke(row) ?? row;
        return (await Fixture.Store.InsertAsync(row, [row.Entry("render.enqueued")], Cancellation)).Render;
    }
}
