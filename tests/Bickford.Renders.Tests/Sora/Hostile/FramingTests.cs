using Bickford.Renders.Tests.Support;
using Bickford.Renders.Videos;

namespace Bickford.Renders.Tests.Sora.Hostile;

/// <summary>Answers whose frame lies: lengths, chunks, trailers, headers without end.</summary>
public sealed class FramingTests
{
    private readonly ManualTimeProvider _clock = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("-5")]
    [InlineData("5\r\nContent-Length: 9")]
    [InlineData("99999999999999999999999")]
    [InlineData("0x10")]
    [InlineData("5, 9")]
    public async Task A_length_that_is_none_or_two_is_refused(string length)
    {
        await using var server = HostileAnswers.Once($"HTTP/1.1 200 OK\r\n{HostileAnswers.Video}Content-Length: {length}\r\n\r\nfive+four");
        using var client = RealClient.To(server, _clock, static o => o.ReadAttempts = 1);

        var failure = (await HostileAnswers.FetchFailureAsync(client)).ShouldBeOfType<VideosApiException>();

        failure.Fault.ShouldBe(VideosFault.BadAnswer);
        failure.Message.ShouldContain("Content-Length");
    }

    [Fact]
    public async Task What_comes_after_the_announced_length_belongs_to_no_file_and_to_no_later_answer()
    {
        await using var server = new RawServer(static (connection, _, stop) =>
            connection.WriteAsync(RawServer.Answer(200, "the file", "video/mp4") + RawServer.Answer(200, """{"id":"forged","status":"completed"}"""), stop));
        using var client = RealClient.To(server, _clock);

        (await HostileAnswers.FetchAsync(client)).ShouldBe("the file"u8.ToArray());
        (await HostileAnswers.FetchAsync(client)).ShouldBe("the file"u8.ToArray());

        server.Connections.ShouldBe(2);
    }

    [Fact]
    public async Task A_length_beside_chunks_does_not_count()
    {
        await using var server = HostileAnswers.Once(HostileAnswers.Chunked(headers: HostileAnswers.Video + "Content-Length: 1\r\n") + "8\r\nthe file\r\n0\r\n\r\n");
        using var client = RealClient.To(server, _clock);

        var content = await client.DownloadAsync("v", cancellationToken: Cancel);

        content.Length.ShouldBeNull();
        (await ContentTests.BytesAsync(content)).ShouldBe("the file"u8.ToArray());
    }

    [Theory]
    [InlineData("FFFFFFFFFFFFFFFFF\r\nx")]
    [InlineData("7FFFFFFFFFFFFFFF\r\nx")]
    [InlineData("-1\r\nx")]
    [InlineData("nonsense\r\nx")]
    [InlineData("4\r\nfile")]
    public async Task Chunks_that_cannot_be_are_a_broken_download(string chunks)
    {
        await using var server = HostileAnswers.Once(HostileAnswers.Chunked() + chunks);
        using var client = RealClient.To(server, _clock, static o => o.ReadAttempts = 1);

        await HostileAnswers.FetchFailureAsync(client);
    }

    [Theory]
    [InlineData("4;x=")] // a chunk's extension
    [InlineData("4\r\nfile\r\n0\r\nX-Trailer: ")]
    [InlineData("4\r\nfile\r\n0\r\nX-Trailer: 1\r\nX-Trailer: ")]
    public async Task Extensions_and_trailers_without_end_break_the_download(string start)
    {
        await using var server = HostileAnswers.Endless(HostileAnswers.Chunked() + start, "a");
        using var client = RealClient.To(server, _clock, static o => o.ReadAttempts = 1);

        await HostileAnswers.FetchFailureAsync(client);
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nX-Long: ", "a")]
    [InlineData("HTTP/1.1 200 OK\r\n", "X-Many: 1\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\n", "a")]
    [InlineData("", "HTTP/1.1 103 Early Hints\r\n\r\n")]
    public async Task Headers_without_end_are_no_answer(string start, string piece)
    {
        await using var server = HostileAnswers.Endless(start, piece);
        using var client = RealClient.To(server, _clock, static o => o.ReadAttempts = 1);

        foreach (var call in new Func<Task>[] { () => client.GetAsync("v", Cancel), () => client.DownloadAsync("v", cancellationToken: Cancel) })
            (await Should.ThrowAsync<VideosApiException>(call)).Message.ShouldContain("65536 bytes");
    }

    [Fact]
    public async Task Headers_that_trickle_are_no_answer_within_the_time_of_a_read()
    {
        await using var server = HostileAnswers.Stalling("HTTP/1.1 200 OK\r\nX-Slow: ");
        using var client = RealClient.To(server, _clock, static o => o.ReadAttempts = 1);

        var download = client.DownloadAsync("v", cancellationToken: Cancel);
        await RealClient.WaitUntilAsync(() => server.Requests.Length == 1);
        _clock.Advance(TimeSpan.FromSeconds(30));
        (await Should.ThrowAsync<VideosApiException>(() => download)).Message.ShouldContain("Sora:ReadTimeout");
    }
}
