using Bickford.Renders.Files;

namespace Bickford.Renders.Tests.Files;

/// <summary>Which folders are flushed so that a new object's name, and those of the folders it lies in, survive a power cut.</summary>
public sealed class StoreRootTests : IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly List<string> _flushed = [];
    private readonly StoreRoot _root;

    public StoreRootTests() => _root = new StoreRoot(_folder["root"], folder =>
    {
        if (_failsAt is { } failing && folder.EndsWith(failing, StringComparison.Ordinal))
            throw new IOException("no disk");
        _flushed.Add(Path.GetRelativePath(_folder["root"], folder));
    });

    private string? _failsAt;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_first_object_has_every_folder_up_to_the_root_flushed()
    {
        Put("2026/11/one/video.mp4").ShouldBe(["2026/11/one", "2026/11", "2026", "."]);
    }

    [Fact]
    public void A_folder_whose_name_is_on_the_disk_spares_those_above_it()
    {
        if (!KnowsFolders)
            return;
        Put("2026/11/one/video.mp4");

        Put("2026/11/two/video.mp4").ShouldBe(["2026/11/two", "2026/11"]);
        Put("2026/11/two/render.json").ShouldBe(["2026/11/two"]);
        Put("2026/12/three/video.mp4").ShouldBe(["2026/12/three", "2026/12", "2026"]);
    }

    [Fact]
    public void A_folder_that_another_one_took_the_place_of_is_flushed_again_up_to_the_root()
    {
        Put("2026/11/one/video.mp4");
        Directory.Delete(_folder["root", "2026"], recursive: true);

        Put("2026/11/one/video.mp4").ShouldBe(["2026/11/one", "2026/11", "2026", "."]);
    }

    [Fact]
    public void A_folder_that_was_moved_together_with_what_it_lies_in_is_flushed_again_up_to_the_root()
    {
        Put("2026/11/one/video.mp4");
        Directory.Move(_folder["root", "2026"], _folder["aside"]);
        Directory.CreateDirectory(_folder["root", "2026"]);
        Directory.Move(_folder["aside", "11"], _folder["root", "2026", "11"]);

        Put("2026/11/one/video.mp4").ShouldBe(["2026/11/one", "2026/11", "2026", "."]);
    }

    [Fact]
    public void Names_whose_flush_failed_are_not_taken_for_flushed()
    {
        _failsAt = "2026";
        Should.Throw<IOException>(() => Put("2026/11/one/video.mp4"));
        _failsAt = null;

        Put("2026/11/one/video.mp4").ShouldBe(["2026/11/one", "2026/11", "2026", "."]);
    }

    // Elsewhere all are flushed each time.
    private bool KnowsFolders
    {
        get
        {
            Directory.CreateDirectory(_folder["some"]);
            return DurableFiles.IdentityOf(_folder["some"]) is not null;
        }
    }

    private List<string> Put(string key)
    {
        var path = _root.PathOf(key);
        _root.CreateFolders(path);
        _flushed.Clear();
        _root.SyncFolders(path);
        return [.. _flushed.Select(folder => folder.Replace('\\', '/'))];
    }
}
