using Amazon.S3.Model;
using Bickford.Renders.IntegrationTests.Support;
using Bickford.Renders.Ports;
using Bickford.Renders.Tests.Files;

namespace Bickford.Renders.IntegrationTests.S3;

/// <summary>What goes wrong while objects are sent: on the way, at the server, at the source.</summary>
public sealed class S3UploadFaultTests(CephServer ceph) : S3TestBase(ceph)
{
    private const int LargeBytes = 3 * PartBytes + 1000;

    [Theory]
    [InlineData(1000)]
    [InlineData(LargeBytes)]
    public async Task A_body_damaged_on_its_way_is_refused_and_leaves_nothing(int bytes)
    {
        var proxy = await UseProxyAsync();
        proxy.Tamper = (request, body) =>
        {
            if (request.IsPut || request.Target.Contains("partNumber=2", StringComparison.Ordinal))
                body[0] ^= 1;
        };

        var error = await Should.ThrowAsync<VideoStoreException>(() => PutAsync(NewStore(), Bytes(bytes, seed: 6)));

        error.Message.ShouldContain("damaged on its way");
        (await ObjectsAsync()).ShouldBeEmpty();
        (await UploadsAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_server_without_conditions_is_asked_once_and_then_written_plainly()
    {
        var proxy = await UseProxyAsync();
        proxy.Instead = request => request.Headers.ContainsKey("If-None-Match") ? S3Proxy.Error(501, "NotImplemented") : null;
        var store = NewStore(o => o.Retries = 0);

        await PutAsync(store, [1]);
        await PutAsync(store, [2], "other.mp4");

        proxy.Requests.Where(r => r.IsPut).Select(r => r.Status).ShouldBe([501, 200, 200]);
        (await ReadAsync(store)).ShouldBe([1]);
    }

    [Fact]
    public async Task An_object_damaged_at_rest_is_repaired_by_putting_it_again()
    {
        var store = NewStore();
        await PutAsync(store, [1, 2, 3]);
        await PutPastTheStoreAsync([1, 2, 4], sha256: ContentOf([1, 2, 3]).Sha256);
        (await store.VerifyAsync(Key, ContentOf([1, 2, 3]), Token)).ShouldBeFalse();

        await PutAsync(store, [1, 2, 3]);

        (await store.VerifyAsync(Key, ContentOf([1, 2, 3]), Token)).ShouldBeTrue();
    }

    [Theory]
    [InlineData(1000)]
    [InlineData(LargeBytes)]
    public async Task A_put_whose_last_answer_was_lost_succeeds(int bytes)
    {
        var proxy = await UseProxyAsync();
        var lost = 0;
        proxy.LoseAnswer = request => (request.IsPut || request.IsComplete) && Interlocked.Exchange(ref lost, 1) == 0;
        var store = NewStore();
        var content = Bytes(bytes, seed: 10);

        await PutAsync(store, content);

        lost.ShouldBe(1);
        (await ReadAsync(store)).ShouldBe(content);
        (await UploadsAsync()).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(1000)]
    [InlineData(LargeBytes)]
    public async Task A_request_that_gets_no_answer_in_time_is_repeated(int bytes)
    {
        var proxy = await UseProxyAsync();
        var hung = 0;
        proxy.Hang = request => (request.IsPut || request.IsPart) && Interlocked.Exchange(ref hung, 1) == 0;
        var store = NewStore(o => o.Timeout = TimeSpan.FromSeconds(5));
        var content = Bytes(bytes, seed: 13);

        await PutAsync(store, content);

        hung.ShouldBe(1);
        (await ReadAsync(store)).ShouldBe(content);
    }

    [Fact]
    public async Task A_server_that_never_answers_is_given_up_and_the_timeout_named()
    {
        var proxy = await UseProxyAsync();
        proxy.Hang = request => request.IsPart;

        var error = await Should.ThrowAsync<VideoStoreException>(
            () => PutAsync(NewStore(o => (o.Timeout, o.Retries) = (TimeSpan.FromSeconds(1), 0)), Bytes(LargeBytes, seed: 14)));

        error.Message.ShouldContain("no answer in time");
        error.Message.ShouldContain("raise Storage:Timeout, which is 00:00:01");
        (await UploadsAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_completion_that_finds_the_upload_gone_without_an_object_fails()
    {
        var proxy = await UseProxyAsync();
        proxy.Instead = request => request.IsComplete ? S3Proxy.Error(404, "NoSuchUpload") : null;

        var error = await Should.ThrowAsync<VideoStoreException>(() => PutAsync(NewStore(), Bytes(LargeBytes, seed: 11)));

        error.Message.ShouldContain("aborted by somebody else");
        (await UploadsAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_server_that_holds_something_else_afterwards_is_found_out()
    {
        var proxy = await UseProxyAsync();
        proxy.Instead = request => request.IsPut ? (200, "") : null;
        await PutPastTheStoreAsync([7, 7, 7], sha256: ContentOf([7, 7, 7]).Sha256);

        var error = await Should.ThrowAsync<VideoStoreException>(() => PutAsync(NewStore(), [1, 2, 3]));

        error.Message.ShouldContain("is not what was stored there");
    }

    [Fact]
    public async Task A_source_that_cannot_be_read_is_not_the_stores_fault()
    {
        using var source = new HookedStream(Bytes(LargeBytes, seed: 12), at: PartBytes + 1, () => throw new IOException("disk fault"));

        var error = await Should.ThrowAsync<ContentMismatchException>(() => NewStore().PutAsync(Key, source, ContentOf(new byte[LargeBytes]), Token));

        error.Message.ShouldContain("disk fault");
        (await UploadsAsync()).ShouldBeEmpty();
    }

    private async Task PutPastTheStoreAsync(byte[] bytes, string sha256)
    {
        var request = new PutObjectRequest { BucketName = Options.Bucket, Key = NameOf(Key), InputStream = new MemoryStream(bytes), UseChunkEncoding = false };
        request.Metadata["sha256"] = sha256;
        await Client.PutObjectAsync(request, Token);
    }
}
