using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using Bickford.Renders.IntegrationTests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Bickford.Renders.IntegrationTests.Api;

/// <summary>Files that lie in a bucket, over HTTP.</summary>
public sealed class BucketAssetTests(CephServer ceph)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_part_of_a_video_comes_from_the_bucket_or_by_a_link_into_it(bool presigned)
    {
        await using var world = (await World.StartAsync()).OnS3(await ceph.OptionsForAsync(typeof(BucketAssetTests)));
        var (app, http) = await ApiFixture.StartAppAsync(world, ("Dashboard__PresignedAssets", presigned ? "true" : "false"));
        await using var ended = app;
        using var client = http;
        var render = await app.Services.GetRequiredService<IRenders>().EnqueueAndWaitAsync(new RenderRequest("A lighthouse in fog"), cancellationToken: Cancel);
        var asset = render.Assets.Single(one => one.Kind == AssetKind.Video);
        var path = $"/api/renders/{render.Id:D}/assets/video";

        var whole = await ReadAsync(client, path, null, presigned);
        Convert.ToHexStringLower(SHA256.HashData(whole)).ShouldBe(asset.Sha256);
        (await ReadAsync(client, path, new RangeHeaderValue(100, 299), presigned)).ShouldBe(whole[100..300]);

        using var head = await client.SendAsync(new HttpRequestMessage(HttpMethod.Head, path), Cancel);
        head.StatusCode.ShouldBe(HttpStatusCode.OK, "a link is good for GET only");
        head.Content.Headers.ContentLength.ShouldBe(asset.Bytes);
        using var shown = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { { "Sec-Fetch-Dest", "video" } } };
        using var bytes = await client.SendAsync(shown, Cancel);
        bytes.StatusCode.ShouldBe(HttpStatusCode.OK, "a page may show nothing from elsewhere");
        await app.StopAsync(Cancel);
    }

    private static async Task<byte[]> ReadAsync(HttpClient client, string path, RangeHeaderValue? range, bool presigned)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { Range = range } };
        using var answer = await client.SendAsync(request, Cancel);
        if (!presigned)
        {
            answer.StatusCode.ShouldBe(range is null ? HttpStatusCode.OK : HttpStatusCode.PartialContent);
            return await answer.Content.ReadAsByteArrayAsync(Cancel);
        }

        answer.StatusCode.ShouldBe(HttpStatusCode.Redirect);
        answer.Headers.CacheControl!.NoStore.ShouldBeTrue("the link is a secret");
        using var linked = new HttpRequestMessage(HttpMethod.Get, answer.Headers.Location) { Headers = { Range = range } };
        using var content = await client.SendAsync(linked, Cancel);
        return await content.EnsureSuccessStatusCode().Content.ReadAsByteArrayAsync(Cancel);
    }
}
