using System.Security.Cryptography;
using Bickford.Renders.Ports;

namespace Bickford.Renders.Tests.Files;

/// <summary>What every video store must do.</summary>
public abstract class VideoStoreContract
{
    protected const string Key = "2026/01/019b0000000070008000000000000001/video.mp4";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    protected abstract IVideoStore Store { get; }

    [Fact]
    public async Task A_stored_object_reads_back_byte_for_byte()
    {
        var bytes = Bytes(300_000, seed: 1);

        var uri = await PutAsync(Key, bytes);

        uri.ShouldBe(Store.UriOf(Key));
        (await ReadAsync(Key)).ShouldBe(bytes);
    }

    [Fact]
    public async Task Verify_is_true_for_the_stored_content_only()
    {
        var bytes = Bytes(1000, seed: 2);
        await PutAsync(Key, bytes);

        (await Store.VerifyAsync(Key, ContentOf(bytes), Token)).ShouldBeTrue();
        (await Store.VerifyAsync(Key, ContentOf(bytes) with { Bytes = 999 }, Token)).ShouldBeFalse();
        (await Store.VerifyAsync(Key, ContentOf(Bytes(1000, seed: 3)), Token)).ShouldBeFalse();
        (await Store.VerifyAsync("other.mp4", ContentOf(bytes), Token)).ShouldBeFalse();
    }

    [Fact]
    public async Task A_missing_object_opens_as_null_and_deletes_without_error()
    {
        (await Store.OpenReadAsync(Key, Token)).ShouldBeNull();
        await Store.DeleteAsync(Key, Token);
    }

    [Fact]
    public async Task A_folder_of_objects_is_no_object()
    {
        await PutAsync(Key, [1]);

        (await Store.OpenReadAsync("2026/01", Token)).ShouldBeNull();
        (await Store.VerifyAsync("2026/01", ContentOf([1]), Token)).ShouldBeFalse();
        await Store.DeleteAsync("2026/01", Token);
        (await Store.OpenReadAsync(Key + "/below", Token)).ShouldBeNull();
        (await ReadAsync(Key)).ShouldBe([1]);
    }

    [Fact]
    public async Task A_deleted_object_is_gone()
    {
        await PutAsync(Key, [1, 2, 3]);

        await Store.DeleteAsync(Key, Token);

        (await Store.OpenReadAsync(Key, Token)).ShouldBeNull();
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    public async Task A_source_of_another_length_is_refused_and_the_old_object_stays(int difference)
    {
        var bytes = Bytes(5000, seed: 4);
        await PutAsync(Key, [9]);

        await Should.ThrowAsync<ContentMismatchException>(
            () => Store.PutAsync(Key, new MemoryStream(bytes), ContentOf(bytes) with { Bytes = bytes.Length + difference }, Token));

        (await ReadAsync(Key)).ShouldBe([9]);
    }

    [Fact]
    public async Task A_source_with_another_hash_is_refused_and_nothing_is_stored()
    {
        await Should.ThrowAsync<ContentMismatchException>(
            () => Store.PutAsync(Key, new MemoryStream(Bytes(5000, seed: 5)), ContentOf(Bytes(5000, seed: 6)), Token));

        (await Store.OpenReadAsync(Key, Token)).ShouldBeNull();
    }

    [Fact]
    public async Task The_source_is_read_from_its_start_wherever_it_stands()
    {
        using var source = new MemoryStream([1, 2, 3, 4]) { Position = 3 };

        await Store.PutAsync(Key, source, ContentOf([1, 2, 3, 4]), Token);

        (await ReadAsync(Key)).ShouldBe([1, 2, 3, 4]);
    }

    [Fact]
    public async Task The_same_key_and_content_twice_is_fine()
    {
        await PutAsync(Key, [1, 2, 3]);
        await PutAsync(Key, [1, 2, 3]);

        (await ReadAsync(Key)).ShouldBe([1, 2, 3]);
    }

    [Fact]
    public async Task Other_content_under_the_same_key_replaces_it_whole()
    {
        await PutAsync(Key, Bytes(5000, seed: 7));
        await PutAsync(Key, [1, 2, 3]);

        (await ReadAsync(Key)).ShouldBe([1, 2, 3]);
    }

    [Fact]
    public async Task Parallel_puts_of_the_same_key_leave_one_whole_object()
    {
        var bytes = Bytes(400_000, seed: 8);

        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => PutAsync(Key, bytes), Token)));

        (await Store.VerifyAsync(Key, ContentOf(bytes), Token)).ShouldBeTrue();
    }

    [Fact]
    public async Task Parallel_puts_of_many_keys_in_new_folders_all_arrive()
    {
        var keys = Enumerable.Range(0, 32).Select(i => $"2026/{i % 3:00}/{i}/video.mp4").ToList();

        await Task.WhenAll(keys.Select(key => Task.Run(() => PutAsync(key, Bytes(2000, key.Length)), Token)));

        foreach (var key in keys)
            (await Store.VerifyAsync(key, ContentOf(Bytes(2000, key.Length)), Token)).ShouldBeTrue(key);
    }

    [Fact]
    public async Task A_put_cancelled_in_its_middle_leaves_nothing_to_see()
    {
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var bytes = Bytes(1_000_000, seed: 9);
        using var source = new HookedStream(bytes, at: 500_000, cancel.Cancel);

        await Should.ThrowAsync<OperationCanceledException>(() => Store.PutAsync(Key, source, ContentOf(bytes), cancel.Token));

        (await Store.OpenReadAsync(Key, Token)).ShouldBeNull();
    }

    [Fact]
    public async Task A_reader_in_the_middle_of_a_put_sees_the_old_object()
    {
        byte[] old = [1, 2, 3];
        var bytes = Bytes(1_000_000, seed: 10);
        await PutAsync(Key, old);
        byte[]? seen = null;
        using var source = new HookedStream(bytes, at: 500_000, () => seen = ReadAsync(Key).GetAwaiter().GetResult());

        await Store.PutAsync(Key, source, ContentOf(bytes), Token);

        seen.ShouldBe(old);
        (await ReadAsync(Key)).ShouldBe(bytes);
    }

    [Fact]
    public async Task A_reader_that_opened_the_old_object_reads_it_to_its_end()
    {
        var old = Bytes(400_000, seed: 11);
        await PutAsync(Key, old);
        await using var reader = (await Store.OpenReadAsync(Key, Token))!;
        var first = new byte[1000];
        await reader.ReadExactlyAsync(first, Token);

        await PutAsync(Key, Bytes(400_000, seed: 12));

        using var rest = new MemoryStream();
        await reader.CopyToAsync(rest, Token);
        first.Concat(rest.ToArray()).ShouldBe(old);
    }

    [Fact]
    public async Task An_object_may_be_empty()
    {
        await PutAsync(Key, []);

        (await ReadAsync(Key)).ShouldBeEmpty();
        (await Store.VerifyAsync(Key, ContentOf([]), Token)).ShouldBeTrue();
    }

    [Theory]
    [InlineData("2026/vidéo/日本語 🎬.mp4")]
    [InlineData("a b/c+d/e%20f#g&h=i.mp4")]
    [InlineData("x")]
    public async Task Keys_may_have_any_letters_and_uris_escape_them(string key)
    {
        await PutAsync(key, [1, 2, 3]);

        (await ReadAsync(key)).ShouldBe([1, 2, 3]);
        var uri = new Uri(Store.UriOf(key));
        Uri.UnescapeDataString(uri.AbsolutePath).ShouldEndWith("/" + key);
        uri.Fragment.ShouldBeEmpty();
        uri.Query.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("../outside.mp4")]
    [InlineData("/etc/passwd")]
    [InlineData("a/../../b")]
    [InlineData("a\\..\\b")]
    [InlineData("")]
    public async Task A_key_that_could_leave_the_root_is_refused_by_every_method(string key)
    {
        Should.Throw<ArgumentException>(() => Store.UriOf(key));
        await Should.ThrowAsync<ArgumentException>(() => PutAsync(key, [1]));
        await Should.ThrowAsync<ArgumentException>(() => Store.VerifyAsync(key, ContentOf([1]), Token));
        await Should.ThrowAsync<ArgumentException>(() => Store.OpenReadAsync(key, Token));
        await Should.ThrowAsync<ArgumentException>(() => Store.DeleteAsync(key, Token));
    }

    protected Task<string> PutAsync(string key, byte[] bytes) => Store.PutAsync(key, new MemoryStream(bytes), ContentOf(bytes), Token);

    protected async Task<byte[]> ReadAsync(string key)
    {
        await using var stream = await Store.OpenReadAsync(key, Token);
        stream.ShouldNotBeNull();
        using var copy = new MemoryStream();
        await stream.CopyToAsync(copy, Token);
        return copy.ToArray();
    }

    protected static ObjectContent ContentOf(byte[] bytes) => new(bytes.Length, Convert.ToHexStringLower(SHA256.HashData(bytes)), "video/mp4");

    protected static byte[] Bytes(int count, int seed)
    {
        var bytes = new byte[count];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }
}
