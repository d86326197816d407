using Bickford.Renders.Ledger;
using Bickford.Renders.Policies;
using Bickford.Renders.Ports;

namespace Bickford.Renders.Tests.Data;

/// <summary>What pages ask of the rows in every database.</summary>
public abstract class RenderViewsContract : DatabaseContract
{
    private static readonly DateTimeOffset Start = TestRenders.Start;

    private int _rows;

    private IRenderViews Views => Fixture.Views;

    [Fact]
    public async Task Every_status_is_counted_whatever_statuses_the_filter_names()
    {
        await InsertAsync(RenderStatus.Queued);
        await InsertAsync(RenderStatus.Failed);
        await InsertAsync(RenderStatus.Failed);

        var counts = await Views.CountByStatusAsync(new RenderFilter { Statuses = [RenderStatus.Parked] }, Cancellation);

        counts.Keys.ShouldBe(Enum.GetValues<RenderStatus>(), ignoreOrder: true);
        counts[RenderStatus.Failed].ShouldBe(new CappedCount(2, IsLeast: false));
        counts[RenderStatus.Queued].ShouldBe(new CappedCount(1, IsLeast: false));
        counts[RenderStatus.Parked].ShouldBe(new CappedCount(0, IsLeast: false));
    }

    [Fact]
    public async Task Counts_follow_model_cause_tag_and_text()
    {
        await InsertAsync(RenderStatus.Failed, row => row with { Model = "sora-2-pro", Cause = RenderCause.Policy });
        await InsertAsync(RenderStatus.Failed, row => row with { Tags = ["spring"], Cause = RenderCause.Quota });
        await InsertAsync(RenderStatus.Queued, row => row with { Prompt = "A PAPER boat", Tags = ["spring", "sea"] });

        (await FailedAsync(new RenderFilter())).ShouldBe((2, 1));
        (await FailedAsync(new RenderFilter { Model = "sora-2-pro" })).ShouldBe((1, 0));
        (await FailedAsync(new RenderFilter { Causes = [RenderCause.Quota, RenderCause.Storage] })).ShouldBe((1, 0));
        (await FailedAsync(new RenderFilter { Tag = "spring" })).ShouldBe((1, 1));
        (await FailedAsync(new RenderFilter { Text = "paper B" })).ShouldBe((0, 1));
        (await FailedAsync(new RenderFilter { Text = "boat", Tag = "sea", Model = "sora-2" })).ShouldBe((0, 1));

        async Task<(int Failed, int Queued)> FailedAsync(RenderFilter filter)
        {
            var counts = await Views.CountByStatusAsync(filter, Cancellation);
            return (counts[RenderStatus.Failed].Value, counts[RenderStatus.Queued].Value);
        }
    }

    [Fact]
    public async Task A_batch_is_summed_by_status_progress_and_cost()
    {
        await InsertAsync(RenderStatus.Completed, row => row with { Batch = "a", Cost = 0.1m, CreateStartedAt = Start, Progress = 40 });
        await InsertAsync(RenderStatus.Rendering, row => row with { Batch = "a", Cost = 0.2m, CreateStartedAt = Start, Progress = 50 });
        await InsertAsync(RenderStatus.Queued, row => row with { Batch = "a", Cost = null });
        await InsertAsync(RenderStatus.Failed, row => row with { Batch = "A", Cause = RenderCause.Policy });
        await InsertAsync(RenderStatus.Failed, row => row with { Cause = RenderCause.Policy });

        var sum = (await Views.SumBatchAsync("a", Cancellation)).ShouldNotBeNull();

        (sum.Name, sum.Count, sum.Open, sum.Progress).ShouldBe(("a", 3, 2, 50));
        (sum.Of(RenderStatus.Completed), sum.Of(RenderStatus.Queued), sum.Of(RenderStatus.Failed)).ShouldBe((1, 1, 0));
        (sum.Cost, sum.Spent, sum.WithoutPrice).ShouldBe((0.3m, 0.3m, 1));
        (sum.CreatedAt, sum.UpdatedAt).ShouldBe((Start.AddMilliseconds(1), Start.AddMilliseconds(3)));
        (await Views.SumBatchAsync("no such batch", Cancellation)).ShouldBeNull();
    }

    [Fact]
    public async Task Counts_follow_the_batch()
    {
        await InsertAsync(RenderStatus.Queued, row => row with { Batch = "a" });
        await InsertAsync(RenderStatus.Queued);

        (await Views.CountByStatusAsync(new RenderFilter { Batch = "a" }, Cancellation))[RenderStatus.Queued].Value.ShouldBe(1);
    }

    [Fact]
    public async Task A_sum_adds_prices_exactly_and_says_what_has_none()
    {
        for (var i = 0; i < 30; i++)
            await InsertAsync(RenderStatus.Failed, row => row with { Cost = 0.1m });
        await InsertAsync(RenderStatus.Failed, row => row with { Cost = 0.000001m });
        await InsertAsync(RenderStatus.Failed, row => row with { Cost = null });
        await InsertAsync(RenderStatus.Parked, row => row with { Cost = 12.5m, Cause = RenderCause.Policy });

        (await Views.SumAsync(new RenderFilter { Statuses = [RenderStatus.Failed] }, Cancellation)).ShouldBe(new RenderSum(32, 3.000001m, 1));
        (await Views.SumAsync(new RenderFilter { Causes = [RenderCause.Policy] }, Cancellation)).ShouldBe(new RenderSum(1, 12.5m, 0));
        (await Views.SumAsync(new RenderFilter { Tag = "none" }, Cancellation)).ShouldBe(new RenderSum(0, 0, 0));
    }

    [Fact]
    public async Task Stopped_renders_are_grouped_by_cause_what_expires_next_first()
    {
        await StoppedAsync(RenderStatus.Failed, RenderCause.Policy, minutes: 1, row => row with { Cost = 0.4m, ExpiresAt = Start.AddMinutes(2) });
        await StoppedAsync(RenderStatus.Parked, RenderCause.AmbiguousCreate, minutes: 2, row => row with { VideoId = null });
        await StoppedAsync(RenderStatus.Failed, RenderCause.Storage, minutes: 9, row => row with { Cost = 0.8m, ExpiresAt = Start.AddHours(2) });
        await StoppedAsync(RenderStatus.Failed, RenderCause.Storage, minutes: 8, row => row with { Cost = 0.1m, ExpiresAt = Start.AddHours(1) });
        await InsertAsync(RenderStatus.Queued, row => row with { Cause = RenderCause.RateLimit });
        await InsertAsync(RenderStatus.Cancelled, row => row with { Cause = RenderCause.RateLimit, FinishedAt = Start });

        (await Views.GroupStoppedAsync(Cancellation)).ShouldBe(
        [
            new StoppedGroup(RenderStatus.Failed, RenderCause.Storage, 2, 0.9m, Start.AddMinutes(8), Start.AddHours(1)),
            new StoppedGroup(RenderStatus.Failed, RenderCause.Policy, 1, 0.4m, Start.AddMinutes(1), null),
            new StoppedGroup(RenderStatus.Parked, RenderCause.AmbiguousCreate, 1, 0, Start.AddMinutes(2), null),
        ]);
    }

    [Theory]
    [InlineData("gone already")]
    [InlineData("stored")]
    [InlineData("deleted")]
    public async Task A_copy_that_nothing_can_save_or_that_is_saved_does_not_press(string why)
    {
        await StoppedAsync(RenderStatus.Failed, RenderCause.Storage, minutes: 1, row => row with
        {
            ExpiresAt = why == "gone already" ? Start : Start.AddHours(1),
            Step = why == "stored" ? RenderStep.Record : RenderStep.Upload,
            FilesDeletingAt = why == "deleted" ? Start : null,
        });

        (await Views.GroupStoppedAsync(Cancellation)).ShouldHaveSingleItem().NextExpiry.ShouldBeNull();
    }

    [Fact]
    public async Task A_family_is_all_that_comes_from_a_render_and_that_it_comes_from()
    {
        var root = await InsertAsync(RenderStatus.Completed);
        var again = await InsertAsync(RenderStatus.Failed, row => row with { AgainOf = root.Id });
        var remix = await InsertAsync(RenderStatus.Queued, row => row with { RemixOf = again.Id });
        var other = await InsertAsync(RenderStatus.Queued, row => row with { AgainOf = root.Id });
        var stranger = await InsertAsync(RenderStatus.Queued, row => row with { AgainOf = Guid.AllBitsSet });

        foreach (var member in (Render[])[root, again, remix, other])
            (await FamilyAsync(member.Id)).ShouldBe([root.Id, again.Id, remix.Id, other.Id]);
        (await FamilyAsync(stranger.Id)).ShouldBe([stranger.Id]);
        (await FamilyAsync(Guid.AllBitsSet)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_family_that_is_too_large_is_cut_to_the_nearest()
    {
        var chain = new List<Render> { await InsertAsync(RenderStatus.Failed) };
        for (var i = 0; i < 6; i++)
            chain.Add(await InsertAsync(RenderStatus.Failed, row => row with { AgainOf = chain[^1].Id }));

        (await FamilyAsync(chain[3].Id, limit: 3)).ShouldBe([chain[2].Id, chain[3].Id, chain[4].Id]);
        (await FamilyAsync(chain[3].Id, limit: 1)).ShouldBe([chain[3].Id]);
        (await FamilyAsync(chain[6].Id, limit: 100)).Count().ShouldBe(7);
    }

    [Fact]
    public async Task What_ended_is_counted_by_hour_and_outcome()
    {
        var hour = new DateTimeOffset(2026, 3, 1, 9, 0, 0, TimeSpan.Zero);
        await EndedAsync(RenderStatus.Completed, hour.AddMilliseconds(-1));
        await EndedAsync(RenderStatus.Completed, hour);
        await EndedAsync(RenderStatus.Completed, hour.AddMinutes(59));
        await EndedAsync(RenderStatus.Cancelled, hour.AddMinutes(1));
        await EndedAsync(RenderStatus.Failed, hour.AddHours(2));
        await InsertAsync(RenderStatus.Queued);

        (await Views.CountEndedAsync(hour, Cancellation)).ShouldBe(
        [
            new HourCount(hour, RenderStatus.Cancelled, 1),
            new HourCount(hour, RenderStatus.Completed, 2),
            new HourCount(hour.AddHours(2), RenderStatus.Failed, 1),
        ]);
    }

    [Fact]
    public async Task Steps_are_measured_on_the_newest_completed_renders()
    {
        await JourneyAsync(finished: 1, (RenderEvents.Enqueued, 0), (RenderEvents.Created, 500));
        foreach (var seconds in (int[])[1, 2, 30])
        {
            await JourneyAsync(
                finished: 2, (RenderEvents.Enqueued, 0), (RenderEvents.CreateStarted, 0), (RenderEvents.Created, seconds), (RenderEvents.Progressed, seconds + 5),
                (RenderEvents.Rendered, seconds + 60), (RenderEvents.Downloaded, seconds + 64), (RenderEvents.Stored, seconds + 65), (RenderEvents.Completed, seconds + 65));
        }

        (await Views.MeasureStepsAsync(3, Cancellation)).ShouldBe(
        [
            new StepTime(RenderStep.Create, 3, TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(30)),
            new StepTime(RenderStep.Poll, 3, TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(60)),
            new StepTime(RenderStep.Download, 3, TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(4)),
            new StepTime(RenderStep.Upload, 3, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1)),
            new StepTime(RenderStep.Record, 3, TimeSpan.Zero, TimeSpan.Zero),
        ]);
    }

    [Fact]
    public async Task A_step_that_waited_for_a_person_is_not_measured()
    {
        await JourneyAsync(
            finished: 1, (RenderEvents.Enqueued, 0), (RenderEvents.Parked, 10), (RenderEvents.Adopted, 9_000), (RenderEvents.Rendered, 9_050),
            (RenderEvents.Failed, 9_060), (RenderEvents.Resumed, 99_000), (RenderEvents.Downloaded, 99_001), (RenderEvents.Stored, 99_003), (RenderEvents.Completed, 99_003));

        (await Views.MeasureStepsAsync(10, Cancellation)).Select(time => (time.Step, time.Median.TotalSeconds)).ShouldBe(
            [(RenderStep.Poll, 50), (RenderStep.Upload, 2), (RenderStep.Record, 0)]);
    }

    [Fact]
    public async Task Durations_are_learnt_by_model_size_and_length()
    {
        foreach (var seconds in (int[])[10, 20, 90])
            await RenderedAsync("b", "1280x720", 4, seconds);
        await RenderedAsync("a", null, null, 5);
        await RenderedAsync("b", "1280x720", 8, 40);
        await RenderedAsync("b", "1280x720", 8, -40);

        (await Views.ListDurationsAsync(100, Cancellation)).ShouldBe(
        [
            new RenderDuration("a", null, null, TimeSpan.FromSeconds(5), 1),
            new RenderDuration("b", "1280x720", 4, TimeSpan.FromSeconds(20), 3),
            new RenderDuration("b", "1280x720", 8, TimeSpan.FromSeconds(40), 1),
        ]);

        Task<Render> RenderedAsync(string model, string? size, int? length, int took) => EndedAsync(RenderStatus.Completed, Start, row => row with
        {
            Model = model,
            Size = size,
            Seconds = length,
            ProviderCreatedAt = Start,
            ProviderCompletedAt = Start.AddSeconds(took),
        });
    }

    [Fact]
    public async Task In_flight_is_what_the_provider_may_be_working_on()
    {
        await InsertAsync(RenderStatus.Queued);
        await InsertAsync(RenderStatus.Queued, row => row with { CreateStartedAt = Start });
        await InsertAsync(RenderStatus.Rendering, row => row with { CreateStartedAt = Start });
        await InsertAsync(RenderStatus.Storing, row => row with { CreateStartedAt = Start });
        await InsertAsync(RenderStatus.Completed, row => row with { CreateStartedAt = Start });

        (await Views.CountInFlightAsync(Cancellation)).ShouldBe(2);
    }

    [Fact]
    public async Task The_oldest_overdue_render_is_one_that_nobody_works_on()
    {
        await InsertAsync(RenderStatus.Rendering, row => row with { DueAt = Start.AddHours(-9), LeaseOwner = "a step", LeaseUntil = Start.AddMinutes(1) });
        var second = await InsertAsync(RenderStatus.Rendering, row => row with { DueAt = Start.AddHours(-1) });
        var first = await InsertAsync(RenderStatus.Queued, row => row with { DueAt = Start.AddHours(-2), LeaseOwner = "a dead step", LeaseUntil = Start.AddHours(-1) });
        await InsertAsync(RenderStatus.Failed, row => row with { DueAt = Start.AddHours(-3) });

        (await Views.FindOldestOverdueAsync(Start, Cancellation)).ShouldBeRow(first);
        (await Views.FindOldestOverdueAsync(second.DueAt!.Value, Cancellation)).ShouldBeRow(first);
        (await Views.FindOldestOverdueAsync(Start.AddHours(-3), Cancellation)).ShouldBeNull();
    }

    [Fact]
    public async Task Models_are_listed_once_by_name()
    {
        (await Views.ListModelsAsync(Cancellation)).ShouldBeEmpty();
        foreach (var model in (string[])["sora-2-pro", "b", "Veo", "sora-2", "b"])
            await InsertAsync(RenderStatus.Queued, row => row with { Model = model });

        (await Views.ListModelsAsync(Cancellation)).ShouldBe(["Veo", "b", "sora-2", "sora-2-pro"]);
    }

    [Fact]
    public async Task A_change_is_told_by_a_number_that_grows()
    {
        var before = await Views.LastChangeAsync(Cancellation);
        var row = await InsertAsync(RenderStatus.Queued);
        var inserted = await Views.LastChangeAsync(Cancellation);
        var next = row.Next() with { Status = RenderStatus.Cancelled };
        await Fixture.OtherStore.CommitAsync(next, row.Version, [next.Entry()], Cancellation);
        var changed = await Views.LastChangeAsync(Cancellation);

        inserted.ShouldBeGreaterThan(before);
        changed.ShouldBeGreaterThan(inserted);
        (await Views.LastChangeAsync(Cancellation)).ShouldBe(changed);
    }

    private async Task<IEnumerable<Guid>> FamilyAsync(Guid id, int limit = 100) => (await Views.ListFamilyAsync(id, limit, Cancellation)).Select(row => row.Id);

    private Task<Render> StoppedAsync(RenderStatus status, RenderCause cause, int minutes, Func<Render, Render> change) => EndedAsync(
        status,
        Start.AddMinutes(minutes),
        row => change(row with { Cause = cause, Step = RenderStep.Download, VideoId = $"video_{_rows}" }));

    private Task<Render> EndedAsync(RenderStatus status, DateTimeOffset at, Func<Render, Render>? change = null) =>
        InsertAsync(status, row => (change ?? (it => it))(row with { DueAt = null, FinishedAt = at }));

    private Task<Render> JourneyAsync(int finished, params (string Type, int Second)[] events) => InsertAsync(
        RenderStatus.Completed,
        row => row with { DueAt = null, FinishedAt = Start.AddHours(finished) },
        row => [.. events.Select((e, i) => row.Entry(e.Type) with { EventId = LedgerHash.EventIdOf(row.Id, i + 1, e.Type), OccurredAt = Start.AddSeconds(e.Second) })]);

    private async Task<Render> InsertAsync(RenderStatus status, Func<Render, Render>? change = null, Func<Render, LedgerEntry[]>? events = null)
    {
        var row = TestRenders.New(Start.AddMilliseconds(++_rows)) with { Status = status };
        row = change?.Invoke(row) ?? row;
        return (await Fixture.Store.InsertAsync(row, events?.Invoke(row) ?? [row.Entry("render.enqueued")], Cancellation)).Render;
    }
}
