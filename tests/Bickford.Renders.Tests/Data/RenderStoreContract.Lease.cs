namespace Bickford.Renders.Tests.Data;

public abstract partial class RenderStoreContract
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task A_lease_is_taken_for_its_duration_and_the_version_stays()
    {
        var render = await InsertedAsync(TestRenders.New(TestRenders.Start));

        var leased = await LeaseAsync(render, "a");

        leased.ShouldBeRow(render with { LeaseOwner = "a", LeaseUntil = TestRenders.Start + Minute });
        (await OtherStore.GetAsync(render.Id, Cancellation)).ShouldBeRow(leased);
    }

    [Fact]
    public async Task A_live_lease_is_not_given_to_another()
    {
        var render = await InsertedAsync(TestRenders.New(TestRenders.Start));
        await LeaseAsync(render, "a");
        Clock.Advance(Minute - TimeSpan.FromMilliseconds(1));

        (await OtherStore.TryLeaseAsync(render.Id, render.Step, render.Version, "b", Minute, Cancellation)).ShouldBeNull();
    }

    [Fact]
    public async Task A_lease_that_ran_out_can_be_taken()
    {
        var render = await InsertedAsync(TestRenders.New(TestRenders.Start));
        await LeaseAsync(render, "a");
        Clock.Advance(Minute);

        (await LeaseAsync(render, "b"))!.LeaseOwner.ShouldBe("b");
        (await Store.RenewLeaseAsync(render.Id, "a", Minute, Cancellation)).ShouldBeNull();
    }

    [Fact]
    public async Task Of_many_owners_racing_for_a_lease_exactly_one_gets_it()
    {
        var render = await InsertedAsync(TestRenders.New(TestRenders.Start));

        var leases = await Task.WhenAll(Enumerable.Range(0, 32).Select(i => Task.Run(() =>
            (i % 2 == 0 ? Store : OtherStore).TryLeaseAsync(render.Id, render.Step, render.Version, $"owner {i}", Minute, Cancellation))));

        var winner = leases.OfType<Render>().ShouldHaveSingleItem();
        (await Store.GetAsync(render.Id, Cancellation))!.LeaseOwner.ShouldBe(winner.LeaseOwner);
    }

    [Fact]
    public async Task The_next_create_is_that_of_the_highest_priority_then_by_turn_then_the_oldest()
    {
        var renders = new List<Render>();
        foreach (var (i, (priority, share)) in new[] { (0, "a"), (0, "a"), (5, "a"), (0, "b"), (5, "b") }.Index())
            renders.Add(await InsertedAsync(TestRenders.New(TestRenders.Start.AddMilliseconds(i)) with { Priority = priority, Tags = [share] }));

        var taken = new List<Guid>();
        while (await (taken.Count % 2 == 0 ? Store : OtherStore).LeaseNextCreateAsync(Later, $"owner {taken.Count}", Minute, Cancellation) is { } next)
        {
            next.LeaseOwner.ShouldBe($"owner {taken.Count}");
            next.ShouldBeRow(renders.Single(row => row.Id == next.Id) with { LeaseOwner = next.LeaseOwner, LeaseUntil = TestRenders.Start + Minute });
            taken.Add(next.Id);
        }

        taken.ShouldBe([.. new[] { 2, 4, 0, 3, 1 }.Select(i => renders[i].Id)]);
    }

    [Fact]
    public async Task The_next_create_is_due_and_waits_for_no_room_and_nobody_is_at_it()
    {
        var due = TestRenders.Start.AddMinutes(5);
        var later = await InsertedAsync(TestRenders.New(TestRenders.Start) with { DueAt = due });
        await InsertedAsync(TestRenders.New(TestRenders.Start) with { WaitsForRoomSince = TestRenders.Start });
        await InsertedAsync(TestRenders.New(TestRenders.Start) with { DueAt = null });
        await InsertedAsync(TestRenders.New(TestRenders.Start) with { Status = RenderStatus.Rendering, Step = RenderStep.Poll });
        var taken = await InsertedAsync(TestRenders.New(TestRenders.Start));
        await LeaseAsync(taken, "a");

        (await Store.LeaseNextCreateAsync(due.AddMilliseconds(-1), "b", Minute, Cancellation)).ShouldBeNull();
        (await Store.LeaseNextCreateAsync(due, "b", Minute, Cancellation))!.Id.ShouldBe(later.Id);
        Clock.Advance(Minute);
        (await Store.LeaseNextCreateAsync(due, "c", Minute, Cancellation))!.Id.ShouldBe(later.Id, "its turn was before, and its lease ran out");
        (await Store.LeaseNextCreateAsync(due, "d", Minute, Cancellation))!.Id.ShouldBe(taken.Id);
        (await Store.LeaseNextCreateAsync(due, "e", Minute, Cancellation)).ShouldBeNull();
    }

    [Fact]
    public async Task Many_who_take_the_next_create_at_once_take_each_once()
    {
        for (var i = 0; i < 8; i++)
            await InsertedAsync(TestRenders.New(TestRenders.Start.AddMilliseconds(i)));

        var taken = (await Task.WhenAll(Enumerable.Range(0, 24).Select(i => Task.Run(() =>
            (i % 2 == 0 ? Store : OtherStore).LeaseNextCreateAsync(Later, $"owner {i}", Minute, Cancellation))))).OfType<Render>().ToList();

        taken.Select(row => row.Id).ShouldBeUnique();
        taken.Count.ShouldBe(8);
    }

    private static DateTimeOffset Later => TestRenders.Start.AddHours(1);

    [Fact]
    public async Task A_job_for_another_step_or_version_or_render_is_stale()
    {
        var render = await InsertedAsync(TestRenders.New(TestRenders.Start));

        (await Store.TryLeaseAsync(render.Id, RenderStep.Poll, 1, "a", Minute, Cancellation)).ShouldBeNull();
        (await Store.TryLeaseAsync(render.Id, RenderStep.Create, 2, "a", Minute, Cancellation)).ShouldBeNull();
        (await Store.TryLeaseAsync(Guid.CreateVersion7(TestRenders.Start), RenderStep.Create, 1, "a", Minute, Cancellation)).ShouldBeNull();
        (await Store.GetAsync(render.Id, Cancellation))!.LeaseOwner.ShouldBeNull();
    }

    [Theory]
    [InlineData(RenderStatus.Queued, true)]
    [InlineData(RenderStatus.Rendering, true)]
    [InlineData(RenderStatus.Storing, true)]
    [InlineData(RenderStatus.Completed, false)]
    [InlineData(RenderStatus.Failed, false)]
    [InlineData(RenderStatus.Parked, false)]
    [InlineData(RenderStatus.Cancelled, false)]
    public async Task Only_open_renders_are_leased(RenderStatus status, bool leased)
    {
        var render = await InsertedAsync(TestRenders.New(TestRenders.Start) with { Status = status });

        (await LeaseAsync(render, "a") is not null).ShouldBe(leased);
    }

    [Fact]
    public async Task A_renewed_lease_holds_from_now_on()
    {
        var render = await InsertedAsync(TestRenders.New(TestRenders.Start));
        await LeaseAsync(render, "a");
        Clock.Advance(TimeSpan.FromSeconds(40));

        (await Store.RenewLeaseAsync(render.Id, "a", Minute, Cancellation))!.LeaseUntil.ShouldBe(TestRenders.Start.AddSeconds(100));
        Clock.Advance(TimeSpan.FromSeconds(59));
        (await LeaseAsync(render, "b")).ShouldBeNull();
    }

    [Fact]
    public async Task A_lease_that_ran_out_is_renewed_when_nobody_took_it()
    {
        var render = await InsertedAsync(TestRenders.New(TestRenders.Start));
        await LeaseAsync(render, "a");
        Clock.Advance(TimeSpan.FromHours(1));

        (await Store.RenewLeaseAsync(render.Id, "a", Minute, Cancellation))!.LeaseUntil.ShouldBe(Clock.GetUtcNow() + Minute);
    }

    [Fact]
    public async Task A_renewal_shows_what_others_committed_meanwhile()
    {
        var render = await InsertedAsync(TestRenders.New(TestRenders.Start));
        var leased = (await LeaseAsync(render, "a"))!;
        await CommittedAsync(leased.Next() with { CancelRequested = true });

        var renewed = (await Store.RenewLeaseAsync(render.Id, "a", Minute, Cancellation))!;

        renewed.CancelRequested.ShouldBeTrue();
        renewed.Version.ShouldBe(2);
    }

    [Fact]
    public async Task Who_never_had_the_lease_cannot_renew_it()
    {
        var render = await InsertedAsync(TestRenders.New(TestRenders.Start));

        (await Store.RenewLeaseAsync(render.Id, "a", Minute, Cancellation)).ShouldBeNull();
    }

    [Fact]
    public async Task A_commit_that_keeps_the_lease_leaves_its_end_as_it_stands()
    {
        var render = await InsertedAsync(TestRenders.New(TestRenders.Start));
        var leased = (await LeaseAsync(render, "a"))!;
        Clock.Advance(TimeSpan.FromSeconds(30));
        var renewed = (await Store.RenewLeaseAsync(render.Id, "a", Minute, Cancellation))!;

        var read = await CommittedAsync(leased.Next());

        (read.LeaseOwner, read.LeaseUntil).ShouldBe(("a", renewed.LeaseUntil));
    }

    [Fact]
    public async Task A_commit_without_an_owner_gives_the_lease_back()
    {
        var render = await InsertedAsync(TestRenders.New(TestRenders.Start));
        var leased = (await LeaseAsync(render, "a"))!;

        var read = await CommittedAsync(leased.Next() with { LeaseOwner = null });

        read.LeaseUntil.ShouldBeNull();
        (await LeaseAsync(read, "b")).ShouldNotBeNull();
    }

    [Fact]
    public async Task A_worker_whose_lease_was_taken_over_can_commit_only_while_the_version_stands()
    {
        var render = await InsertedAsync(TestRenders.New(TestRenders.Start));
        var slow = (await LeaseAsync(render, "slow"))!;
        Clock.Advance(Minute);
        var quick = (await LeaseAsync(render, "quick"))!;
        await CommittedAsync(quick.Next() with { LeaseOwner = null });

        (await Store.CommitAsync(slow.Next(), 1, [slow.Next().Entry("render.slow")], Cancellation)).ShouldBe(Ports.CommitResult.Conflict);
    }

    private Task<Render?> LeaseAsync(Render render, string owner) =>
        Store.TryLeaseAsync(render.Id, render.Step, render.Version, owner, Minute, Cancellation);
}
