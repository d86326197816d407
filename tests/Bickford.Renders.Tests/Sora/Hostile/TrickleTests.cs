using Bickford.Renders.Sora;
using Bickford.Renders.Tests.Support;
using Bickford.Renders.Videos;

namespace Bickford.Renders.Tests.Sora.Hostile;

/// <summary>Bodies that come so slowly that they would hold a transfer for days, and are never idle.</summary>
public sealed class TrickleTests
{
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(20);

    private readonly ManualTimeProvider _clock = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_byte_every_twenty_seconds_is_given_up_after_a_minute()
    {
        var (reads, failure) = await ReadSlowlyAsync(static _ => { });

        reads.ShouldBe(3);
        failure.ShouldContain("3 bytes in 60 s");
        failure.ShouldContain("Sora:MinBytesPerSecond");
    }

    [Fact]
    public async Task However_steadily_it_comes_a_try_has_an_end()
    {
        var (reads, failure) = await ReadSlowlyAsync(static o => (o.MinBytesPerSecond, o.DownloadTimeout) = (0, TimeSpan.FromSeconds(75)));

        reads.ShouldBe(4);
        failure.ShouldContain("Sora:DownloadTimeout");
    }

    [Fact]
    public void A_body_that_begins_to_trickle_later_is_seen_too()
    {
        var pace = new DownloadPace(new VideosApiOptions());
        for (var minute = 0; minute < 10; minute++)
            pace.Received(TimeSpan.FromMinutes(1), 100 << 20).ShouldBeNull();

        pace.Received(TimeSpan.FromSeconds(30), 15 << 10).ShouldBeNull();
        pace.Received(TimeSpan.FromSeconds(30), 15 << 10).ShouldNotBeNull().ShouldContain("30720 bytes in 60 s");
    }

    [Fact]
    public void What_is_just_fast_enough_goes_on_until_the_time_of_one_try_is_up()
    {
        var pace = new DownloadPace(new VideosApiOptions());

        for (var minute = 1; minute < 60; minute++)
            pace.Received(TimeSpan.FromMinutes(1), 60 * (16 << 10)).ShouldBeNull();

        pace.Received(TimeSpan.FromMinutes(1), 60 * (16 << 10)).ShouldNotBeNull().ShouldContain("60 min");
    }

    [Fact]
    public void The_last_wait_ends_with_the_time_of_the_try()
    {
        var pace = new DownloadPace(new VideosApiOptions { DownloadTimeout = TimeSpan.FromMinutes(1) });
        pace.Longest.ShouldBe(TimeSpan.FromSeconds(30));

        pace.Received(TimeSpan.FromSeconds(45), 1 << 20);

        pace.Longest.ShouldBe(TimeSpan.FromSeconds(15));
        pace.Idle.ShouldContain("Sora:DownloadTimeout");
    }

    [Theory]
    [InlineData(-1, 60)]
    [InlineData((1L << 30) + 1, 60)]
    [InlineData(0, 59)]
    [InlineData(0, 86401)]
    public void Limits_outside_of_what_is_allowed_are_refused(long bytesPerSecond, int seconds) =>
        new VideosApiOptionsValidator()
            .Validate(null, new VideosApiOptions { BaseUrl = "https://api.example.test/v1", MinBytesPerSecond = bytesPerSecond, DownloadTimeout = TimeSpan.FromSeconds(seconds) })
            .Failed.ShouldBeTrue();

    /// <summary>Reads a file that comes a byte every 20 seconds, until that is not waited for any more.</summary>
    private async Task<(int Reads, string Failure)> ReadSlowlyAsync(Action<VideosApiOptions> configure)
    {
        using var next = new SemaphoreSlim(0);
        await using var server = new RawServer(async (connection, _, stop) =>
        {
            await connection.WriteAsync("HTTP/1.1 200 OK\r\nContent-Type: video/mp4\r\nContent-Length: 1000000\r\n\r\n", stop);
            while (true)
            {
                await next.WaitAsync(stop);
                await connection.WriteAsync("x", stop);
            }
        });
        using var client = RealClient.To(server, _clock, configure);
        await using var content = await client.DownloadAsync("v", cancellationToken: Cancel);
        var buffer = new byte[100];
        for (var reads = 1; reads < 10; reads++)
        {
            var read = content.Body.ReadAsync(buffer, Cancel).AsTask();
            _clock.Advance(Step);
            next.Release();
            try
            {
                (await read).ShouldBe(1);
            }
            catch (VideosApiException e)
            {
                e.Fault.ShouldBe(VideosFault.Unavailable);
                return (reads, e.Message);
            }
        }

        throw new InvalidOperationException("it is waited for without end");
    }
}
