using Bickford.Renders.Policies;
using Bickford.Renders.Ports;

namespace Bickford.Renders.Tests.Data;

/// <summary>What every store must know about money that was spent, seen by two workers.</summary>
public abstract class SpendingContract : DatabaseContract
{
    private static readonly DateTimeOffset Day = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);

    private ISpending Spending => Fixture.Spending;

    [Fact]
    public async Task What_was_sent_since_a_time_is_summed_whatever_became_of_it()
    {
        await InsertAsync(1, row => row with { CreateStartedAt = Day, Cost = 0.1m });
        await InsertAsync(2, row => row with { CreateStartedAt = Day.AddHours(1), Cost = 0.2m, Status = RenderStatus.Failed, Cause = RenderCause.ProviderFailed, FinishedAt = Day, DueAt = null });
        await InsertAsync(3, row => row with { CreateStartedAt = Day.AddHours(1), Cost = null });
        await InsertAsync(4, row => row with { CreateStartedAt = Day.AddMilliseconds(-1), Cost = 4 });
        var queued = await InsertAsync(5, row => row with { Cost = 8 });

        (await Spending.SumSpentAsync(Day, cancellationToken: Cancellation)).ShouldBe(new RenderSum(3, 0.3m, 1));
        (await Spending.SumSpentAsync(Day, except: queued.Id, cancellationToken: Cancellation)).Cost.ShouldBe(0.3m);
        (await Spending.SumSpentAsync(Day.AddDays(1), cancellationToken: Cancellation)).ShouldBe(new RenderSum(0, 0, 0));
    }

    [Fact]
    public async Task What_has_a_tag_is_summed_by_itself()
    {
        var first = await InsertAsync(1, row => row with { CreateStartedAt = Day, Cost = 1, Tags = ["ads", "x"] });
        await InsertAsync(2, row => row with { CreateStartedAt = Day, Cost = 2, Tags = ["ads"] });
        await InsertAsync(3, row => row with { CreateStartedAt = Day, Cost = 4, Tags = ["Ads"] });

        (await Spending.SumSpentAsync(Day, "ads", cancellationToken: Cancellation)).ShouldBe(new RenderSum(2, 3, 0));
        (await Spending.SumSpentAsync(Day, "ads", first.Id, Cancellation)).ShouldBe(new RenderSum(1, 2, 0));
    }

    [Fact]
    public async Task What_was_spent_is_told_apart_by_day_model_tag_and_outcome_with_what_came_to_nothing()
    {
        await InsertAsync(1, row => row with { CreateStartedAt = Day, Cost = 1, Tags = ["ads", "x"], Model = "m-2", Status = RenderStatus.Failed, Cause = RenderCause.ProviderFailed, FinishedAt = Day, DueAt = null });
        await InsertAsync(2, row => row with { CreateStartedAt = Day.AddHours(30), Cost = 2, Tags = ["ads"] });
        await InsertAsync(3, row => row with { CreateStartedAt = Day.AddHours(30), Cost = null });
        await InsertAsync(4, row => row with { CreateStartedAt = Day.AddDays(2), Cost = 64 });
        await InsertAsync(5, row => row with { Cost = 128 });
        var (first, second, both) = (new RenderSum(1, 1, 0), new RenderSum(2, 2, 1), new RenderSum(2, 3, 0));

        (await ByAsync(SpentBy.Day)).ShouldBe([new SpentGroup("2026-03-01", first, 1), new SpentGroup("2026-03-02", second, 0)]);
        (await ByAsync(SpentBy.Model)).ShouldBe([new SpentGroup("m-2", first, 1), new SpentGroup("sora-2", second, 0)]);
        (await ByAsync(SpentBy.Outcome)).ShouldBe([new SpentGroup("Failed", first, 1), new SpentGroup("Queued", second, 0)]);
        (await ByAsync(SpentBy.Tag)).ShouldBe([new SpentGroup("ads", both, 1), new SpentGroup("x", first, 1), new SpentGroup(null, new RenderSum(1, 0, 1), 0)]);

        Task<IReadOnlyList<SpentGroup>> ByAsync(SpentBy by) => Spending.GroupSpentAsync(Day, Day.AddDays(2), by, Cancellation);
    }

    [Fact]
    public async Task Those_that_are_parked_for_the_budget_are_listed_in_the_order_in_which_they_go_on()
    {
        var parked = new List<Render>();
        foreach (var (i, priority) in ((int[])[0, 5, 0]).Index())
            parked.Add(await InsertAsync(i, row => Parked(row, RenderCause.Budget) with { Priority = priority }));
        await InsertAsync(7, row => Parked(row, RenderCause.Quota));
        await InsertAsync(8, row => Parked(row, RenderCause.Budget) with { Status = RenderStatus.Failed });

        (await Spending.ListParkedForBudgetAsync(null, 10, Cancellation)).Select(row => row.Id).ShouldBe([parked[1].Id, parked[0].Id, parked[2].Id]);
        (await Spending.ListParkedForBudgetAsync(null, 1, Cancellation)).ShouldHaveSingleItem().Id.ShouldBe(parked[1].Id);
        (await Spending.ListParkedForBudgetAsync(parked[1], 1, Cancellation)).ShouldHaveSingleItem().Id.ShouldBe(parked[0].Id);
        (await Spending.ListParkedForBudgetAsync(parked[2], 10, Cancellation)).ShouldBeEmpty();
    }

    [Fact]
    public async Task However_many_intents_are_committed_at_once_never_more_is_spent_than_the_limits_allow()
    {
        var rows = new List<Render>();
        for (var i = 0; i < 40; i++)
            rows.Add(await InsertAsync(i, row => row with { Cost = 0.1m, Tags = i % 2 == 0 ? ["ads"] : [] }));
        SpendLimit[] all = [new("Budget:PerDay", null, Day, Day.AddDays(1), 1.25m)];
        SpendLimit[] ads = [.. all, new("Budget:Tags:ads:PerDay", "ads", Day, Day.AddDays(1), 0.5m)];

        var results = await Task.WhenAll(rows.Select((row, i) => Task.Run(() => IntendAsync(i % 3 == 0 ? Fixture.Store : Fixture.OtherStore, row, i % 2 == 0 ? ads : all))));

        results.ShouldAllBe(result => result == CommitResult.Committed || result == CommitResult.OverBudget);
        var sent = results.Count(result => result == CommitResult.Committed);
        (await Spending.SumSpentAsync(Day, cancellationToken: Cancellation)).ShouldBe(new RenderSum(sent, sent * 0.1m, 0));
        sent.ShouldBe(12, "to the last one that fits: the others of the same cost are as many as need be");
        (await Spending.SumSpentAsync(Day, "ads", cancellationToken: Cancellation)).Cost.ShouldBeLessThanOrEqualTo(0.5m);
    }

    [Fact]
    public async Task An_intent_is_not_counted_against_itself_and_what_is_full_is_told_apart()
    {
        var row = await InsertAsync(1, row => row with { Cost = 0.4m, CreateStartedAt = Day });
        SpendLimit[] exact = [new("Budget:PerDay", null, Day, Day.AddDays(1), 0.4m)];
        (await IntendAsync(Fixture.Store, row, exact, maxInFlight: 1)).ShouldBe(CommitResult.Committed);

        var other = await InsertAsync(2, row => row with { Cost = 0.01m });
        (await IntendAsync(Fixture.Store, other, exact, maxInFlight: 1)).ShouldBe(CommitResult.NoRoom);
        (await IntendAsync(Fixture.Store, other, exact, maxInFlight: 2)).ShouldBe(CommitResult.OverBudget);
        (await IntendAsync(Fixture.Store, other with { Version = 9 }, exact)).ShouldBe(CommitResult.Conflict);
        (await IntendAsync(Fixture.Store, other, [])).ShouldBe(CommitResult.Committed);
    }

    private static Render Parked(Render row, RenderCause cause) => row with { Status = RenderStatus.Parked, Cause = cause, Message = "no", DueAt = null, FinishedAt = Day };

    private static Task<CommitResult> IntendAsync(IRenderStore store, Render render, IReadOnlyList<SpendLimit> limits, int maxInFlight = 0)
    {
        var next = render.Next() with { CreateStartedAt = Day.AddHours(2), CreateSince = Day };
        return store.CommitIntentAsync(next, render.Version, [next.Entry("render.create_started")], new IntentLimits(maxInFlight, limits), Cancellation);
    }

    private async Task<Render> InsertAsync(int number, Func<Render, Render> change)
    {
        var row = change(TestRenders.New(TestRenders.Start.AddMilliseconds(number), $"take {number}"));
        return (await Fixture.Store.InsertAsync(row, [row.Entry("render.enqueued")], Cancellation)).Render;
    }
}
