using Bickford.Renders.Sora;

namespace Bickford.Renders.Tests.Sora;

public class AnswerHeadersTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private static AnswerHeaders Read(params (string Name, string Value)[] headers)
    {
        using var response = new HttpResponseMessage();
        foreach (var (name, value) in headers)
            response.Headers.TryAddWithoutValidation(name, value);
        return AnswerHeaders.From(response.Headers, Now);
    }

    [Fact]
    public void Milliseconds_come_before_seconds() =>
        Read(("retry-after-ms", "1500"), ("Retry-After", "9")).RetryAfter.ShouldBe(TimeSpan.FromMilliseconds(1500));

    [Theory]
    [InlineData("7", 7.0)]
    [InlineData("0.5", 0.5)]
    [InlineData("Sun, 01 Mar 2026 12:00:20 GMT", 20.0)]
    [InlineData("Sun, 01 Mar 2026 11:00:00 GMT", 0.0)]
    [InlineData("99999999999999999999", 30.0 * 24 * 3600)]
    [InlineData("-5", null)]
    [InlineData("NaN", null)]
    [InlineData("soon", null)]
    public void A_wait_may_be_seconds_or_a_date(string value, double? seconds) =>
        (Read(("Retry-After", value)).RetryAfter?.TotalSeconds).ShouldBe(seconds);

    [Fact]
    public void A_date_is_measured_by_the_servers_own_clock() =>
        Read(("Retry-After", "Sun, 01 Mar 2026 15:00:10 GMT"), ("Date", "Sun, 01 Mar 2026 15:00:00 GMT")).RetryAfter.ShouldBe(TimeSpan.FromSeconds(10));

    [Fact]
    public void Reads_request_id_poll_hint_and_date()
    {
        var headers = Read(("x-request-id", "req_1"), ("openai-poll-after-ms", "2500"), ("Date", "Sun, 01 Mar 2026 11:59:00 GMT"));

        headers.RequestId.ShouldBe("req_1");
        headers.PollAfter.ShouldBe(TimeSpan.FromMilliseconds(2500));
        headers.Date.ShouldBe(Now.AddMinutes(-1));
    }

    [Fact]
    public void Without_headers_nothing_is_known() => Read().ShouldBe(new AnswerHeaders(null, null, null, null));
}
