using Bickford.Renders.Tests.Files;
using Bickford.Renders.Tests.Support;
using Bickford.Renders.Videos;

namespace Bickford.Renders.Tests.Steps.Hostile;

/// <summary>What the core bears of a client that promises something else than it brings.</summary>
public sealed class HostileStreamTests
{
    [Fact]
    public async Task More_than_was_promised_does_not_fill_the_disk_that_room_was_not_taken_of()
    {
        using var world = new World(o => (o.MaxAssetBytes, o.StagingMaxBytes, o.Previews) = (64 << 20, 64 << 20, false));
        long read = 0;
        world.Provider.OnDownload = (_, _, _) => Task.FromResult<VideoContent?>(new VideoContent(new ZeroStream(64 << 20, at => read = Math.Max(read, at)), 0, 10, null, null));

        var failed = await world.RunToEndAsync((await world.EnqueueAsync()).Id);

        (failed.Status, failed.Cause).ShouldBe((RenderStatus.Failed, RenderCause.ProviderFailed));
        failed.Message!.ShouldContain("goes on after the 10 bytes that were promised");
        read.ShouldBe(0);
    }

    [Fact]
    public async Task A_thumbnail_without_a_length_is_cut_at_its_own_limit()
    {
        using var world = new World();
        world.Provider.OnDownload = (kind, _, _) => Task.FromResult(kind != AssetKind.Thumbnail ? null : new VideoContent(new ZeroStream(5L << 30, static _ => { }), 0, null, null, null));

        var done = await world.RunToEndAsync((await world.EnqueueAsync()).Id);

        done.Status.ShouldBe(RenderStatus.Completed, done.Message);
        done.Assets.Select(static a => a.Kind).ShouldBe([AssetKind.Video, AssetKind.Spritesheet]);
    }
}
