using System.Security.Cryptography;
using Bickford.Renders.Files;
using Bickford.Renders.Ports;

namespace Bickford.Renders.Tests.Files;

/// <summary>Sources that the file store keeps, and those that it must copy.</summary>
public sealed class KeptSourceTests : IDisposable
{
    private const string Key = "2026/01/019b0000000070008000000000000001/video.mp4";

    private readonly TempFolder _folder = new();
    private readonly FileVideoStore _store;

    public KeptSourceTests() => _store = new FileVideoStore(_folder["root"]);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_final_source_on_the_same_disk_is_kept_and_not_written_again()
    {
        var bytes = Bytes();
        var path = _folder["staged.mp4"];
        for (var put = 0; put < 2; put++)
        {
            File.WriteAllBytes(path, bytes);
            await using (var source = File.OpenRead(path))
                await _store.PutAsync(Key, source, ContentOf(bytes) with { SourceIsFinal = true }, Token);
            await using (var source = File.OpenRead(path))
                await _store.PutAsync(Key, source, ContentOf(bytes) with { SourceIsFinal = true }, Token);

            if (!OperatingSystem.IsWindows())
                AreOneFile(path, PathOf(Key)).ShouldBeTrue();
            File.Delete(path);
            (await _store.VerifyAsync(Key, ContentOf(bytes), Token)).ShouldBeTrue();
        }

        Directory.EnumerateFiles(_folder["root", ".tmp"]).ShouldBeEmpty();

        string PathOf(string key) => _folder[["root", .. key.Split('/')]];
    }

    [Fact]
    public async Task A_source_that_somebody_may_still_write_to_is_copied()
    {
        var bytes = Bytes();
        var path = _folder["mine.png"];
        File.WriteAllBytes(path, bytes);
        await using (var source = File.OpenRead(path))
            await _store.PutAsync(Key, source, ContentOf(bytes), Token);

        File.AppendAllText(path, "and more");
        (await _store.VerifyAsync(Key, ContentOf(bytes), Token)).ShouldBeTrue();
    }

    [Fact]
    public async Task A_final_source_that_is_damaged_is_refused_and_what_is_stored_stays()
    {
        var bytes = Bytes();
        await _store.PutAsync(Key, new MemoryStream(bytes), ContentOf(bytes), Token);
        var path = _folder["staged.mp4"];
        File.WriteAllBytes(path, [.. bytes[..^1], (byte)(bytes[^1] ^ 1)]);

        await using (var source = File.OpenRead(path))
            await Should.ThrowAsync<ContentMismatchException>(() => _store.PutAsync(Key, source, ContentOf(bytes) with { SourceIsFinal = true }, Token));

        (await _store.VerifyAsync(Key, ContentOf(bytes), Token)).ShouldBeTrue();
        Directory.EnumerateFiles(_folder["root", ".tmp"]).ShouldBeEmpty();
    }

    // What is written to the one is read from the other.
    private static bool AreOneFile(string one, string other)
    {
        var was = File.ReadAllBytes(one);
        File.WriteAllText(one, "changed");
        var same = File.ReadAllText(other) == "changed";
        File.WriteAllBytes(one, was);
        return same;
    }

    private static byte[] Bytes()
    {
        var bytes = new byte[100_000];
        new Random(1).NextBytes(bytes);
        return bytes;
    }

    private static ObjectContent ContentOf(byte[] bytes) => new(bytes.Length, Convert.ToHexStringLower(SHA256.HashData(bytes)), "video/mp4");
}
