using Bickford.Renders.Staging;
using Bickford.Renders.Tests.Files;

namespace Bickford.Renders.Tests.Steps;

/// <summary>How much of a partial file a next try may go on from, while more of it comes.</summary>
public sealed class StagingProgressTests : IDisposable
{
    private readonly TempFolder _temp = new();
    private readonly SlowDisk _disk = new();
    private readonly StagingFolder _folder;
    private readonly Guid _id = Guid.Parse("019b0000-0000-7000-8000-000000000001");

    public StagingProgressTests() => _folder = new StagingFolder(_temp["staging"], _disk);

    public void Dispose() => _temp.Dispose();

    [Fact]
    public async Task What_comes_while_the_disk_is_made_certain_does_not_count_and_nothing_counts_before()
    {
        await using var part = _folder.OpenPart(_id, AssetKind.Video);
        part.Write(new byte[1_000]);

        var keeping = _folder.KeepProgressAsync(_id, AssetKind.Video, part, "\"tag\"");
        part.Write(new byte[500]);
        keeping.IsCompleted.ShouldBeFalse();
        _folder.ProgressOf(_id, AssetKind.Video).ShouldBeNull("a power cut now may tear all of it");

        _disk.Flushed.SetResult();
        await keeping;
        _folder.ProgressOf(_id, AssetKind.Video)!.Offset.ShouldBe(1_000);
    }

    [Fact]
    public async Task A_disk_that_fails_keeps_the_progress_from_before()
    {
        await using var part = _folder.OpenPart(_id, AssetKind.Video);
        part.Write(new byte[1_000]);
        _disk.Flushed.SetException(new IOException("no space left"));

        await _folder.KeepProgressAsync(_id, AssetKind.Video, part, "\"tag\"").ShouldThrowAsync<IOException>();

        _folder.ProgressOf(_id, AssetKind.Video).ShouldBeNull();
    }

    /// <summary>This machine's disk, which says that something is on it when the test lets it.</summary>
    private sealed class SlowDisk : IStagingDisk
    {
        private readonly LocalDisk _disk = new();

        public TaskCompletionSource Flushed { get; } = new();

        public Task FlushToDiskAsync(Stream file) => Flushed.Task;

        public Stream OpenAlone(string path) => _disk.OpenAlone(path);

        public Stream OpenRead(string path) => _disk.OpenRead(path);

        public bool Exists(string path) => _disk.Exists(path);

        public long LengthOf(string path) => _disk.LengthOf(path);

        public string ReadText(string path) => _disk.ReadText(path);

        public void WriteText(string path, string text) => _disk.WriteText(path, text);

        public void Rename(string from, string to) => _disk.Rename(from, to);

        public void Delete(string path) => _disk.Delete(path);

        public void DeleteFolder(string folder) => _disk.DeleteFolder(folder);

        public IEnumerable<string> FoldersIn(string folder) => _disk.FoldersIn(folder);

        public IEnumerable<(string Path, long Length)> FilesBelow(string folder) => _disk.FilesBelow(folder);

        public long FreeBytes(string folder) => _disk.FreeBytes(folder);
    }
}
