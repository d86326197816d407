using Bickford.Renders.Sora;
using Bickford.Renders.Tests.Support;
using Bickford.Renders.Videos;

namespace Bickford.Renders.Tests.Sora.Hostile;

/// <summary>Bodies without end, and bodies that would unpack to one.</summary>
public sealed class EndlessBodyTests
{
    private readonly ManualTimeProvider _clock = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(200, VideosFault.BadAnswer)]
    [InlineData(500, VideosFault.Unavailable)]
    public async Task A_json_answer_without_end_is_cut(int status, VideosFault fault)
    {
        await using var server = HostileAnswers.Endless($"HTTP/1.1 {status} X\r\nContent-Type: application/json\r\n\r\n{{\"id\":\"", "a");
        using var client = RealClient.To(server, _clock, static o => o.ReadAttempts = 1);

        var failure = await Should.ThrowAsync<VideosApiException>(() => client.GetAsync("v", Cancel));

        failure.Fault.ShouldBe(fault);
        failure.Message.Length.ShouldBeLessThan(1000);
        if (status == 200)
            failure.Message.ShouldContain($"longer than {Transport.MaxJson} bytes");
    }

    [Fact]
    public async Task A_create_whose_answer_has_no_end_may_have_taken_effect()
    {
        await using var server = HostileAnswers.Endless("HTTP/1.1 200 OK\r\n\r\n{\"id\":\"", "a");
        using var client = RealClient.To(server, _clock);

        var failure = await Should.ThrowAsync<VideosApiException>(() => client.CreateAsync(new CreateVideoRequest("x"), Cancel));

        (failure.Fault, failure.Effect).ShouldBe((VideosFault.BadAnswer, RequestEffect.Unknown));
        server.Requests.Length.ShouldBe(1);
    }

    [Fact]
    public async Task A_list_without_end_is_cut()
    {
        await using var server = HostileAnswers.Endless("HTTP/1.1 200 OK\r\n\r\n{\"data\":[", "{\"id\":\"v\"},");
        using var client = RealClient.To(server, _clock);

        (await Should.ThrowAsync<VideosApiException>(() => client.ListPageAsync(cancellationToken: Cancel))).Message.ShouldContain($"longer than {Transport.MaxPage} bytes");
    }

    [Theory]
    [InlineData(404, VideosFault.NotFound)]
    [InlineData(500, VideosFault.Unavailable)]
    public async Task An_error_in_the_place_of_a_file_that_has_no_end_is_cut(int status, VideosFault fault)
    {
        await using var server = new RawServer(async (connection, request, stop) =>
        {
            if (!request.Contains("/content", StringComparison.Ordinal))
            {
                await connection.WriteAsync(RawServer.Answer(200, HostileAnswers.Completed), stop);
                return;
            }

            await connection.WriteAsync($"HTTP/1.1 {status} X\r\n\r\n", stop);
            while (true)
                await connection.WriteAsync(new byte[65536], stop);
        });
        using var client = RealClient.To(server, _clock, static o => o.ReadAttempts = 1);

        (await Should.ThrowAsync<VideosApiException>(() => client.DownloadAsync("v", cancellationToken: Cancel))).Fault.ShouldBe(fault);
    }

    [Fact]
    public async Task A_page_of_html_in_the_place_of_a_file_that_trickles_is_not_read_to_be_quoted()
    {
        await using var server = HostileAnswers.Stalling("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 100000\r\n\r\n<");
        using var client = RealClient.To(server, _clock, static o => o.ReadTimeout = TimeSpan.FromHours(1));

        var download = client.DownloadAsync("v", cancellationToken: Cancel);
        _clock.Advance(await _clock.WaitForTimerAsync(static due => due == TimeSpan.FromSeconds(30), Cancel));

        var failure = await Should.ThrowAsync<VideosApiException>(() => download);
        (failure.Fault, server.Requests.Length).ShouldBe((VideosFault.BadAnswer, 1));
        failure.Message.ShouldContain("'text/html' instead of a file");
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    [InlineData("deflate")]
    [InlineData("gzip, gzip")]
    [InlineData("identity, gzip")]
    public async Task An_encoded_answer_is_not_unpacked(string encoding)
    {
        var bomb = HostileAnswers.Gzip(HostileAnswers.Gzip(new byte[8 << 20]));
        await using var server = new RawServer((connection, _, stop) => HostileAnswers.WriteAsync(connection, $"Content-Type: application/json\r\nContent-Encoding: {encoding}\r\n", bomb, stop));
        using var client = RealClient.To(server, _clock);

        Func<Task>[] calls =
        [
            () => client.GetAsync("v", Cancel), () => client.ListPageAsync(cancellationToken: Cancel), () => client.DeleteAsync("v", Cancel),
            () => client.CreateAsync(new CreateVideoRequest("x"), Cancel),
        ];
        foreach (var call in calls)
        {
            var failure = await Should.ThrowAsync<VideosApiException>(call);
            failure.Fault.ShouldBe(VideosFault.BadAnswer);
            failure.Message.ShouldContain($"encoded ('{encoding}')");
        }

        server.Requests.ShouldAllBe(static request => request.Contains("\r\nAccept-Encoding: identity\r\n", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    [InlineData("deflate, gzip")]
    public async Task An_encoded_file_is_not_unpacked(string encoding)
    {
        var bomb = HostileAnswers.Gzip(new byte[8 << 20]);
        await using var server = new RawServer((connection, _, stop) => HostileAnswers.WriteAsync(connection, $"{HostileAnswers.Video}Content-Encoding: {encoding}\r\n", bomb, stop));
        using var client = RealClient.To(server, _clock);

        var failure = await Should.ThrowAsync<VideosApiException>(() => client.DownloadAsync("v", cancellationToken: Cancel));

        (failure.Fault, failure.Message.Contains($"encoded ('{encoding}')", StringComparison.Ordinal)).ShouldBe((VideosFault.BadAnswer, true));
    }

    [Fact]
    public async Task An_error_that_is_encoded_is_told_by_its_status()
    {
        await using var server = new RawServer((connection, _, stop) => connection.WriteAsync(RawServer.Answer(401, "\u001f\u008b", headers: "Content-Encoding: gzip\r\n"), stop));
        using var client = RealClient.To(server, _clock);

        var failure = await Should.ThrowAsync<VideosApiException>(() => client.GetAsync("v", Cancel));

        failure.Fault.ShouldBe(VideosFault.Authentication);
        failure.Message.ShouldContain("encoded ('gzip')");
    }

    [Fact]
    public async Task Json_that_is_nested_without_end_is_no_answer()
    {
        await using var server = HostileAnswers.Once(RawServer.Answer(200, $"{{\"id\":\"v\",\"x\":{new string('[', 100_000)}"));
        using var client = RealClient.To(server, _clock);

        (await Should.ThrowAsync<VideosApiException>(() => client.GetAsync("v", Cancel))).Fault.ShouldBe(VideosFault.BadAnswer);
    }
}
