using Bickford.Renders.Tests.Support;

namespace Bickford.Renders.Tests.Steps;

/// <summary>The process dies at each call of each port, before and after the call's effect; then another goes on.</summary>
public sealed class CrashTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Whichever_call_the_process_dies_at_one_video_is_paid_for_and_stored(bool afterTheEffect)
    {
        var boundaries = 0;
        for (var at = 0; ; at++, boundaries++)
        {
            using var world = new World();
            var id = (await world.EnqueueAsync()).Id;
            world.Calls.DieAt = world.Calls.Count + at;
            world.Calls.DieAfter = afterTheEffect;
            await RunUntilDeathAsync(world, id);
            if (!world.Calls.Died)
                break;
            world.Restart();

            var done = await world.RunToEndAsync(id);
            done.Status.ShouldBe(RenderStatus.Completed, $"died at call {at}: {done.Message}");
            world.Provider.Videos.Count.ShouldBe(1, $"died at call {at}");
            done.VideoId.ShouldBe(world.Provider.Videos[0].Id);
            foreach (var asset in done.Assets)
                world.Videos.Keys.ShouldContain(k => world.Videos.UriOf(k) == asset.Uri);
            (await world.Store.Ledger.VerifyAsync(TestContext.Current.CancellationToken)).Verified.ShouldBeTrue();
            (await world.EventsAsync(id)).Count(e => e == "render.completed").ShouldBe(1);
            world.Observer.Completed.Distinct().Count().ShouldBe(1);
        }

        boundaries.ShouldBeGreaterThan(15);
    }

    [Fact]
    public async Task With_a_server_that_gives_no_prompts_back_a_death_around_the_create_is_parked_and_never_paid_twice()
    {
        for (var at = 0; at < 8; at++)
        {
            using var world = new World();
            world.Provider.GivesPrompts = false;
            var id = (await world.EnqueueAsync()).Id;
            world.Calls.DieAt = world.Calls.Count + at;
            world.Calls.DieAfter = true;
            await RunUntilDeathAsync(world, id);
            world.Restart();
            var end = await world.RunToEndAsync(id);
            world.Provider.Videos.Count.ShouldBe(1, $"died at call {at}");
            if (end.Status == RenderStatus.Parked)
            {
                end.Cause.ShouldBe(RenderCause.AmbiguousCreate);
                await world.Renders.AdoptAsync(id, "video_1", "ann", TestContext.Current.CancellationToken);
                end = await world.RunToEndAsync(id);
            }

            end.Status.ShouldBe(RenderStatus.Completed);
        }
    }

    private static async Task RunUntilDeathAsync(World world, Guid id)
    {
        try
        {
            await world.RunToEndAsync(id, 60);
        }
        catch (Exception) when (world.Calls.Died)
        {
            // That is what it was for.
        }
    }
}
