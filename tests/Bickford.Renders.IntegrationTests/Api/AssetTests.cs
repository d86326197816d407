using System.Security.Cryptography;

namespace Bickford.Renders.IntegrationTests.Api;

/// <summary>Files of renders over HTTP.</summary>
public sealed class AssetTests(ApiFixture api) : ApiTest(api)
{
    [Fact]
    public async Task A_video_comes_whole_in_parts_or_not_at_all_as_it_is_asked_for()
    {
        var render = await CompletedAsync();
        var asset = render.Assets.Single(one => one.Kind == AssetKind.Video);
        var path = $"/api/renders/{render.Id:D}/assets/video";

        var whole = await GetAsync(path);
        whole.Status.ShouldBe(200);
        Convert.ToHexStringLower(SHA256.HashData(whole.Bytes)).ShouldBe(asset.Sha256);
        whole.Header("ETag").ShouldBe($"\"{asset.Sha256}\"");
        whole.Header("Content-Type").ShouldBe("video/mp4");
        whole.Header("X-Content-Type-Options").ShouldBe("nosniff");
        whole.Header("Content-Disposition").ShouldBe($"inline; filename={render.ShortId}-video.mp4");

        var part = await GetAsync(path, ("Range", "bytes=100-299"));
        part.Status.ShouldBe(206);
        part.Bytes.ShouldBe(whole.Bytes[100..300]);
        part.Header("Content-Range").ShouldBe($"bytes 100-299/{whole.Bytes.Length}");
        (await GetAsync(path, ("Range", "bytes=-10"))).Bytes.ShouldBe(whole.Bytes[^10..]);
        (await GetAsync(path, ("Range", $"bytes={whole.Bytes.Length}-"))).Status.ShouldBe(416);

        (await GetAsync(path, ("Range", "bytes=0-9"), ("If-Range", whole.Header("ETag")!))).Status.ShouldBe(206);
        (await GetAsync(path, ("Range", "bytes=0-9"), ("If-Range", "\"another\""))).Bytes.Length.ShouldBe(whole.Bytes.Length);
        (await GetAsync(path, ("If-None-Match", whole.Header("ETag")!))).Status.ShouldBe(304);

        var head = await SendAsync(HttpMethod.Head, path);
        (head.Status, head.Bytes.Length, head.Header("Content-Length")).ShouldBe((200, 0, $"{whole.Bytes.Length}"));
    }

    [Fact]
    public async Task Previews_have_their_own_types()
    {
        var render = await CompletedAsync();

        (await GetAsync($"/api/renders/{render.Id:D}/assets/thumbnail")).Header("Content-Type").ShouldBe("image/webp");
        (await GetAsync($"/api/renders/{render.Id:D}/assets/spritesheet")).Header("Content-Type").ShouldBe("image/jpeg");
    }

    [Theory]
    [InlineData("Video")]
    [InlineData("render.json")]
    [InlineData("..%2f..%2frenders.db")]
    [InlineData("0")]
    public async Task What_is_no_file_of_a_render_is_not_there(string kind)
    {
        var render = await StoppedAsync(RenderStatus.Failed, RenderCause.Storage);

        (await GetAsync($"/api/renders/{render.Id:D}/assets/{kind}")).ShouldBeProblem(404);
        (await GetAsync($"/api/renders/{render.Id:D}/assets/video")).ShouldBeProblem(404)["detail"]!.GetValue<string>().ShouldContain("no stored video");
    }
}
