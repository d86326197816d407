using Bickford.Renders.Policies;
using Bickford.Renders.Sora;
using Bickford.Renders.Tests.Support;

namespace Bickford.Renders.Tests.Sora;

/// <summary>Whatever stands in the headers, a wait is a time that can be waited for.</summary>
public sealed class AnswerHeadersPropertyTests
{
    private static readonly string[] Names =
    [
        "retry-after", "Retry-After", "retry-after-ms", "openai-poll-after-ms", "x-request-id", "Date",
        "x-ratelimit-limit-requests", "x-ratelimit-remaining-requests", "x-ratelimit-reset-requests",
    ];

    [Fact]
    public void Every_wait_is_between_nothing_and_thirty_days() => Fuzz.Check(10_000, Headers, headers =>
    {
        using var response = new HttpResponseMessage();
        foreach (var (name, value) in headers)
            response.Headers.TryAddWithoutValidation(name, value);

        var read = AnswerHeaders.From(response.Headers, Rows.Now);

        foreach (var wait in new[] { read.RetryAfter, read.PollAfter })
        {
            (wait is null || (wait >= TimeSpan.Zero && wait <= TimeSpan.FromDays(30))).ShouldBeTrue($"{wait}");
            Backoff.NextTry(3, Rows.Options().Retry, wait, 1).ShouldBeLessThanOrEqualTo(Backoff.LongestHint * 2);
            LookSchedule.Next(3, TimeSpan.Zero, null, default, Rows.Options().Poll, wait, 1).ShouldBeLessThanOrEqualTo(Backoff.LongestHint);
        }

        if (read.RequestId is { } id)
            (id.Length is > 0 and <= 201 && !id.Any(char.IsControl)).ShouldBeTrue(id);
        // What is measured by the server's clock must leave room in the calendar, forwards and backwards.
        if (read.Date is { } date)
            (date - Rows.Now).Duration().ShouldBeLessThan(TimeSpan.FromDays(36_526));
    });

    private static (string Name, string Value)[] Headers(Random random) =>
        [.. Enumerable.Range(0, random.Next(6)).Select(_ => (random.Pick(Names), Arbitrary.Amount(random)))];
}
