using System.Text;
using Bickford.Renders.Sora;
using Bickford.Renders.Tests.Media;
using Bickford.Renders.Tests.Sora;
using Bickford.Renders.Tests.Support;
using Bickford.Renders.Videos;

namespace Bickford.Renders.Tests.Steps.Hostile;

/// <summary>The whole chain against a server that creates and finishes a video as it should, and gives something else out as its file.</summary>
public sealed class HostileContentTests
{
    private const string Tag = "ETag: \"1\"\r\n";

    private static readonly byte[] Sound = [.. TestMedia.Mp4[..8], .. "M4A "u8, .. TestMedia.Mp4[12..]];

    private delegate Task Answer(RawServer.Connection connection, string request, CancellationToken stop);

    [Theory]
    [InlineData("text/html", "<html>", "text/html")]
    [InlineData("video/mp4", "<html>", "HTML")]
    [InlineData("application/json", """{"error":{"message":"not for you"}}""", "not for you")]
    [InlineData("video/mp4", """{"error":{"message":"not for you"}}""", "JSON")]
    [InlineData("video/mp4", "", "empty")]
    [InlineData("video/mp4\r\nContent-Encoding: gzip", "x", "encoded")]
    [InlineData("video/mp4\r\nContent-Length: 7", "x", "Content-Length")]
    public async Task What_is_no_video_is_the_providers_failure_and_the_video_can_be_fetched_later_for_free(string type, string body, string says)
    {
        var server = new Server((connection, _, stop) => connection.WriteAsync(RawServer.Answer(200, body, type), stop));
        var failed = await server.RunAsync();

        (failed.Status, failed.Step, failed.Cause).ShouldBe((RenderStatus.Failed, RenderStep.Download, RenderCause.ProviderFailed));
        failed.Message!.ShouldContain(says);
        Bickford.Renders.Worker.Output.NextStep.For(failed)!.ShouldContain("(free)");
    }

    [Theory]
    [InlineData("file:///etc/passwd", "file")]
    [InlineData("http://169.254.169.254/latest/meta-data", "169.254.169.254")]
    [InlineData("http://[fe80::1]/", "fe80")]
    [InlineData("/v1/videos/video_1/content", "more than 5 redirects")]
    public async Task A_file_that_lies_where_none_may_is_the_providers_failure(string location, string says)
    {
        var failed = await new Server((connection, _, stop) => connection.WriteAsync(RawServer.Answer(302, "", headers: $"Location: {location}\r\n"), stop)).RunAsync();

        (failed.Status, failed.Cause).ShouldBe((RenderStatus.Failed, RenderCause.ProviderFailed));
        failed.Message!.ShouldContain(says);
    }

    [Fact]
    public async Task Sound_in_the_same_kind_of_file_is_no_video()
    {
        var failed = await new Server((connection, _, stop) => WriteAsync(connection, "", Sound, stop)).RunAsync();

        (failed.Status, failed.Cause).ShouldBe((RenderStatus.Failed, RenderCause.ProviderFailed));
        failed.Message!.ShouldContain("M4A");
    }

    [Fact]
    public async Task Ten_gigabytes_are_refused_before_a_byte_of_them_is_read()
    {
        var server = new Server((connection, _, stop) => connection.WriteAsync("HTTP/1.1 200 OK\r\nContent-Type: video/mp4\r\nContent-Length: 10737418240\r\n\r\n", stop));
        var failed = await server.RunAsync();

        (failed.Status, failed.Cause).ShouldBe((RenderStatus.Failed, RenderCause.Storage));
        failed.Message!.ShouldContain("10737418240");
        failed.Message!.ShouldContain("Staging:MaxFileBytes");
        server.Fetches.ShouldBe(1);
    }

    [Fact]
    public async Task A_file_without_end_is_given_up_at_the_longest_that_is_allowed()
    {
        var server = new Server(async (connection, _, stop) =>
        {
            await connection.WriteAsync("HTTP/1.1 200 OK\r\nContent-Type: video/mp4\r\nTransfer-Encoding: chunked\r\n\r\n", stop);
            var chunk = Encoding.ASCII.GetBytes($"10000\r\n{new string('x', 0x10000)}\r\n");
            while (true)
                await connection.WriteAsync(chunk, stop);
        });
        var failed = await server.RunAsync();

        (failed.Status, failed.Cause).ShouldBe((RenderStatus.Failed, RenderCause.Storage));
        failed.Message!.ShouldContain("Staging:MaxFileBytes");
        server.Fetches.ShouldBe(1);
    }

    [Fact]
    public async Task A_file_that_ends_early_every_time_fails_after_its_tries()
    {
        var failed = await new Server(static async (connection, _, stop) =>
        {
            await connection.WriteAsync("HTTP/1.1 200 OK\r\nContent-Type: video/mp4\r\nContent-Length: 1000\r\n\r\nabc", stop);
            connection.Close();
        }).RunAsync();

        (failed.Status, failed.Cause).ShouldBe((RenderStatus.Failed, RenderCause.Internal));
        failed.Message!.ShouldContain("the download broke");
    }

    [Theory]
    [InlineData("bytes 3-999/1000")]
    [InlineData("bytes 0-1/1000")]
    [InlineData("bytes */1000")]
    [InlineData("items 0-999/1000")]
    public async Task A_part_that_nobody_asked_for_is_the_providers_failure(string range)
    {
        var failed = await new Server((connection, _, stop) => connection.WriteAsync(RawServer.Answer(206, new string('x', 1000), "video/mp4", $"Content-Range: {range}\r\n"), stop)).RunAsync();

        (failed.Status, failed.Cause).ShouldBe((RenderStatus.Failed, RenderCause.ProviderFailed));
    }

    [Fact]
    public async Task Other_bytes_on_a_resume_are_not_glued_to_the_first()
    {
        var other = (byte[])TestMedia.Mp4.Clone();
        other[^1] ^= 1;
        var half = other.Length / 2;
        var fetches = 0;
        var server = new Server(async (connection, request, stop) =>
        {
            if (++fetches == 1)
            {
                await connection.WriteAsync($"HTTP/1.1 200 OK\r\nContent-Type: video/mp4\r\n{Tag}Content-Length: {other.Length}\r\n\r\n", stop);
                await connection.WriteAsync(TestMedia.Mp4[..half], stop);
                connection.Close();
                return;
            }

            // It changed its mind, and gives the rest of the other file out as what was asked for.
            if (request.Contains("Range: bytes=", StringComparison.OrdinalIgnoreCase))
                await connection.WriteAsync($"HTTP/1.1 206 X\r\nContent-Type: video/mp4\r\nETag: \"2\"\r\nContent-Range: bytes {half}-{other.Length - 1}/{other.Length}\r\nContent-Length: {other.Length - half}\r\n\r\n", stop);
            else
                await connection.WriteAsync($"HTTP/1.1 200 OK\r\nContent-Type: video/mp4\r\nETag: \"2\"\r\nContent-Length: {other.Length}\r\n\r\n", stop);
            await connection.WriteAsync(request.Contains("Range: bytes=", StringComparison.OrdinalIgnoreCase) ? other[half..] : other, stop);
        });
        var done = await server.RunAsync();

        (done.Status, done.Assets[0].Sha256).ShouldBe((RenderStatus.Completed, Hashing.Sha256(other)));
    }

    [Fact]
    public async Task A_thumbnail_of_five_gigabytes_is_left_out()
    {
        var server = new Server(
            (connection, request, stop) => request.Contains("variant=", StringComparison.Ordinal)
                ? connection.WriteAsync("HTTP/1.1 200 OK\r\nContent-Type: image/webp\r\nContent-Length: 5368709120\r\n\r\nRIFF....WEBPVP8 ", stop)
                : WriteAsync(connection, "", TestMedia.Mp4, stop),
            previews: true);
        var done = await server.RunAsync();

        done.Status.ShouldBe(RenderStatus.Completed, done.Message);
        done.Assets.ShouldHaveSingleItem().Kind.ShouldBe(AssetKind.Video);
    }

    [Fact]
    public async Task Names_that_climb_out_of_folders_leave_every_file_in_its_own()
    {
        var server = new Server(
            (connection, request, stop) => WriteAsync(
                connection,
                "Content-Disposition: attachment; filename=\"../../../../escaped.mp4\"\r\nETag: \"../../escaped\"\r\n",
                request.Contains("variant=thumbnail", StringComparison.Ordinal) ? TestMedia.WebpLossy : request.Contains("variant=", StringComparison.Ordinal) ? TestMedia.Jpeg : TestMedia.Mp4,
                stop),
            id: "../../escaped",
            previews: true);
        var done = await server.RunAsync();

        done.Status.ShouldBe(RenderStatus.Completed, done.Message);
        done.VideoId.ShouldBe("../../escaped");
        server.Keys.ShouldBe([$"2026/03/{done.Id:D}/render.json", $"2026/03/{done.Id:D}/spritesheet.jpg", $"2026/03/{done.Id:D}/thumbnail.webp", $"2026/03/{done.Id:D}/video.mp4"]);
        server.Paths.ShouldAllBe(path => !path.Contains("escaped", StringComparison.Ordinal));
        server.Lines.ShouldAllBe(static line => line.StartsWith("POST /v1/videos ", StringComparison.Ordinal) || line.Contains(" /v1/videos/..%2F..%2Fescaped", StringComparison.Ordinal));
    }

    private static async Task WriteAsync(RawServer.Connection connection, string headers, byte[] body, CancellationToken stop)
    {
        await connection.WriteAsync($"HTTP/1.1 200 OK\r\nContent-Type: video/mp4\r\nContent-Length: {body.Length}\r\n{headers}\r\n", stop);
        await connection.WriteAsync(body, stop);
    }

    /// <summary>A provider whose videos are finished at once, and whose files are as a test says.</summary>
    private sealed class Server(Answer content, string id = "video_1", bool previews = false)
    {
        public int Fetches { get; private set; }

        public IReadOnlyList<string> Keys { get; private set; } = [];

        /// <summary>Everything on the disk, below the folder that the staging folder is in.</summary>
        public string[] Paths { get; private set; } = [];

        public string[] Lines { get; private set; } = [];

        public async Task<Render> RunAsync()
        {
            await using var server = new RawServer(AnswerAsync);
            var options = new VideosApiOptions { BaseUrl = server.BaseUrl, ReadAttempts = 1 };
            using var http = new HttpClient(SoraServiceCollectionExtensions.Handler(options, TimeSpan.FromMinutes(2))) { Timeout = Timeout.InfiniteTimeSpan };
            VideosApiClient? client = null;
            using var world = new World(
                o =>
                {
                    o.Previews = previews;
                    o.MaxAssetBytes = 1 << 20;
                    o.Retry.MaxAttempts = 2;
                },
                clock => client = new VideosApiClient(http, options, clock, new Random(7)));
            using var owned = client;
            var done = await world.RunToEndAsync((await world.EnqueueAsync()).Id);
            Keys = world.Videos.Keys;
            Paths = Directory.GetFileSystemEntries(Path.GetDirectoryName(world.StagingRoot)!, "*", SearchOption.AllDirectories);
            Lines = [.. server.Requests.Select(static r => r[..r.IndexOf("\r\n", StringComparison.Ordinal)])];
            return done;
        }

        private Task AnswerAsync(RawServer.Connection connection, string request, CancellationToken stop)
        {
            if (request.Contains("/content", StringComparison.Ordinal))
            {
                Fetches++;
                return content(connection, request, stop);
            }

            return connection.WriteAsync(RawServer.Answer(200, $$"""{"id":"{{id}}","status":"{{(request.StartsWith("POST", StringComparison.Ordinal) ? "queued" : "completed")}}"}"""), stop);
        }
    }
}
