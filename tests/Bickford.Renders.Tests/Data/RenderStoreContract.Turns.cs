using Bickford.Renders.Ports;

namespace Bickford.Renders.Tests.Data;

/// <content>Whose turn it is among those that wait.</content>
public abstract partial class RenderStoreContract
{
    private int _enqueued;

    [Fact]
    public async Task First_tags_take_turns_and_each_one_s_renders_go_by_age()
    {
        foreach (var tag in "aaaaabbc".Select(letter => letter.ToString()))
            await EnqueuedAsync(tag);
        await EnqueuedAsync(null);
        await EnqueuedAsync(null);

        (await WaitingAsync()).Select(row => $"{row.Share}{row.Turn}").ShouldBe(["a0", "b0", "c0", "0", "a1", "b1", "1", "a2", "a3", "a4"]);
    }

    [Fact]
    public async Task Only_the_first_tag_counts_and_only_among_renders_of_the_same_priority()
    {
        var first = await InsertedAsync(Waiting("a") with { Tags = ["a", "b"] });
        var second = await InsertedAsync(Waiting("b") with { Tags = ["b", "a"] });
        var urgent = await EnqueuedAsync("a", priority: 7);
        var third = await EnqueuedAsync("a");

        new[] { first, second, urgent, third }.Select(row => row.Turn).ShouldBe([0, 0, 0, 1]);
        (await WaitingAsync()).Select(row => row.Id).ShouldBe([urgent.Id, first.Id, second.Id, third.Id]);
    }

    [Fact]
    public async Task Rows_of_a_batch_have_their_turns_in_its_order_whatever_their_keys()
    {
        await EnqueuedAsync("a");
        var there = await InsertedAsync(Waiting("b") with { IdempotencyKey = "m" });
        string[] tags = ["a", "b", "a", "b", "c", "a"];
        string[] keys = ["z", "y", "k", "m", "c", "a"];
        var batch = tags.Zip(keys, (tag, key) => Waiting(tag) with { IdempotencyKey = key }).ToList();

        var results = await Store.InsertAllAsync([.. batch.Select(row => new NewRow(row, [row.Entry("render.enqueued")]))], Cancellation);

        results[3].ShouldBe(new InsertResult(results[3].Render, false));
        results[3].Render.Id.ShouldBe(there.Id);
        var waiting = await WaitingAsync();
        waiting.Where(row => row.Share == "a").Select(row => row.IdempotencyKey).ShouldBe([null, "z", "k", "a"]);
        waiting.Where(row => row.Share == "b").Select(row => row.IdempotencyKey).ShouldBe(["m", "y"]);
        results.Where(result => result.Created).ShouldAllBe(result => result.Render.Turn == waiting.Single(row => row.Id == result.Render.Id).Turn);
    }

    [Fact]
    public async Task One_that_comes_late_is_next_after_those_whose_turn_it_is_and_has_saved_up_none()
    {
        var flood = new List<Render>();
        for (var i = 0; i < 30; i++)
            flood.Add(await EnqueuedAsync("flood"));
        foreach (var row in flood.Take(20))
            await BegunAsync(row);

        for (var i = 0; i < 5; i++)
            await EnqueuedAsync("late");

        (await WaitingAsync()).Take(6).Select(row => row.Share).ShouldBe(["flood", "late", "flood", "late", "flood", "late"]);
    }

    [Fact]
    public async Task Whoever_enqueues_again_whenever_one_of_his_has_begun_passes_nobody()
    {
        for (var i = 0; i < 10; i++)
            await EnqueuedAsync("patient");
        // It waits for something else, and its turn has come long ago.
        await EnqueuedAsync("stuck");
        var begun = new List<string>();
        await EnqueuedAsync("eager");
        while (begun.Count < 16)
        {
            var next = (await WaitingAsync()).First(row => row.Share != "stuck");
            await BegunAsync(next);
            begun.Add(next.Share);
            if (next.Share == "eager")
                await EnqueuedAsync("eager");
        }

        begun.Count(share => share == "patient").ShouldBe(8);
    }

    [Fact]
    public async Task A_render_that_is_taken_up_again_gets_a_new_turn_and_any_other_change_keeps_it()
    {
        var early = await EnqueuedAsync("a");
        await CommittedAsync(early.Next() with { Status = RenderStatus.Parked, FinishedAt = TestRenders.Start, DueAt = null, WaitsForRoomSince = null });
        Render? last = null;
        for (var i = 0; i < 4; i++)
            last = await EnqueuedAsync("a");
        await BegunAsync(await EnqueuedAsync("b"));

        (await CommittedAsync(last!.Next() with { Turn = 0, Message = "another" })).Turn.ShouldBe(3);
        early = (await Store.GetAsync(early.Id, Cancellation))!;
        (await CommittedAsync(early.Next() with { Status = RenderStatus.Queued, FinishedAt = null, DueAt = early.CreatedAt, Turn = -1 })).Turn.ShouldBe(4);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Whatever_comes_and_goes_shares_are_fair_nobody_starves_and_priorities_hold(int seed)
    {
        var random = new Random(seed);
        var waiting = new List<Render>();
        var inFlight = new Queue<Render>();
        var others = new Dictionary<Guid, int>(); // other shares' creates since a share's first one began to wait
        var sinceLast = new Dictionary<(int, string, string), int>();
        for (var step = 0; step < 250; step++)
        {
            if (random.Next(5) < 3)
            {
                var render = await EnqueuedAsync(random.Next(10) < 7 ? "flood" : $"tag {random.Next(4)}", random.Next(6) == 0 ? 5 : 0);
                var shares = waiting.Where(row => row.Priority == render.Priority).Select(row => row.Share).ToHashSet();
                if (!shares.Contains(render.Share) && !inFlight.Any(row => row.Priority == render.Priority && row.Share == render.Share))
                    others[render.Id] = shares.Count;
                waiting.Add(render);
            }
            else if (await Fixture.Gate.ListWaitingForRoomAsync(1, Cancellation) is [var job])
            {
                var next = waiting.Single(row => row.Id == job.RenderId);
                var rivals = waiting.Where(row => row.Priority == next.Priority && row.Id != next.Id).ToList();
                waiting.ShouldAllBe(row => row.Priority <= next.Priority, $"seed {seed}, step {step}");
                rivals.ShouldAllBe(row => row.Share != next.Share || row.Id.CompareTo(next.Id) > 0, $"seed {seed}, step {step}: by age");
                foreach (var newcomer in rivals.Where(row => others.ContainsKey(row.Id)))
                    (--others[newcomer.Id]).ShouldBeGreaterThanOrEqualTo(0, $"seed {seed}, step {step}: one of each other share, and then it is the newcomer's turn");
                foreach (var share in rivals.Select(row => row.Share).Where(share => share != next.Share).Distinct())
                    (sinceLast[(next.Priority, share, next.Share)] = sinceLast.GetValueOrDefault((next.Priority, share, next.Share)) + 1).ShouldBeLessThanOrEqualTo(2, $"seed {seed}, step {step}");
                foreach (var key in sinceLast.Keys.Where(key => key.Item1 == next.Priority && key.Item2 == next.Share).ToList())
                    sinceLast.Remove(key);
                waiting.Remove(next);
                await BegunAsync(next);
                inFlight.Enqueue(next);
                if (inFlight.Count > 3)
                    await StoredAsync(inFlight.Dequeue());
            }
        }

        waiting.Count.ShouldBeGreaterThan(5, "enough to tell");
    }

    private static Render WaitingAt(DateTimeOffset at, string? tag, int priority) =>
        TestRenders.New(at) with { Tags = tag is null ? [] : [tag], Priority = priority, WaitsForRoomSince = at };

    private Render Waiting(string? tag, int priority = 0) => WaitingAt(TestRenders.Start.AddMilliseconds(_enqueued++), tag, priority);

    private Task<Render> EnqueuedAsync(string? tag, int priority = 0) => InsertedAsync(Waiting(tag, priority));

    private async Task BegunAsync(Render row) => await CommittedAsync((await Store.GetAsync(row.Id, Cancellation))!.Next() with { CreateStartedAt = row.CreatedAt, WaitsForRoomSince = null });

    private async Task StoredAsync(Render row) => await CommittedAsync((await Store.GetAsync(row.Id, Cancellation))!.Next() with { Status = RenderStatus.Storing, Step = RenderStep.Download });

    private async Task<List<Render>> WaitingAsync()
    {
        var rows = new List<Render>();
        foreach (var job in await Fixture.Gate.ListWaitingForRoomAsync(100, Cancellation))
            rows.Add((await Store.GetAsync(job.RenderId, Cancellation))!);
        return rows;
    }
}
