using System.Security.Cryptography;
using Bickford.Renders.Files;
using Bickford.Renders.Ports;
using Microsoft.Extensions.DependencyInjection;

namespace Bickford.Renders.Tests.Files;

public sealed class FileVideoStoreTests : VideoStoreContract, IDisposable
{
    private readonly TempFolder _folder = new();
    private readonly FileVideoStore _store;

    public FileVideoStoreTests() => _store = new FileVideoStore(_folder["root"]);

    protected override IVideoStore Store => _store;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_object_is_a_plain_file_under_the_root_and_its_uri_names_it()
    {
        var uri = await PutAsync("2026/01/a b#c%d.mp4", [1, 2, 3]);

        File.ReadAllBytes(_folder["root", "2026", "01", "a b#c%d.mp4"]).ShouldBe([1, 2, 3]);
        uri.ShouldStartWith("file:///");
        uri.ShouldEndWith("/2026/01/a%20b%23c%25d.mp4");
        new Uri(uri).LocalPath.ShouldBe(_folder["root", "2026", "01", "a b#c%d.mp4"]);
    }

    [Fact]
    public async Task No_temporary_file_outlives_a_put_however_it_ended()
    {
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var bytes = Bytes(500_000, seed: 1);
        using var cancelled = new HookedStream(bytes, at: 300_000, cancel.Cancel);

        await PutAsync(Key, bytes);
        await Should.ThrowAsync<ContentMismatchException>(() => Store.PutAsync(Key, new MemoryStream(bytes), ContentOf([1]), Token));
        await Should.ThrowAsync<OperationCanceledException>(() => Store.PutAsync(Key, cancelled, ContentOf(bytes), cancel.Token));

        Directory.EnumerateFiles(_folder["root", ".tmp"]).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_large_object_is_written_while_it_is_read_and_never_held_in_memory()
    {
        const int Size = 64 << 20;
        var zeros = new byte[1 << 20];
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (var i = 0; i < Size / zeros.Length; i++)
            hash.AppendData(zeros);
        var content = new ObjectContent(Size, Convert.ToHexStringLower(hash.GetHashAndReset()), "video/mp4");
        long held = 0;
        using var source = new ZeroStream(Size, position =>
        {
            var written = new DirectoryInfo(_folder["root", ".tmp"]).EnumerateFiles().Sum(file => file.Length);
            held = Math.Max(held, position - written);
        });

        await Store.PutAsync(Key, source, content, Token);

        (await Store.VerifyAsync(Key, content, Token)).ShouldBeTrue();
        held.ShouldBeLessThan(1 << 20);
        source.LongestRead.ShouldBeLessThan(1 << 20);
    }

    [Fact]
    public async Task A_changed_or_shortened_file_no_longer_verifies()
    {
        var bytes = Bytes(10_000, seed: 3);
        await PutAsync(Key, bytes);
        var path = new Uri(Store.UriOf(Key)).LocalPath;

        await File.WriteAllBytesAsync(path, [.. bytes[..9_999], (byte)(bytes[9_999] ^ 1)], Token);
        (await Store.VerifyAsync(Key, ContentOf(bytes), Token)).ShouldBeFalse();

        await File.WriteAllBytesAsync(path, bytes[..5_000], Token);
        (await Store.VerifyAsync(Key, ContentOf(bytes), Token)).ShouldBeFalse();
    }

    [Fact]
    public async Task A_folder_below_the_root_that_is_a_link_is_refused_by_every_method()
    {
        Directory.CreateDirectory(_folder["outside"]);
        await File.WriteAllBytesAsync(_folder["outside", "video.mp4"], [7], Token);
        Directory.CreateDirectory(_folder["root", "2026"]);
        Directory.CreateSymbolicLink(_folder["root", "2026", "01"], _folder["outside"]);

        (await Should.ThrowAsync<VideoStoreException>(() => PutAsync("2026/01/video.mp4", [1]))).Message.ShouldContain("is a link");
        await Should.ThrowAsync<VideoStoreException>(() => PutAsync("2026/01/new/video.mp4", [1]));
        await Should.ThrowAsync<VideoStoreException>(() => Store.OpenReadAsync("2026/01/video.mp4", Token));
        await Should.ThrowAsync<VideoStoreException>(() => Store.VerifyAsync("2026/01/video.mp4", ContentOf([7]), Token));
        await Should.ThrowAsync<VideoStoreException>(() => Store.DeleteAsync("2026/01/video.mp4", Token));

        Directory.EnumerateFileSystemEntries(_folder["outside"]).ShouldBe([_folder["outside", "video.mp4"]]);
        File.ReadAllBytes(_folder["outside", "video.mp4"]).ShouldBe([7]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_object_that_is_a_link_is_refused_and_its_target_untouched(bool dangling)
    {
        if (!dangling)
            await File.WriteAllBytesAsync(_folder["outside"], [7], Token);
        Directory.CreateDirectory(_folder["root"]);
        File.CreateSymbolicLink(_folder["root", "video.mp4"], _folder["outside"]);

        await Should.ThrowAsync<VideoStoreException>(() => PutAsync("video.mp4", [1]));
        await Should.ThrowAsync<VideoStoreException>(() => Store.OpenReadAsync("video.mp4", Token));

        File.Exists(_folder["outside"]).ShouldBe(!dangling);
    }

    [Fact]
    public async Task The_folder_of_temporary_files_may_not_be_a_link_either()
    {
        Directory.CreateDirectory(_folder["outside"]);
        Directory.CreateDirectory(_folder["root"]);
        Directory.CreateSymbolicLink(_folder["root", ".tmp"], _folder["outside"]);
        await File.WriteAllTextAsync(_folder["outside", "old.part"], "", Token);
        File.SetLastWriteTimeUtc(_folder["outside", "old.part"], DateTime.UnixEpoch);

        await Should.ThrowAsync<VideoStoreException>(() => PutAsync(Key, [1]));
        _store.RemoveLeftovers().ShouldBe(0);

        File.Exists(_folder["outside", "old.part"]).ShouldBeTrue();
    }

    [Fact]
    public async Task The_root_itself_may_be_a_link()
    {
        Directory.CreateDirectory(_folder["disk"]);
        Directory.CreateSymbolicLink(_folder["root"], _folder["disk"]);

        await PutAsync(Key, [1, 2]);

        (await ReadAsync(Key)).ShouldBe([1, 2]);
        File.Exists(Path.Combine([_folder["disk"], .. Key.Split('/')])).ShouldBeTrue();
    }

    [Fact]
    public async Task Leftovers_of_a_crash_are_removed_after_a_day_and_nothing_else_is()
    {
        await PutAsync(Key, [1]);
        var start = new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        foreach (var (name, age) in new[] { ("old.part", TimeSpan.FromHours(25)), ("young.part", TimeSpan.FromHours(23)) })
        {
            await File.WriteAllTextAsync(_folder["root", ".tmp", name], "half", Token);
            File.SetLastWriteTimeUtc(_folder["root", ".tmp", name], start - age);
        }
        File.SetLastWriteTimeUtc(new Uri(Store.UriOf(Key)).LocalPath, start - TimeSpan.FromDays(400));

        new FileVideoStore(_folder["root"], new FixedTime(start)).RemoveLeftovers().ShouldBe(1);

        Directory.EnumerateFiles(_folder["root", ".tmp"]).Select(Path.GetFileName).ShouldBe(["young.part"]);
        (await ReadAsync(Key)).ShouldBe([1]);
    }

    [Fact]
    public void Without_a_root_there_are_no_leftovers() => new FileVideoStore(_folder["none"]).RemoveLeftovers().ShouldBe(0);

    [Fact]
    public void A_writable_root_is_created_and_left_empty()
    {
        var store = new FileVideoStore(_folder["a", "b"]);

        store.EnsureWritable();

        Directory.EnumerateFiles(_folder["a", "b"], "*", SearchOption.AllDirectories).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_root_that_cannot_be_created_is_named_in_one_line_with_what_to_do()
    {
        await File.WriteAllTextAsync(_folder["file"], "", Token);
        var store = new FileVideoStore(_folder["file", "root"]);

        var atStart = Should.Throw<VideoStoreException>(store.EnsureWritable);
        var atPut = await Should.ThrowAsync<VideoStoreException>(() => store.PutAsync(Key, new MemoryStream([1]), ContentOf([1]), Token));

        foreach (var message in new[] { atStart.Message, atPut.Message })
        {
            message.ShouldContain(_folder["file", "root"]);
            message.ShouldContain("Storage:Root");
            message.ShouldNotContain("\n");
        }
    }

    [Fact]
    public async Task A_key_below_an_object_cannot_be_stored()
    {
        await PutAsync("a", [1]);

        await Should.ThrowAsync<VideoStoreException>(() => PutAsync("a/b", [2]));

        (await ReadAsync("a")).ShouldBe([1]);
    }

    [Fact]
    public async Task A_key_that_is_a_folder_of_objects_cannot_be_stored()
    {
        await PutAsync("a/b", [1]);

        await Should.ThrowAsync<VideoStoreException>(() => PutAsync("a", [2]));

        (await ReadAsync("a/b")).ShouldBe([1]);
    }

    [Fact]
    public void A_full_disk_is_a_store_error_that_says_to_free_space()
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "needs /dev/full");
        var full = Should.Throw<IOException>(() =>
        {
            using var file = new FileStream("/dev/full", FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
            file.Write([1]);
        });

        var error = StoreErrors.Translate("store", "/data/video.mp4", full);

        error.Message.ShouldContain("cannot store '/data/video.mp4'");
        error.Message.ShouldContain("free space");
    }

    [Fact]
    public async Task A_source_that_cannot_be_read_is_not_blamed_on_the_store()
    {
        using var source = new HookedStream(Bytes(1000, seed: 1), at: 0, () => throw new IOException("bad sector"));

        var error = await Should.ThrowAsync<ContentMismatchException>(() => Store.PutAsync(Key, source, ContentOf(Bytes(1000, seed: 1)), Token));

        error.Message.ShouldContain("bad sector");
    }

    [Fact]
    public void The_builder_registers_one_store_under_both_types()
    {
        var builder = new RendersBuilder(new ServiceCollection()).UseFileStore(_folder["root"]);
        using var services = builder.Services.BuildServiceProvider();

        services.GetRequiredService<IVideoStore>().ShouldBeSameAs(services.GetRequiredService<FileVideoStore>());
        services.GetRequiredService<FileVideoStore>().Root.ShouldBe(_folder["root"]);
        Should.Throw<ArgumentException>(() => builder.UseFileStore(" "));
    }

    private sealed class FixedTime(DateTime now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
