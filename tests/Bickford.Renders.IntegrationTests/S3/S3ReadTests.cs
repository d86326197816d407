using System.Net;
using Amazon.S3.Model;
using Bickford.Renders.IntegrationTests.Support;
using Bickford.Renders.Ports;

namespace Bickford.Renders.IntegrationTests.S3;

/// <summary>Reading, links for people, and what killed workers leave behind.</summary>
public sealed class S3ReadTests(CephServer ceph) : S3TestBase(ceph)
{
    [Fact]
    public async Task A_stream_can_be_read_from_any_place()
    {
        var bytes = Bytes(300_000, seed: 1);
        var store = NewStore();
        await PutAsync(store, bytes);
        await using var stream = (await store.OpenReadAsync(Key, Token))!;
        var piece = new byte[1000];

        stream.Length.ShouldBe(bytes.Length);
        foreach (var at in new[] { 200_000, 5, 299_000 })
        {
            stream.Seek(at, SeekOrigin.Begin);
            await stream.ReadExactlyAsync(piece, Token);
            piece.ShouldBe(bytes[at..(at + 1000)]);
        }
        (await stream.ReadAsync(piece, Token)).ShouldBe(0);
    }

    [Fact]
    public async Task A_seek_in_an_object_that_was_replaced_meanwhile_fails_instead_of_mixing_the_two()
    {
        var store = NewStore();
        await PutAsync(store, Bytes(300_000, seed: 2));
        await using var stream = (await store.OpenReadAsync(Key, Token))!;
        await PutAsync(store, Bytes(300_000, seed: 3));

        stream.Position = 100_000;

        await Should.ThrowAsync<VideoStoreException>(async () => await stream.ReadExactlyAsync(new byte[10], Token));
    }

    [Fact]
    public async Task A_server_that_stops_in_the_middle_of_an_object_is_given_up()
    {
        await PutAsync(NewStore(), Bytes(300_000, seed: 4));
        var proxy = await UseProxyAsync();
        proxy.StallAfter = 1000;

        var error = await Should.ThrowAsync<VideoStoreException>(() => NewStore(o => o.Timeout = TimeSpan.FromSeconds(1)).VerifyAsync(Key, ContentOf(Bytes(300_000, seed: 4)), Token));

        error.Message.ShouldContain("no answer in time");
    }

    [Fact]
    public async Task A_link_lets_anybody_read_that_object_and_no_other()
    {
        var store = NewStore();
        await PutAsync(store, [1, 2, 3], "vidéo 1.mp4");
        await PutAsync(store, [4, 5, 6], "other.mp4");
        using var http = new HttpClient();

        var link = await store.PresignAsync("vidéo 1.mp4", TimeSpan.FromMinutes(5));

        link.Scheme.ShouldBe("http");
        link.ToString().ShouldNotContain(CephServer.SecretKey);
        (await http.GetByteArrayAsync(link, Token)).ShouldBe([1, 2, 3]);
        using var other = await http.GetAsync(new Uri(link.AbsoluteUri.Replace(Uri.EscapeDataString("vidéo 1.mp4"), "other.mp4", StringComparison.Ordinal)), Token);
        other.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task A_link_ends()
    {
        var store = NewStore();
        await PutAsync(store, [1, 2, 3]);
        using var http = new HttpClient();

        var link = await store.PresignAsync(Key, TimeSpan.FromSeconds(1));

        await Eventually.HoldsAsync("the link has ended", async () =>
        {
            using var answer = await http.GetAsync(link, Token);
            return answer.StatusCode == HttpStatusCode.Forbidden;
        });
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7 * 86400 + 1)]
    public async Task A_link_lives_from_a_second_to_seven_days(int seconds) =>
        await Should.ThrowAsync<ArgumentOutOfRangeException>(() => NewStore().PresignAsync(Key, TimeSpan.FromSeconds(seconds)));

    [Fact]
    public async Task A_link_to_a_server_of_https_is_https()
    {
        var store = NewStore(o => o.ServiceUrl = "https://s3.example.com");

        (await store.PresignAsync(Key, TimeSpan.FromDays(7))).AbsoluteUri.ShouldStartWith($"https://s3.example.com/{Options.Bucket}/");
    }

    [Fact]
    public async Task Old_uploads_that_nobody_completed_are_aborted_and_young_ones_and_other_prefixes_stay()
    {
        await BeginUploadAsync(NameOf("killed.mp4"));
        var elsewhere = await BeginUploadAsync($"not-{Options.Prefix}/killed.mp4");

        (await NewStore().AbortStaleUploadsAsync(TimeSpan.FromHours(1), Token)).ShouldBe(0);
        (await UploadsAsync()).Count.ShouldBe(1);

        var tomorrow = new Clock(TimeProvider.System.GetUtcNow().AddDays(1));
        (await NewStore(time: tomorrow).AbortStaleUploadsAsync(TimeSpan.FromHours(1), Token)).ShouldBe(1);
        (await UploadsAsync()).ShouldBeEmpty();
        await Client.AbortMultipartUploadAsync(Options.Bucket, elsewhere.Key, elsewhere.UploadId, Token);
    }

    [Theory]
    [InlineData(501, "NotImplemented")]
    [InlineData(405, "MethodNotAllowed")]
    public async Task A_server_that_cannot_list_uploads_has_none_to_abort(int status, string code)
    {
        var proxy = await UseProxyAsync();
        proxy.Instead = _ => S3Proxy.Error(status, code);

        (await NewStore(o => o.Retries = 0).AbortStaleUploadsAsync(TimeSpan.Zero, Token)).ShouldBe(0);
    }

    private async Task<InitiateMultipartUploadResponse> BeginUploadAsync(string name)
    {
        var upload = await Client.InitiateMultipartUploadAsync(Options.Bucket, name, Token);
        await Client.UploadPartAsync(new UploadPartRequest
        {
            BucketName = Options.Bucket,
            Key = name,
            UploadId = upload.UploadId,
            PartNumber = 1,
            InputStream = new MemoryStream(new byte[PartBytes]),
            UseChunkEncoding = false,
        }, Token);
        return upload;
    }

    private sealed class Clock(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
