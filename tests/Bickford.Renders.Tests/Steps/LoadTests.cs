using Bickford.Renders.Ports;
using Bickford.Renders.Tests.Support;

namespace Bickford.Renders.Tests.Steps;

/// <summary>Many renders that are due at once, at a provider that takes few requests.</summary>
public sealed class LoadTests
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    [Fact]
    public void Two_thousand_renders_at_once_are_created_by_priority_then_age_and_each_is_taken_up_once() => OneThread.Run(thread =>
    {
        using var world = LoadedWorld(o => (o.RequestsPerMinute, o.Poll.First, o.Poll.Max) = (3000, Hour, Hour));
        var renders = Enqueue(world, thread, 2_000, i => (i % 20) switch { 7 => 10, 13 => -10, _ => 0 });
        var leases = CountLeases(world);
        var engine = new Lanes(world, thread);
        var began = world.Clock.GetUtcNow();

        engine.Until(() => world.Provider.Posts == renders.Count, Hour);

        var expected = renders.OrderByDescending(render => render.Priority).ThenBy(render => render.Id).Select(render => render.Prompt).ToList();
        world.Provider.Videos.Select(video => expected.IndexOf(video.Prompt!)).Select((should, place) => Math.Abs(should - place)).Max()
            .ShouldBeLessThan(Lanes.PerLane, "only those that are waiting for their turn already are before one of a higher priority");
        leases().ShouldBe(renders.Count);
        renders.ShouldAllBe(render => thread.Now(world.Store.GetAsync(render.Id, CancellationToken.None))!.Version <= 3, "the intent and the answer, and nothing else");
        // Fifty a second, of which slots leave out one in fifty.
        (world.Clock.GetUtcNow() - began).TotalSeconds.ShouldBeInRange(40, 41);
    });

    [Fact]
    public void While_creates_wait_looks_and_downloads_go_on_and_every_render_gets_home() => OneThread.Run(thread =>
    {
        using var world = LoadedWorld(o => (o.RequestsPerMinute, o.Poll.First) = (600, TimeSpan.FromSeconds(0.5)));
        var renders = Enqueue(world, thread, 80, _ => 0);
        var leases = CountLeases(world);
        var engine = new Lanes(world, thread);
        var began = world.Clock.GetUtcNow();

        engine.Until(() => world.Observer.Completed.Count > 0, Hour);
        world.Provider.Posts.ShouldBeLessThan(renders.Count, "the first one is home while creates wait");
        var posts = world.Provider.Posts;
        var looks = world.Provider.Looks;
        engine.Until(() => world.Provider.Looks >= looks + 30, Hour);
        world.Provider.Posts.ShouldBeGreaterThan(posts + 5, "looks do not hold up creates either");
        var most = 0;
        engine.Until(() =>
        {
            most = Math.Max(most, renders.Count(render => thread.Now(world.Store.GetAsync(render.Id, CancellationToken.None))!.Status == RenderStatus.Storing));
            return world.Observer.Completed.Count == renders.Count;
        }, Hour);

        most.ShouldBeLessThanOrEqualTo(Lanes.PerLane, "what is done is brought home before anything else is asked for");
        var requests = world.Provider.Posts + world.Provider.Looks + world.Provider.Downloads.Count;
        // A create, its looks, and a download; the upload and the record that follow it go on with its lease.
        leases().ShouldBe(requests);
        (world.Clock.GetUtcNow() - began).TotalSeconds.ShouldBeLessThan(requests / 10.0 * 1.02 + 30, "the limit is used, but for the last ones' renders");
    });

    [Fact]
    public void Renders_that_wait_for_room_cost_nothing_while_there_is_none() => OneThread.Run(thread =>
    {
        using var world = LoadedWorld(o => (o.MaxInFlight, o.Deadline, o.Poll.First, o.Poll.Max) = (5, 24 * Hour, Hour, Hour));
        var renders = Enqueue(world, thread, 500, _ => 0);
        var engine = new Lanes(world, thread);
        var began = world.Clock.GetUtcNow();
        engine.Until(() => world.Clock.GetUtcNow() > began + TimeSpan.FromSeconds(30), Hour);
        world.Provider.Posts.ShouldBe(5);

        var (leases, runs) = (CountLeases(world), engine.Runs);
        engine.Until(() => world.Clock.GetUtcNow() > began + TimeSpan.FromMinutes(50), Hour);

        leases().ShouldBe(0);
        engine.Runs.ShouldBe(runs);
        renders.Count(render => thread.Now(world.Store.GetAsync(render.Id, CancellationToken.None))!.WaitsForRoomSince is not null).ShouldBe(495);
    });

    [Fact]
    public void Room_goes_to_the_highest_priority_and_then_to_the_oldest_also_while_others_are_on_their_way() => OneThread.Run(thread =>
    {
        using var world = LoadedWorld(o => (o.MaxInFlight, o.RequestsPerMinute) = (10, 600));
        var renders = Enqueue(world, thread, 100, i => i % 10 == 3 ? 5 : 0);
        var leases = CountLeases(world);
        var engine = new Lanes(world, thread);

        engine.Until(() => world.Observer.Completed.Count == renders.Count, Hour);

        var expected = renders.OrderByDescending(render => render.Priority).ThenBy(render => render.Id).Select(render => render.Prompt).ToList();
        world.Provider.Videos.Select(video => expected.IndexOf(video.Prompt!)).Select((should, place) => Math.Abs(should - place)).Max().ShouldBeLessThanOrEqualTo(Lanes.PerLane);
        var requests = world.Provider.Posts + world.Provider.Looks + world.Provider.Downloads.Count;
        // Each finds out once that there is no room; nearly all that are woken get it.
        leases().ShouldBeLessThan((int)(requests + 2 * renders.Count + 1.1 * renders.Count));
    });

    [Fact]
    public void One_of_a_higher_priority_that_comes_late_is_next_and_whoever_asks_meanwhile_waits_for_nobody() => OneThread.Run(thread =>
    {
        using var world = LoadedWorld(o => o.RequestsPerMinute = 3000);
        var renders = Enqueue(world, thread, 1_000, _ => 0);
        var engine = new Lanes(world, thread);
        engine.Until(() => world.Provider.Posts == 100, Hour);

        var now = world.Clock.GetUtcNow();
        var urgent = Enqueue(world, thread, 1, _ => 100).Single();
        thread.Now(world.Renders.ListAsync(null, null, 50, CancellationToken.None)).Items.Count.ShouldBe(50);
        thread.Now(world.Renders.CancelAsync(renders[^1].Id, "ann", CancellationToken.None)).Status.ShouldBe(RenderStatus.Cancelled);
        (world.Clock.GetUtcNow() - now).ShouldBeLessThanOrEqualTo(TimeSpan.FromMilliseconds(1), "no time has passed but that between two enqueues");

        engine.Until(() => thread.Now(world.Store.GetAsync(urgent.Id, CancellationToken.None))!.VideoId is not null, Hour);
        world.Provider.Posts.ShouldBeLessThanOrEqualTo(100 + Lanes.PerLane + 1);
    });

    [Theory]
    [InlineData(0, 3000)]
    [InlineData(10, 600)]
    public void Ten_of_another_tag_that_come_late_are_created_in_turn_with_the_thousand_before_them(int maxInFlight, int requestsPerMinute) => OneThread.Run(thread =>
    {
        using var world = LoadedWorld(o => (o.MaxInFlight, o.RequestsPerMinute) = (maxInFlight, requestsPerMinute));
        Enqueue(world, thread, 1_000, _ => 0, "flood");
        var engine = new Lanes(world, thread);
        engine.Until(() => world.Provider.Posts == 100, Hour);

        var late = Enqueue(world, thread, 10, _ => 0, "late");
        engine.Until(() => late.All(render => thread.Now(world.Store.GetAsync(render.Id, CancellationToken.None))!.VideoId is not null), Hour);

        // Every second one, behind those that the workers have taken already.
        world.Provider.Posts.ShouldBeLessThanOrEqualTo(100 + 20 + 2 * Lanes.PerLane);
    });

    [Fact]
    public void A_long_pause_holds_as_many_as_there_are_workers_and_touches_no_row() => OneThread.Run(thread =>
    {
        using var world = LoadedWorld(o => (o.RequestsPerMinute, o.Poll.First, o.Poll.Max) = (3000, Hour, Hour));
        var renders = Enqueue(world, thread, 300, _ => 0);
        thread.Until(() => world.Store.PauseAsync(TimeSpan.FromMinutes(10), CancellationToken.None).IsCompleted);
        var leases = CountLeases(world);
        var engine = new Lanes(world, thread);
        var began = world.Clock.GetUtcNow();

        engine.Until(() => world.Clock.GetUtcNow() > began + TimeSpan.FromMinutes(9), Hour);
        (leases(), engine.Runs).ShouldBe((0, Lanes.PerLane));

        engine.Until(() => world.Provider.Posts == renders.Count, TimeSpan.FromMinutes(2));
    });

    [Fact]
    public void A_job_that_the_engine_lost_is_found_behind_a_backlog_that_it_knows_of() => OneThread.Run(thread =>
    {
        using var world = new World();
        var renders = Enqueue(world, thread, 1_200, _ => 0);
        world.Clock.Advance(TimeSpan.FromMinutes(1));
        world.Scheduler.Jobs.Clear();
        for (var run = 0; run < 3; run++)
            thread.Now(world.Reconciler.ReconcileAsync(CancellationToken.None));

        world.Scheduler.Jobs.Select(job => job.RenderId).ShouldBe(renders.Select(render => render.Id));
        thread.Now(world.Reconciler.ReconcileAsync(CancellationToken.None));
        world.Scheduler.Jobs[^500].RenderId.ShouldBe(renders[0].Id, "and then from the beginning");
    });

    private static World LoadedWorld(Action<RenderOptions> configure)
    {
        var world = new World(o =>
        {
            // Lanes tells by its timers whether a run waits, so each run is to keep one lease: no merged looks.
            (o.CarryOn, o.Previews, o.Poll.Merges) = (true, false, false);
            configure(o);
        });
        world.Provider.OnLook = (_, token) => world.Pacing.WaitAsync(token);
        world.Provider.OnDownload = async (_, _, token) =>
        {
            await world.Pacing.WaitAsync(token);
            return null;
        };
        return world;
    }

    private static List<Render> Enqueue(World world, OneThread thread, int count, Func<int, int> priority, params string[] tags)
    {
        var renders = new List<Render>();
        for (var i = 0; i < count; i++)
        {
            world.Clock.Advance(TimeSpan.FromMilliseconds(1));
            renders.Add(thread.Now(world.Renders.EnqueueAsync(
                new RenderRequest($"take {i}, priority {priority(i)}") { Model = "sora-2", Size = "1280x720", Seconds = 4, Priority = priority(i), Tags = tags }, null, CancellationToken.None)));
        }

        return renders;
    }

    private static Func<int> CountLeases(World world)
    {
        var leases = 0;
        world.Calls.Before = name => leases += name == "lease" ? 1 : 0;
        return () => leases;
    }
}
