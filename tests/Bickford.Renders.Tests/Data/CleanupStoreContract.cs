using Bickford.Renders.Ports;

namespace Bickford.Renders.Tests.Data;

/// <summary>What clean-up asks of every row store, and its lease.</summary>
public abstract class CleanupStoreContract : DatabaseContract
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private int _rows;

    private ICleanupStore Cleanup => Fixture.Cleanup;

    [Fact]
    public async Task Provider_copies_are_listed_by_the_time_they_were_stored_page_by_page()
    {
        var late = await InsertAsync(minutes: 3);
        var early = await InsertAsync(minutes: 1);
        var same = await InsertAsync(minutes: 1);
        await InsertAsync(minutes: 4);
        await InsertAsync(minutes: 1, row => row with { Status = RenderStatus.Failed });
        await InsertAsync(minutes: 1, row => row with { VideoId = null });
        await InsertAsync(minutes: 1, row => row with { ProviderCopyDeletingAt = TestRenders.Start });
        var before = TestRenders.Start + 3 * Minute;

        var first = await Cleanup.ListProviderCopiesAsync(before, null, 2, Cancellation);
        var second = await Cleanup.ListProviderCopiesAsync(before, EndedAt.Of(first[^1]), 2, Cancellation);

        first.Select(row => row.Id).ShouldBe([early.Id, same.Id]);
        second.Select(row => row.Id).ShouldBe([late.Id]);
        first[0].ShouldBeRow(early);
    }

    [Fact]
    public async Task Renders_with_files_are_listed_by_status_and_tag()
    {
        var video = await InsertAsync(minutes: 2, row => row with { Tags = ["a", "b"] });
        var reference = await InsertAsync(minutes: 1, row => row with { Assets = [], Reference = new StoredReference("k", "f.png", "image/png", 1, "hash"), Tags = ["b"] });
        var failed = await InsertAsync(minutes: 1, row => row with { Status = RenderStatus.Failed });
        await InsertAsync(minutes: 1, row => row with { Assets = [] });
        await InsertAsync(minutes: 1, row => row with { Keep = true });
        await InsertAsync(minutes: 1, row => row with { FilesDeletingAt = TestRenders.Start });
        await InsertAsync(minutes: 9);

        (await FilesAsync(RenderStatus.Completed)).ShouldBe([reference.Id, video.Id]);
        (await FilesAsync(RenderStatus.Completed, "a")).ShouldBe([video.Id]);
        (await FilesAsync(RenderStatus.Completed, "b")).ShouldBe([reference.Id, video.Id]);
        (await FilesAsync(RenderStatus.Completed, "c")).ShouldBeEmpty();
        (await FilesAsync(RenderStatus.Failed)).ShouldBe([failed.Id]);
        (await Cleanup.ListWithFilesAsync(RenderStatus.Completed, null, TestRenders.Start + 5 * Minute, EndedAt.Of(reference), 10, Cancellation)).ShouldHaveSingleItem().Id.ShouldBe(video.Id);

        async Task<IEnumerable<Guid>> FilesAsync(RenderStatus status, string? tag = null) =>
            (await Cleanup.ListWithFilesAsync(status, tag, TestRenders.Start + 5 * Minute, null, 10, Cancellation)).Select(row => row.Id);
    }

    [Fact]
    public async Task Deletions_that_were_begun_and_not_ended_are_listed()
    {
        var copy = await InsertAsync(minutes: 2, row => row with { ProviderCopyDeletingAt = TestRenders.Start });
        var files = await InsertAsync(minutes: 1, row => row with { FilesDeletingAt = TestRenders.Start });
        await InsertAsync(minutes: 1, row => row with { ProviderCopyDeletingAt = TestRenders.Start, ProviderCopyDeletedAt = TestRenders.Start });
        await InsertAsync(minutes: 1, row => row with { FilesDeletingAt = TestRenders.Start, FilesDeletedAt = TestRenders.Start });
        await InsertAsync(minutes: 1);

        (await Cleanup.ListDeletionsBegunAsync(null, 10, Cancellation)).Select(row => row.Id).ShouldBe([files.Id, copy.Id]);
        (await Cleanup.ListDeletionsBegunAsync(EndedAt.Of(files), 10, Cancellation)).Select(row => row.Id).ShouldBe([copy.Id]);
    }

    [Fact]
    public async Task The_newest_with_files_are_counted_from_the_end()
    {
        (await Cleanup.FindNewestAsync(1, Cancellation)).ShouldBeNull();
        var old = await InsertAsync(minutes: 1);
        var young = await InsertAsync(minutes: 2);
        await InsertAsync(minutes: 3, row => row with { Keep = true });
        await InsertAsync(minutes: 3, row => row with { Status = RenderStatus.Failed });

        (await Cleanup.FindNewestAsync(1, Cancellation)).ShouldBe(EndedAt.Of(young));
        (await Cleanup.FindNewestAsync(2, Cancellation)).ShouldBe(EndedAt.Of(old));
        (await Cleanup.FindNewestAsync(3, Cancellation)).ShouldBeNull();
    }

    [Fact]
    public async Task Open_creates_are_listed_whatever_their_status_page_by_page()
    {
        var open = await InsertAsync(0, row => row with { Status = RenderStatus.Queued, VideoId = null, CreateSince = TestRenders.Start, FinishedAt = null });
        var parked = await InsertAsync(1, row => row with { Status = RenderStatus.Parked, VideoId = null, CreateSince = TestRenders.Start });
        await InsertAsync(1, row => row with { CreateSince = TestRenders.Start });

        (await Cleanup.ListOpenCreatesAsync(null, 1, Cancellation)).ShouldHaveSingleItem().Id.ShouldBe(open.Id);
        (await Cleanup.ListOpenCreatesAsync(open.Id, 10, Cancellation)).ShouldHaveSingleItem().Id.ShouldBe(parked.Id);
        (await Cleanup.ListOpenCreatesAsync(parked.Id, 10, Cancellation)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Sources_of_open_remixes_and_owners_of_videos_are_found()
    {
        var source = await InsertAsync(1);
        var other = await InsertAsync(1);
        await InsertAsync(1, row => row with { Status = RenderStatus.Queued, RemixOf = source.Id, VideoId = null, FinishedAt = null });
        await InsertAsync(1, row => row with { RemixOf = other.Id });

        (await Cleanup.FindRemixedAsync([source.Id, other.Id, Guid.AllBitsSet], Cancellation)).ShouldBe([source.Id]);
        (await Cleanup.FindRemixedAsync([], Cancellation)).ShouldBeEmpty();
        (await Cleanup.FindByVideoIdsAsync([source.VideoId!, "video_of_nobody"], Cancellation)).ShouldHaveSingleItem().Id.ShouldBe(source.Id);
    }

    [Fact]
    public async Task One_at_a_time_has_the_lease_and_the_next_after_a_rest()
    {
        (await TakeAsync(Fixture.Upkeep, "a", rest: 10)).ShouldBeTrue();
        (await TakeAsync(Fixture.Upkeep, "a", rest: 10)).ShouldBeTrue("its own");
        (await TakeAsync(Fixture.OtherUpkeep, "b", rest: 0)).ShouldBeFalse();
        await Fixture.OtherUpkeep.ReleaseAsync("work", "b", Cancellation);
        (await Fixture.OtherUpkeep.RenewAsync("work", "b", Minute, Cancellation)).ShouldBeFalse();
        (await Fixture.OtherUpkeep.TryTakeAsync("other work", "b", Minute, TimeSpan.Zero, Cancellation)).ShouldBeTrue();

        await Fixture.Upkeep.ReleaseAsync("work", "a", Cancellation);
        (await TakeAsync(Fixture.OtherUpkeep, "b", rest: 10)).ShouldBeFalse("it has just been done");
        Fixture.Clock.Advance(TimeSpan.FromMinutes(10));
        (await TakeAsync(Fixture.OtherUpkeep, "b", rest: 10)).ShouldBeTrue();
    }

    [Fact]
    public async Task The_lease_of_a_dead_process_runs_out()
    {
        await TakeAsync(Fixture.Upkeep, "a", rest: 0);
        Fixture.Clock.Advance(TimeSpan.FromSeconds(59));
        (await Fixture.Upkeep.RenewAsync("work", "a", Minute, Cancellation)).ShouldBeTrue();
        Fixture.Clock.Advance(TimeSpan.FromSeconds(59));
        (await TakeAsync(Fixture.OtherUpkeep, "b", rest: 0)).ShouldBeFalse();
        Fixture.Clock.Advance(TimeSpan.FromSeconds(1));

        (await TakeAsync(Fixture.OtherUpkeep, "b", rest: 0)).ShouldBeTrue();
        (await Fixture.Upkeep.RenewAsync("work", "a", Minute, Cancellation)).ShouldBeFalse();
    }

    [Fact]
    public async Task Of_many_that_ask_for_the_lease_at_once_one_gets_it()
    {
        var taken = await Task.WhenAll(Enumerable.Range(0, 12).Select(i => Task.Run(() => TakeAsync(i % 2 == 0 ? Fixture.Upkeep : Fixture.OtherUpkeep, $"owner {i}", rest: 0))));

        taken.Count(it => it).ShouldBe(1);
    }

    private static Task<bool> TakeAsync(IUpkeepLease lease, string owner, int rest) => lease.TryTakeAsync("work", owner, Minute, rest * Minute, Cancellation);

    /// <summary>A completed render with a stored video, ended so many minutes after the start.</summary>
    private async Task<Render> InsertAsync(int minutes, Func<Render, Render>? change = null)
    {
        var row = TestRenders.New(TestRenders.Start.AddMilliseconds(++_rows)) with
        {
            Status = RenderStatus.Completed,
            Step = RenderStep.Record,
            DueAt = null,
            VideoId = $"video_{_rows}",
            Assets = [new RenderAsset(AssetKind.Video, 10, new string('b', 64), "video/mp4", $"file:///{_rows}.mp4")],
            FinishedAt = TestRenders.Start + minutes * Minute,
        };
        row = change?.Invoke(row) ?? row;
        return (await Fixture.Store.InsertAsync(row, [row.Entry("render.enqueued")], Cancellation)).Render;
    }
}
