using Bickford.Renders.Ports;
using Bickford.Renders.Tests.Support;
using Bickford.Renders.Videos;

namespace Bickford.Renders.Tests.Cleanup;

/// <summary>The process dies at each call of each port while it cleans up or seals, before and after the call's effect; then another goes on.</summary>
public sealed class CleanupCrashTests
{
    private static readonly RenderRequest Request = new("A lighthouse in fog") { Model = "sora-2", Size = "1280x720", Seconds = 4 };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Whichever_call_a_clean_up_dies_at_the_next_one_ends_it(bool afterTheEffect)
    {
        var boundaries = 0;
        for (var at = 0; ; at++, boundaries++)
        {
            using var world = NewWorld();
            var render = await world.CompleteAsync(Request);
            world.Provider.AddForeign(new Video("video_x", VideoStatus.Completed) { CreatedAt = world.Clock.GetUtcNow() });
            world.Clock.Advance(TimeSpan.FromDays(2));
            await DieAsync(world, at, afterTheEffect, async () => await world.Cleanup.RunAsync(dryRun: false, Token).CountAsync(Token));
            if (!world.Calls.Died)
                break;

            // Between the death and the next run: what the row says is true.
            var row = await world.RowAsync(render.Id);
            if (row.Assets[0].Uri is not null)
                world.Videos.Keys.ShouldContain(key => world.Videos.UriOf(key) == row.Assets[0].Uri, $"died at call {at}");
            if (world.Provider.Videos.All(video => video.Id != render.VideoId))
                row.ProviderCopyDeletingAt.ShouldNotBeNull($"died at call {at}");
            world.Restart();
            world.Clock.Advance(TimeSpan.FromMinutes(15)); // the dead one's lease

            await world.CleanUpAsync();

            world.Provider.Videos.ShouldBeEmpty($"died at call {at}");
            world.Videos.Keys.ShouldBeEmpty($"died at call {at}");
            (await world.EventsAsync(render.Id)).TakeLast(5).ShouldBe(
                ["render.completed", "render.provider_copy_deleting", "render.provider_copy_deleted", "render.files_deleting", "render.files_deleted"], $"died at call {at}");
            (await world.Store.Ledger.ReadAsync(0, "library", Token).FirstAsync(Token)).Type.ShouldBe("video.deleting");
            (await world.Store.Ledger.VerifyAsync(Token)).Verified.ShouldBeTrue($"died at call {at}");
        }

        boundaries.ShouldBeGreaterThan(12);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Whichever_call_the_sealer_dies_at_the_next_run_seals_and_copies_the_rest(bool afterTheEffect)
    {
        var boundaries = 0;
        for (var at = 0; ; at++, boundaries++)
        {
            using var world = new World(o => o.Ledger.SealMaxEvents = 4);
            await world.CompleteAsync(Request);
            await DieAsync(world, at, afterTheEffect, async () => await world.Sealer.SealAsync(Token));
            if (!world.Calls.Died)
                break;
            world.Restart();

            await world.Sealer.SealAsync(Token);

            var report = await world.Store.Ledger.VerifyAsync(Token);
            (report.Verified, report.SealedEvents).ShouldBe((true, report.Events), $"died at call {at}");
            var copies = await world.Sealer.VerifyCopiesAsync(Token);
            (copies.Copies, copies.Waiting, copies.Faults).ShouldBe((report.Seals, 0, 0), $"died at call {at}");
        }

        boundaries.ShouldBeGreaterThan(8);
    }

    [Fact]
    public async Task Two_that_clean_up_at_once_do_it_once()
    {
        using var world = NewWorld();
        for (var i = 0; i < 5; i++)
            await world.CompleteAsync(Request);
        world.Clock.Advance(TimeSpan.FromDays(2));
        await using var first = world.Cleanup.RunAsync(dryRun: false, Token).GetAsyncEnumerator(Token);
        (await first.MoveNextAsync()).ShouldBeTrue();

        (await Should.ThrowAsync<RenderConflictException>(async () => await world.CleanUpAsync())).Message.ShouldContain("another clean-up is under way");
        (await world.Cleanup.RunIfDueAsync(Token)).ShouldBe(0);
        (await world.CleanUpAsync(dryRun: true)).ShouldNotBeEmpty();
        while (await first.MoveNextAsync())
            first.Current.Outcome.ShouldBe(CleanupOutcome.Deleted);
        await first.DisposeAsync();

        (await world.Cleanup.RunIfDueAsync(Token)).ShouldBe(0, "it was done just now");
        world.Clock.Advance(TimeSpan.FromMinutes(10));
        await world.CompleteAsync(Request);
        world.Clock.Advance(TimeSpan.FromDays(2));
        (await world.Cleanup.RunIfDueAsync(Token)).ShouldBe(2);
    }

    [Fact]
    public async Task Two_that_clean_up_at_once_without_a_lease_do_no_harm()
    {
        using var world = NewWorld();
        var renders = new List<Render>();
        for (var i = 0; i < 5; i++)
            renders.Add(await world.CompleteAsync(Request));
        world.Clock.Advance(TimeSpan.FromDays(2));
        await using var first = world.Cleanup.RunAsync(dryRun: false, Token).GetAsyncEnumerator(Token);
        (await first.MoveNextAsync()).ShouldBeTrue();
        // The first stands still for longer than its lease.
        world.Clock.Advance(TimeSpan.FromMinutes(16));

        await world.CleanUpAsync();
        while (await first.MoveNextAsync())
        {
        }

        foreach (var render in renders)
            (await world.EventsAsync(render.Id)).Count(type => type.EndsWith("_deleted", StringComparison.Ordinal)).ShouldBe(2);
        (await world.Store.Ledger.VerifyAsync(Token)).Verified.ShouldBeTrue();
    }

    [Fact]
    public async Task What_failed_in_a_recurring_run_is_left_alone_for_some_hours()
    {
        using var world = NewWorld();
        await world.CompleteAsync(Request);
        world.Clock.Advance(TimeSpan.FromDays(2));
        var asked = 0;
        world.Provider.OnDelete = _ => asked++;
        var damaged = world.Videos.Keys.Single(key => key.EndsWith("video.mp4", StringComparison.Ordinal));
        var bytes = world.Videos.Read(damaged)!;
        world.Videos.Corrupt(damaged, [1, 2, 3]);

        await world.Cleanup.RunIfDueAsync(Token);
        world.Videos.Corrupt(damaged, bytes);
        world.Clock.Advance(TimeSpan.FromHours(1));
        await world.Cleanup.RunIfDueAsync(Token);
        asked.ShouldBe(0);
        world.Clock.Advance(TimeSpan.FromHours(6));
        await world.Cleanup.RunIfDueAsync(Token);

        asked.ShouldBe(1);
    }

    [Fact]
    public async Task Staged_files_that_nobody_will_ask_for_go()
    {
        using var world = NewWorld();
        var render = await world.CompleteAsync(Request);
        var folder = Directory.CreateDirectory(Path.Combine(world.StagingRoot, render.Id.ToString("D"))).FullName;
        await File.WriteAllBytesAsync(Path.Combine(folder, "video.mp4"), new byte[1000], Token);

        var planned = (await world.CleanUpAsync(dryRun: true)).ShouldHaveSingleItem();
        (planned.Kind, planned.Name, planned.Bytes, planned.Why).ShouldBe((CleanupKind.Staging, folder, 1000, "the render is Completed"));
        Directory.Exists(folder).ShouldBeTrue();
        await world.CleanUpAsync();

        Directory.Exists(folder).ShouldBeFalse();
    }

    private static async Task DieAsync(World world, int at, bool afterTheEffect, Func<Task> work)
    {
        world.Calls.DieAt = world.Calls.Count + at;
        world.Calls.DieAfter = afterTheEffect;
        try
        {
            await world.PassAsync(work());
        }
        catch (Exception) when (world.Calls.Died)
        {
            // That is what it was for.
        }
    }

    private static World NewWorld() => new(o =>
    {
        o.Retention.ForeignAfter = TimeSpan.FromDays(1);
        o.Retention.Files[RenderStatus.Completed] = TimeSpan.FromDays(2);
    });
}
