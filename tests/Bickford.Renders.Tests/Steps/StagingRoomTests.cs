using Bickford.Renders.Policies;
using Bickford.Renders.Staging;
using Bickford.Renders.Steps;
using Bickford.Renders.Tests.Files;
using Bickford.Renders.Tests.Support;

namespace Bickford.Renders.Tests.Steps;

/// <summary>The staging folder has a limit: downloads wait until uploads have made room.</summary>
public sealed class StagingRoomTests : IDisposable
{
    private const long Limit = 100 << 20;
    private readonly TempFolder _temp = new();
    private readonly StagingFolder _folder;
    private readonly StagingRoom _room;

    public StagingRoomTests()
    {
        _folder = new StagingFolder(_temp["staging"], new LocalDisk());
        Directory.CreateDirectory(_folder.Root);
        _room = new StagingRoom(_folder, new RenderOptions { StagingMaxBytes = Limit, MaxAssetBytes = Limit });
    }

    public void Dispose() => _temp.Dispose();

    [Fact]
    public void What_is_under_way_counts_with_the_length_it_will_have()
    {
        Begin(1, bytes: 10);
        using (_room.Take(Rows.IdOf(1), AssetKind.Video, 60 << 20))
        {
            Begin(2, bytes: 0);
            Should.Throw<StagingFullException>(() => _room.Take(Rows.IdOf(2), AssetKind.Video, 50 << 20)).Message.ShouldContain("Staging:MaxBytes");
            _room.Take(Rows.IdOf(2), AssetKind.Video, 40 << 20).Dispose();
        }

        _room.Take(Rows.IdOf(2), AssetKind.Video, 90 << 20).Dispose();
    }

    [Fact]
    public void What_lies_on_the_disk_counts_whoever_left_it()
    {
        Directory.CreateDirectory(Path.Combine(_folder.Root, "other"));
        using (var file = File.Create(Path.Combine(_folder.Root, "other", "left.over")))
            file.SetLength(80 << 20);

        Should.Throw<StagingFullException>(() => _room.Take(Rows.IdOf(1), AssetKind.Video, 30 << 20));
        File.Delete(Path.Combine(_folder.Root, "other", "left.over"));
        _room.Take(Rows.IdOf(1), AssetKind.Video, 30 << 20).Dispose();
    }

    [Fact]
    public void A_file_of_unknown_length_is_looked_at_as_it_grows()
    {
        using var first = _room.Take(Rows.IdOf(1), AssetKind.Video, 50 << 20);
        Begin(1, bytes: 50 << 20);
        Begin(2, bytes: 0);
        using var second = _room.Take(Rows.IdOf(2), AssetKind.Video, 0);

        second.Grow(20 << 20);
        Should.Throw<StagingFullException>(() => second.Grow(60 << 20));
    }

    [Fact]
    public void A_file_that_the_empty_folder_could_not_hold_fails_at_once()
    {
        var fault = Should.Throw<StepFaultException>(() => _room.Take(Rows.IdOf(1), AssetKind.Video, Limit + 1)).Fault;
        (fault.Kind, fault.Cause).ShouldBe((FaultKind.Permanent, RenderCause.Storage));
        fault.Message.ShouldContain("Staging:MaxBytes");
    }

    [Fact]
    public async Task A_download_without_room_waits_without_counting_as_a_failed_try_and_goes_on_when_there_is_room()
    {
        using var world = new World(o => (o.MaxAssetBytes, o.StagingMaxBytes) = (1 << 20, 1 << 20));
        Directory.CreateDirectory(world.StagingRoot);
        var inTheWay = Path.Combine(world.StagingRoot, "in.the.way");
        using (var file = File.Create(inTheWay))
            file.SetLength(1 << 20);
        var id = (await world.EnqueueAsync()).Id;
        while ((await world.RowAsync(id)).Step != RenderStep.Download)
        {
            world.Clock.AdvanceTo((await world.RowAsync(id)).DueAt!.Value);
            await world.RunAsync(id);
        }

        await world.RunAsync(id);
        var waiting = await world.RowAsync(id);
        (waiting.Step, waiting.Attempt, waiting.LeaseOwner).ShouldBe((RenderStep.Download, 0, null));
        waiting.DueAt!.Value.ShouldBeGreaterThan(world.Clock.GetUtcNow());

        File.Delete(inTheWay);
        (await world.RunToEndAsync(id)).Status.ShouldBe(RenderStatus.Completed);
    }

    private void Begin(int number, long bytes)
    {
        using var part = _folder.OpenPart(Rows.IdOf(number), AssetKind.Video);
        part.SetLength(bytes);
    }
}
