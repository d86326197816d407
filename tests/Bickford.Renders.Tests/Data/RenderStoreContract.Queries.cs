using Bickford.Renders.Ports;

namespace Bickford.Renders.Tests.Data;

public abstract partial class RenderStoreContract
{
    [Fact]
    public async Task Overdue_renders_come_longest_overdue_first()
    {
        var late = await InsertedAsync(TestRenders.New(TestRenders.Start) with { DueAt = TestRenders.Start.AddSeconds(2), Priority = 7 });
        var later = await InsertedAsync(TestRenders.New(TestRenders.Start) with { DueAt = TestRenders.Start.AddSeconds(1) });
        var now = await InsertedAsync(TestRenders.New(TestRenders.Start) with { DueAt = TestRenders.Start.AddSeconds(3) });
        await InsertedAsync(TestRenders.New(TestRenders.Start) with { DueAt = TestRenders.Start.AddMilliseconds(3_001) });
        await InsertedAsync(TestRenders.New(TestRenders.Start) with { DueAt = null });
        await InsertedAsync(TestRenders.New(TestRenders.Start) with { Status = RenderStatus.Failed });

        var jobs = await Store.ListOverdueAsync(TestRenders.Start.AddSeconds(3), 10, null, Cancellation);

        jobs.ShouldBe([StepJob.For(later)!, StepJob.For(late)!, StepJob.For(now)!]);
        (await Store.ListOverdueAsync(TestRenders.Start.AddSeconds(3), 1, null, Cancellation)).ShouldBe([StepJob.For(later)!]);
    }

    [Fact]
    public async Task Overdue_renders_are_paged_also_where_many_are_due_at_the_same_time()
    {
        var due = new List<Render>();
        for (var i = 0; i < 7; i++)
            due.Add(await InsertedAsync(TestRenders.New(TestRenders.Start.AddSeconds(i)) with { DueAt = TestRenders.Start.AddSeconds(i / 4) }));

        var seen = new List<StepJob>();
        for (var page = await NextAsync(); page.Count > 0; page = await NextAsync())
            seen.AddRange(page);

        seen.ShouldBe(due.OrderBy(render => render.DueAt).ThenBy(render => render.Id).Select(render => StepJob.For(render)!));

        Task<IReadOnlyList<StepJob>> NextAsync() => Store.ListOverdueAsync(TestRenders.Start.AddMinutes(1), 3, seen.LastOrDefault(), Cancellation);
    }

    [Fact]
    public async Task Leased_renders_are_not_overdue_until_their_lease_runs_out()
    {
        var render = await InsertedAsync(TestRenders.New(TestRenders.Start));
        await LeaseAsync(render, "a");

        (await Store.ListOverdueAsync(TestRenders.Start, 10, null, Cancellation)).ShouldBeEmpty();
        Clock.Advance(Minute);
        (await Store.ListOverdueAsync(TestRenders.Start, 10, null, Cancellation)).ShouldBe([StepJob.For(render)!]);
    }

    [Fact]
    public async Task What_is_due_at_a_step_comes_longest_overdue_first()
    {
        var late = await InsertedAsync(Download() with { DueAt = TestRenders.Start.AddSeconds(2) });
        var later = await InsertedAsync(Download() with { DueAt = TestRenders.Start.AddSeconds(1) });
        var urgent = await InsertedAsync(Download() with { DueAt = TestRenders.Start.AddSeconds(3), Priority = 1 });
        var leased = await InsertedAsync(Download());
        await LeaseAsync(leased, "a");
        var look = await InsertedAsync(TestRenders.New(TestRenders.Start) with { Status = RenderStatus.Rendering, Step = RenderStep.Poll });
        await InsertedAsync(Download() with { DueAt = TestRenders.Start.AddMilliseconds(3_001) });
        await InsertedAsync(Download() with { DueAt = null });
        await InsertedAsync(Download() with { Status = RenderStatus.Parked });
        await InsertedAsync(TestRenders.New(TestRenders.Start));

        var due = await Store.ListDueAsync(RenderStep.Download, TestRenders.Start.AddSeconds(3), 10, Cancellation);

        due.ShouldBe([StepJob.For(later)!, StepJob.For(late)!, StepJob.For(urgent)!]);
        (await Store.ListDueAsync(RenderStep.Download, TestRenders.Start.AddSeconds(3), 2, Cancellation)).ShouldBe([StepJob.For(later)!, StepJob.For(late)!]);
        (await Store.ListDueAsync(RenderStep.Poll, TestRenders.Start.AddSeconds(3), 10, Cancellation)).ShouldBe([StepJob.For(look)!]);

        static Render Download() => TestRenders.New(TestRenders.Start) with { Status = RenderStatus.Storing, Step = RenderStep.Download };
    }

    [Fact]
    public async Task Open_renders_are_paged_by_id_leased_or_not()
    {
        var open = new List<Render>();
        for (var i = 0; i < 7; i++)
            open.Add(await InsertedAsync(TestRenders.New(TestRenders.Start.AddSeconds(i)) with { DueAt = TestRenders.Start.AddDays(9 - i) }));
        await LeaseAsync(open[3], "a");
        await InsertedAsync(TestRenders.New(TestRenders.Start) with { Status = RenderStatus.Completed });
        await InsertedAsync(TestRenders.New(TestRenders.Start) with { DueAt = null });
        await InsertedAsync(TestRenders.New(TestRenders.Start) with { WaitsForRoomSince = TestRenders.Start });
        await InsertedAsync(TestRenders.New(TestRenders.Start) with { WaitsForSourceSince = TestRenders.Start, RemixOf = open[0].Id });

        var seen = new List<StepJob>();
        for (var page = await Store.ListOpenAsync(null, 3, Cancellation); page.Count > 0; page = await Store.ListOpenAsync(seen[^1].RenderId, 3, Cancellation))
            seen.AddRange(page);

        seen.ShouldBe(open.OrderBy(render => render.Id).Select(render => StepJob.For(render)!));
    }

    [Fact]
    public async Task Remixes_that_wait_are_listed_once_their_source_is_settled()
    {
        Render Source(RenderStatus status, DateTimeOffset? rendered = null) => TestRenders.New(TestRenders.Start) with { Status = status, ProviderCompletedAt = rendered };
        Render[] settled = [Source(RenderStatus.Storing), Source(RenderStatus.Completed), Source(RenderStatus.Failed), Source(RenderStatus.Cancelled), Source(RenderStatus.Parked, TestRenders.Start)];
        Render[] open = [Source(RenderStatus.Queued), Source(RenderStatus.Rendering), Source(RenderStatus.Parked)];
        var expected = new List<Render>();
        foreach (var source in settled.Concat(open))
        {
            await InsertedAsync(source);
            var waiting = await InsertedAsync(RemixOf(source.Id));
            await InsertedAsync(RemixOf(source.Id) with { WaitsForSourceSince = null });
            if (settled.Contains(source))
                expected.Add(waiting);
        }

        expected.Add(await InsertedAsync(RemixOf(Guid.CreateVersion7(TestRenders.Start)))); // its source is not there
        var jobs = expected.OrderBy(render => render.RemixOf).ThenBy(render => render.Id).Select(render => StepJob.For(render with { DueAt = render.CreatedAt })!).ToList();

        (await Store.ListWaitingForSourceAsync(null, 100, Cancellation)).ShouldBe(jobs);
        (await Store.ListWaitingForSourceAsync(null, 2, Cancellation)).ShouldBe(jobs.Take(2));
        foreach (var render in expected)
            (await Store.ListWaitingForSourceAsync([render.RemixOf!.Value], 100, Cancellation)).ShouldHaveSingleItem().RenderId.ShouldBe(render.Id);
        (await Store.ListWaitingForSourceAsync([.. settled.Select(source => source.Id), open[1].Id], 100, Cancellation)).Count.ShouldBe(settled.Length);
        (await Store.ListWaitingForSourceAsync([], 100, Cancellation)).ShouldBeEmpty();
        (await Store.ListWaitingForSourceAsync([open[0].Id], 100, Cancellation)).ShouldBeEmpty();
        await LeaseAsync(expected[0], "a");
        (await Store.ListWaitingForSourceAsync([expected[0].RemixOf!.Value], 100, Cancellation)).ShouldBeEmpty("somebody is at it");

        static Render RemixOf(Guid source) => TestRenders.New(TestRenders.Start) with { RemixOf = source, WaitsForSourceSince = TestRenders.Start, DueAt = TestRenders.Start.AddHours(2) };
    }

    [Fact]
    public async Task A_render_is_found_by_its_key()
    {
        var render = await InsertedAsync(TestRenders.New(TestRenders.Start, key: "order-17"));

        (await Store.FindByKeyAsync("order-17", Cancellation)).ShouldBeRow(render);
        (await Store.FindByKeyAsync("order-1", Cancellation)).ShouldBeNull();
    }

    [Fact]
    public async Task Lists_are_newest_first_and_paged()
    {
        var ids = new List<Guid>();
        for (var i = 0; i < 7; i++)
            ids.Add((await InsertedAsync(TestRenders.New(TestRenders.Start.AddMilliseconds(i)))).Id);

        var seen = new List<Guid>();
        for (var page = await Store.ListAsync(new RenderFilter(), null, 3, Cancellation); page.Count > 0; page = await Store.ListAsync(new RenderFilter(), seen[^1], 3, Cancellation))
            seen.AddRange(page.Select(render => render.Id));

        seen.ShouldBe(ids.AsEnumerable().Reverse());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1_001)]
    public async Task A_limit_out_of_range_is_an_error(int limit)
    {
        await Should.ThrowAsync<ArgumentOutOfRangeException>(async () => await Store.ListAsync(new RenderFilter(), null, limit, Cancellation));
    }

    [Fact]
    public async Task Lists_are_filtered()
    {
        var plain = await InsertedAsync(TestRenders.New(TestRenders.Start, "A Lighthouse at 50% dawn"));
        var failed = await InsertedAsync(TestRenders.New(TestRenders.Start.AddSeconds(1), "ÜBER the sea") with
        {
            Status = RenderStatus.Failed,
            Cause = RenderCause.Policy,
            Model = "sora-2-pro",
            Tags = ["ads", "it's \"quoted\""],
            Batch = "trailer",
        });
        var parked = await InsertedAsync(TestRenders.New(TestRenders.Start.AddSeconds(2)) with { Status = RenderStatus.Parked, Cause = RenderCause.Quota, Tags = ["ad"] });

        await ShouldListAsync(new RenderFilter { Statuses = [RenderStatus.Failed] }, failed);
        await ShouldListAsync(new RenderFilter { Statuses = [RenderStatus.Failed, RenderStatus.Parked] }, parked, failed);
        await ShouldListAsync(new RenderFilter { Causes = [RenderCause.Policy] }, failed);
        await ShouldListAsync(new RenderFilter { Causes = [RenderCause.Policy, RenderCause.Quota] }, parked, failed);
        await ShouldListAsync(new RenderFilter { Model = "sora-2-pro" }, failed);
        await ShouldListAsync(new RenderFilter { Model = "sora" });
        await ShouldListAsync(new RenderFilter { Tag = "ad" }, parked);
        await ShouldListAsync(new RenderFilter { Tag = "it's \"quoted\"" }, failed);
        await ShouldListAsync(new RenderFilter { Batch = "trailer" }, failed);
        await ShouldListAsync(new RenderFilter { Batch = "Trailer" });
        await ShouldListAsync(new RenderFilter { Text = "LIGHTHOUSE AT DAWN" }, parked);
        await ShouldListAsync(new RenderFilter { Text = "lighthouse" }, parked, plain);
        await ShouldListAsync(new RenderFilter { Text = "50%" }, plain);
        await ShouldListAsync(new RenderFilter { Text = "%" }, plain);
        await ShouldListAsync(new RenderFilter { Text = "Über" }, failed);
        await ShouldListAsync(new RenderFilter { Text = "über" });
        await ShouldListAsync(new RenderFilter { Statuses = [RenderStatus.Parked], Tag = "ads" });
    }

    [Fact]
    public async Task Ids_are_found_by_their_ending()
    {
        var render = await InsertedAsync(TestRenders.New(TestRenders.Start));
        await InsertedAsync(TestRenders.New(TestRenders.Start));

        (await Store.FindIdsAsync(render.ShortId, 10, Cancellation)).ShouldBe([render.Id]);
        (await Store.FindIdsAsync(render.ShortId.ToUpperInvariant(), 10, Cancellation)).ShouldBe([render.Id]);
        (await Store.FindIdsAsync(render.Id.ToString("D"), 10, Cancellation)).ShouldBe([render.Id]);
        (await Store.FindIdsAsync(render.Id.ToString("N"), 10, Cancellation)).ShouldBe([render.Id]);
    }

    [Fact]
    public async Task At_most_as_many_ids_are_found_as_asked_for()
    {
        for (var i = 0; i < 40; i++)
            await InsertedAsync(TestRenders.New(TestRenders.Start));
        var digit = (await Store.ListAsync(new RenderFilter(), null, 40, Cancellation))
            .GroupBy(render => render.ShortId[^1]).First(group => group.Count() > 1).Key;

        (await Store.FindIdsAsync($"{digit}", 1, Cancellation)).Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("")]
    [InlineData("%")]
    [InlineData("_")]
    [InlineData("xyz")]
    public async Task What_cannot_be_the_ending_of_an_id_finds_nothing(string ending)
    {
        await InsertedAsync(TestRenders.New(TestRenders.Start));

        (await Store.FindIdsAsync(ending, 10, Cancellation)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Open_creates_are_found_by_prompt_and_model_whatever_the_status()
    {
        var since = TestRenders.Start;
        var second = await InsertedAsync(TestRenders.New(since) with { CreateSince = since.AddSeconds(5) });
        var first = await InsertedAsync(TestRenders.New(since) with { CreateSince = since, Status = RenderStatus.Parked });
        await InsertedAsync(TestRenders.New(since));
        await InsertedAsync(TestRenders.New(since, "another prompt") with { CreateSince = since });
        await InsertedAsync(TestRenders.New(since) with { CreateSince = since, Model = "sora-2-pro" });
        await InsertedAsync(TestRenders.New(since) with { CreateSince = since, VideoId = "video_1" });

        var open = await Store.ListOpenCreatesAsync("a lighthouse at dawn", "sora-2", Cancellation);

        open.Select(render => render.Id).ShouldBe([first.Id, second.Id]);
    }

    [Fact]
    public async Task Owned_video_ids_are_found_among_many()
    {
        await InsertedAsync(TestRenders.New(TestRenders.Start) with { VideoId = "video_7" });
        await InsertedAsync(TestRenders.New(TestRenders.Start) with { VideoId = "video_1900" });
        await InsertedAsync(TestRenders.New(TestRenders.Start) with { VideoId = "video_9999" });

        var owned = await Store.FindOwnedVideoIdsAsync([.. Enumerable.Range(0, 2_000).Select(i => $"video_{i}")], Cancellation);

        owned.ShouldBe(["video_7", "video_1900"], ignoreOrder: true);
        (await Store.FindOwnedVideoIdsAsync([], Cancellation)).ShouldBeEmpty();
    }

    private async Task ShouldListAsync(RenderFilter filter, params Render[] expected) =>
        (await Store.ListAsync(filter, null, 10, Cancellation)).Select(render => render.Id).ShouldBe(expected.Select(render => render.Id), $"{filter}");
}
