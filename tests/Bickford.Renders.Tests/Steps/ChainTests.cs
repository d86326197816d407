using Bickford.Renders.Ledger;
using Bickford.Renders.Ports;
using Bickford.Renders.Tests.Support;
using Bickford.Renders.Videos;

namespace Bickford.Renders.Tests.Steps;

public sealed class ChainTests : IDisposable
{
    private readonly World _world = new();

    public void Dispose() => _world.Dispose();

    [Fact]
    public async Task A_render_goes_through_the_whole_chain_and_is_paid_for_once()
    {
        var id = (await _world.EnqueueAsync()).Id;
        var done = await _world.RunToEndAsync(id);

        done.Status.ShouldBe(RenderStatus.Completed, done.Message);
        _world.Provider.Posts.ShouldBe(1);
        done.Assets.Select(a => a.Kind).ShouldBe([AssetKind.Video, AssetKind.Thumbnail, AssetKind.Spritesheet]);
        foreach (var asset in done.Assets)
        {
            _world.Videos.Keys.ShouldContain(k => asset.Uri == _world.Videos.UriOf(k));
            asset.Sha256.ShouldBe(Hashing.Sha256(FakeProvider.BytesOf(asset.Kind)));
        }

        (await _world.EventsAsync(id)).ShouldBe([
            "render.enqueued", "render.create_started", "render.created", "render.progressed",
            "render.rendered", "render.downloaded", "render.stored", "render.completed"]);
        (await _world.Store.Ledger.VerifyAsync(TestContext.Current.CancellationToken)).Verified.ShouldBeTrue();
        _world.Observer.Completed.ShouldBe([(id, LedgerHash.EventIdOf(id, 0, LedgerHash.Completed))]);
        _world.Videos.Keys.ShouldContain(k => k.EndsWith("render.json", StringComparison.Ordinal));
        Directory.EnumerateFileSystemEntries(_world.StagingRoot).ShouldBeEmpty();
        StepJob.For(done).ShouldBeNull();
    }

    [Fact]
    public async Task Each_step_hands_the_next_one_over_after_its_commit()
    {
        var id = (await _world.EnqueueAsync()).Id;
        var done = await _world.RunToEndAsync(id);
        var steps = _world.Scheduler.Jobs.Select(j => j.Step).ToList();
        steps.ShouldBe([RenderStep.Create, RenderStep.Poll, RenderStep.Poll, RenderStep.Download, RenderStep.Upload, RenderStep.Record]);
        _world.Scheduler.Jobs.Select(j => j.Version).ShouldBeInOrder();
        _world.Scheduler.Jobs[^1].Version.ShouldBe(done.Version - 1);
    }

    [Fact]
    public async Task An_engine_that_takes_nothing_does_no_harm()
    {
        _world.Scheduler.Fails = new InvalidOperationException("engine down");
        var done = await _world.RunToEndAsync((await _world.EnqueueAsync()).Id);
        done.Status.ShouldBe(RenderStatus.Completed);
    }

    [Fact]
    public async Task A_stale_job_does_nothing()
    {
        var row = await _world.EnqueueAsync();
        var job = StepJob.For(row)!;
        var calls = _world.Calls.Count;
        foreach (var stale in new[] { job with { Version = 2 }, job with { Step = RenderStep.Poll }, job with { RenderId = Guid.CreateVersion7(Rows.Now) } })
            await _world.Runner.RunAsync(stale, CancellationToken.None);
        await _world.Runner.RunAsync(job, new CancellationToken(canceled: true));
        await _world.Store.TryLeaseAsync(row.Id, row.Step, row.Version, "another", TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        await _world.Runner.RunAsync(job, CancellationToken.None);
        (_world.Calls.Count - calls).ShouldBe(5); // a try for the lease each, but none while stopping; and for a look a glance at those around it
        _world.Provider.Posts.ShouldBe(0);
    }

    [Fact]
    public async Task The_same_job_twice_at_once_pays_once()
    {
        var job = StepJob.For(await _world.EnqueueAsync())!;
        var answer = new TaskCompletionSource();
        _world.Provider.OnCreated = async v =>
        {
            await answer.Task.WaitAsync(TestContext.Current.CancellationToken);
            return v;
        };
        var first = _world.Runner.RunAsync(job, CancellationToken.None);
        await _world.Runner.RunAsync(job, CancellationToken.None);
        await _world.Runner.RunAsync(StepJob.For(await _world.RowAsync(job.RenderId))!, CancellationToken.None);
        answer.SetResult();
        await first;
        _world.Provider.Posts.ShouldBe(1);
    }

    [Fact]
    public async Task A_remix_waits_for_its_source_and_names_its_video()
    {
        var source = await _world.EnqueueAsync();
        var remix = await _world.Renders.RemixAsync(source.Id, "at night", cancellationToken: TestContext.Current.CancellationToken);
        await _world.RunAsync(remix.Id);
        (await _world.RowAsync(remix.Id)).Status.ShouldBe(RenderStatus.Queued);
        var done = await _world.RunToEndAsync(remix.Id);
        done.Status.ShouldBe(RenderStatus.Completed, done.Message);
        _world.Provider.Remixed.ShouldBe([(await _world.RowAsync(source.Id)).VideoId!]);
    }

    [Fact]
    public async Task A_reference_image_goes_with_the_create_and_a_changed_one_does_not()
    {
        var request = new RenderRequest("p") { Model = "m", Size = "48x32", Reference = new ReferenceImage(Media.TestMedia.Png, "dir/a.png") };
        var good = await _world.Renders.EnqueueAsync(request, cancellationToken: TestContext.Current.CancellationToken);
        (await _world.RunToEndAsync(good.Id)).Status.ShouldBe(RenderStatus.Completed);
        var bad = await _world.Renders.EnqueueAsync(request, cancellationToken: TestContext.Current.CancellationToken);
        _world.Videos.Corrupt(bad.Reference!.Key, [1]);
        var failed = await _world.RunToEndAsync(bad.Id);
        (failed.Status, failed.Cause).ShouldBe((RenderStatus.Failed, RenderCause.Storage));
        _world.Provider.Posts.ShouldBe(1);
    }

    [Fact]
    public async Task An_observer_that_fails_is_told_again_with_the_same_event_and_does_not_hold_up_for_ever()
    {
        _world.Observer.OnCompleted = _ => throw new InvalidOperationException("webhook down");
        var id = (await _world.EnqueueAsync()).Id;
        var done = await _world.RunToEndAsync(id);
        done.Status.ShouldBe(RenderStatus.Completed);
        _world.Observer.Completed.Count.ShouldBe(5);
        _world.Observer.Completed.Distinct().Count().ShouldBe(1);
        (await _world.EventsAsync(id)).Count(e => e == "render.retry").ShouldBe(4);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Neither_observers_nor_previews_fail_a_render_however_few_attempts_are_set(int attempts)
    {
        using var world = new World(o => o.Retry.MaxAttempts = attempts);
        world.Observer.OnCompleted = _ => throw new InvalidOperationException("webhook down");
        world.Provider.OnDownload = (kind, _, _) => kind == AssetKind.Video ? Task.FromResult<VideoContent?>(null) : throw new VideosApiException(VideosFault.Unavailable, "503");
        var done = await world.RunToEndAsync((await world.EnqueueAsync()).Id);
        done.Status.ShouldBe(RenderStatus.Completed, done.Message);
        done.Assets.Count.ShouldBe(1);
    }
}
