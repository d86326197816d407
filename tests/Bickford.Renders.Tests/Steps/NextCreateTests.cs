using Bickford.Renders.Tests.Support;

namespace Bickford.Renders.Tests.Steps;

/// <summary>Creates that are taken in the order of the rows.</summary>
public sealed class NextCreateTests : IDisposable
{
    private readonly World _world = new();

    public void Dispose() => _world.Dispose();

    [Fact]
    public async Task The_one_that_goes_first_is_created_and_its_next_step_handed_over()
    {
        var first = await _world.EnqueueAsync("A lighthouse in fog");
        var second = await _world.EnqueueAsync("A paper boat");
        var taken = new List<int>();

        (await RunNextAsync(() => taken.Add(_world.Provider.Posts))).ShouldBeTrue();

        taken.ShouldBe([0], "it is told before the create is sent");
        (await _world.RowAsync(first.Id)).Step.ShouldBe(RenderStep.Poll);
        (await _world.RowAsync(second.Id)).Step.ShouldBe(RenderStep.Create);
        _world.Scheduler.Jobs.ShouldContain(job => job.RenderId == first.Id && job.Step == RenderStep.Poll);
    }

    [Fact]
    public async Task When_none_is_due_nobody_is_told()
    {
        var id = (await _world.EnqueueAsync()).Id;
        (await RunNextAsync(() => { })).ShouldBeTrue();

        (await RunNextAsync(() => throw new InvalidOperationException("told of a create that is none"))).ShouldBeFalse();
        (await _world.RowAsync(id)).Step.ShouldBe(RenderStep.Poll);
        _world.Provider.Posts.ShouldBe(1);
    }

    [Fact]
    public async Task A_create_whose_run_died_after_it_was_sent_is_looked_up_and_not_sent_again()
    {
        var id = (await _world.EnqueueAsync()).Id;
        _world.Calls.Before = name =>
        {
            if (name == "commit" && _world.Provider.Posts == 1)
                throw new IOException("the database is away");
        };
        await RunNextAsync(() => { }).ShouldThrowAsync<Exception>();
        _world.Calls.Before = null;
        _world.Restart();
        _world.Clock.Advance(TimeSpan.FromMinutes(5));

        (await RunNextAsync(() => { })).ShouldBeTrue();

        (await _world.RunToEndAsync(id)).Status.ShouldBe(RenderStatus.Completed);
        _world.Provider.Posts.ShouldBe(1);
    }

    [Fact]
    public async Task After_a_shutdown_none_is_taken()
    {
        var id = (await _world.EnqueueAsync()).Id;

        (await _world.Runner.RunNextCreateAsync(() => { }, new CancellationToken(true))).ShouldBeFalse();

        (await _world.RowAsync(id)).LeaseOwner.ShouldBeNull();
    }

    private async Task<bool> RunNextAsync(Action taken)
    {
        var run = _world.Runner.RunNextCreateAsync(taken, CancellationToken.None);
        await _world.PassAsync(run);
        return await run;
    }
}
