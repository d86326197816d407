using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using Bickford.Renders.IntegrationTests.Support;
using Bickford.Renders.Ports;
using Bickford.Renders.Tests.Files;

namespace Bickford.Renders.IntegrationTests.S3;

/// <summary>How objects are sent.</summary>
public sealed class S3UploadTests(CephServer ceph) : S3TestBase(ceph)
{
    private const int LargeBytes = 3 * PartBytes + 1000;

    [Theory]
    [InlineData(100_000)]
    [InlineData(LargeBytes)]
    public async Task An_object_carries_its_type_how_long_it_may_be_cached_its_render_and_its_hash(int bytes)
    {
        var content = Bytes(bytes, seed: 1);
        await PutAsync(NewStore(), content);

        var found = await Client.GetObjectMetadataAsync(Options.Bucket, NameOf(Key), Token);

        found.Headers.ContentType.ShouldBe("video/mp4");
        found.Headers.CacheControl.ShouldBe("max-age=31536000, private, immutable");
        found.Metadata["render-id"].ShouldBe("019b0000-0000-7000-8000-000000000001");
        found.Metadata["sha256"].ShouldBe(ContentOf(content).Sha256);
    }

    [Fact]
    public async Task A_key_without_a_render_notes_none_and_an_empty_cache_setting_sends_none()
    {
        await PutAsync(NewStore(o => o.CacheControl = ""), [1], "seals/0001.json");

        var found = await Client.GetObjectMetadataAsync(Options.Bucket, NameOf("seals/0001.json"), Token);

        found.Metadata.Keys.ShouldNotContain("x-amz-meta-render-id");
        found.Headers.CacheControl.ShouldBeNullOrEmpty();
    }

    [Fact]
    public async Task An_object_up_to_the_threshold_goes_in_one_request()
    {
        var proxy = await UseProxyAsync();

        await PutAsync(NewStore(), Bytes(PartBytes, seed: 2));

        proxy.Requests.Select(r => r.Method).ShouldBe(["PUT", "HEAD"]);
    }

    [Fact]
    public async Task A_larger_object_goes_in_equal_parts_some_at_once_and_reads_back()
    {
        var proxy = await UseProxyAsync();
        var bytes = Bytes(LargeBytes, seed: 3);
        var store = NewStore();

        await PutAsync(store, bytes);

        proxy.Requests.Where(r => r.IsPart).Select(r => r.Bytes).Order().ShouldBe([1000, PartBytes, PartBytes, PartBytes]);
        proxy.MostAtOnce.ShouldBeInRange(2, Options.ParallelParts);
        (await ReadAsync(store)).ShouldBe(bytes);
        (await UploadsAsync()).ShouldBeEmpty();
    }

    [Fact]
    [SuppressMessage("Security", "CA5351", Justification = "It is what Content-MD5 holds.")]
    public async Task Every_body_carries_its_MD5_and_none_is_framed_in_chunks()
    {
        var proxy = await UseProxyAsync();
        var bodies = new ConcurrentBag<(ProxiedRequest Request, string Md5)>();
        proxy.Tamper = (request, body) => bodies.Add((request, Convert.ToBase64String(MD5.HashData(body))));
        var store = NewStore();

        await PutAsync(store, Bytes(1000, seed: 4), "small.mp4");
        await PutAsync(store, Bytes(LargeBytes, seed: 5));

        var sent = bodies.Where(b => b.Request.Method == "PUT").ToList();
        sent.Count.ShouldBe(5);
        foreach (var (request, md5) in sent)
        {
            request.Headers["Content-MD5"].ShouldBe(md5);
            request.Headers.GetValueOrDefault("Content-Encoding").ShouldBeNull();
            request.Headers["x-amz-content-sha256"].ShouldNotContain("STREAMING");
        }
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    [InlineData(0)]
    public async Task A_large_source_that_is_not_what_was_promised_leaves_neither_object_nor_upload(int difference)
    {
        var bytes = Bytes(LargeBytes, seed: 7);
        var promised = ContentOf(Bytes(LargeBytes, seed: 8)) with { Bytes = LargeBytes + difference };

        await Should.ThrowAsync<ContentMismatchException>(() => NewStore().PutAsync(Key, new MemoryStream(bytes), promised, Token));

        (await ObjectsAsync()).ShouldBeEmpty();
        (await UploadsAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_large_put_cancelled_in_its_middle_leaves_neither_object_nor_upload()
    {
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var bytes = Bytes(LargeBytes, seed: 9);
        using var source = new HookedStream(bytes, at: 2 * PartBytes + 1, cancel.Cancel);

        await Should.ThrowAsync<OperationCanceledException>(() => NewStore().PutAsync(Key, source, ContentOf(bytes), cancel.Token));

        (await ObjectsAsync()).ShouldBeEmpty();
        (await UploadsAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_large_object_is_never_held_in_memory_but_for_the_parts_on_their_way()
    {
        const int Size = 20 * PartBytes;
        var content = new ObjectContent(Size, Convert.ToHexStringLower(SHA256.HashData(new byte[Size])), "video/mp4");
        var proxy = await UseProxyAsync();
        long held = 0;
        using var source = new ZeroStream(Size, position =>
            held = Math.Max(held, position - proxy.Requests.Where(r => r.IsPart).Sum(r => (long)r.Bytes)));

        await NewStore().PutAsync(Key, source, content, Token);

        held.ShouldBeLessThanOrEqualTo((long)Options.ParallelParts * PartBytes);
    }

    [Fact]
    public async Task Uploads_at_the_same_time_share_the_limit_of_bodies_in_flight()
    {
        var proxy = await UseProxyAsync();
        var store = NewStore(o => o.ParallelParts = 2);

        await Task.WhenAll(Enumerable.Range(0, 4).Select(i => PutAsync(store, Bytes(2 * PartBytes + i, seed: i), $"{i}.mp4")));

        proxy.Requests.Count(r => r.IsPart).ShouldBe(4 * 2 + 3);
        proxy.MostAtOnce.ShouldBe(2);
    }

    [Fact]
    public async Task The_same_small_object_twice_is_written_once_where_the_server_knows_conditions()
    {
        var proxy = await UseProxyAsync();
        var store = NewStore();

        await PutAsync(store, [1, 2, 3]);
        await PutAsync(store, [1, 2, 3]);

        proxy.Requests.Where(r => r.IsPut).Select(r => r.Status).ShouldBe([200, 412]);
        (await ReadAsync(store)).ShouldBe([1, 2, 3]);
    }

    [Fact]
    public async Task Keys_with_any_letters_go_in_parts_too()
    {
        const string Name = "2026/vidéo/日本語 🎬 a+b%20.mp4";
        var store = NewStore(o => o.MultipartThreshold = 0);

        await PutAsync(store, [1, 2, 3], Name);

        (await ReadAsync(store, Name)).ShouldBe([1, 2, 3]);
        (await ObjectsAsync()).Single().Key.ShouldBe(NameOf(Name));
    }
}
