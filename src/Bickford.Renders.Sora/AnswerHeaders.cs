using System.Globalization;
using System.Net.Http.Headers;

namespace Bickford.Renders.Sora;

/// <summary>What an answer's headers tell the client.</summary>
/// <param name="RequestId">The provider's name for the request.</param>
/// <param name="RetryAfter">How long it asks to wait.</param>
/// <param name="PollAfter">When it asks to be looked at again.</param>
/// <param name="Date">Its clock, whole seconds; null where it says none, or one of another century.</param>
internal sealed record AnswerHeaders(string? RequestId, TimeSpan? RetryAfter, TimeSpan? PollAfter, DateTimeOffset? Date)
{
    // Long enough for any honest quota window, short enough for every timer.
    private static readonly TimeSpan Longest = TimeSpan.FromDays(30);

    // A clock that was never set stands at 1970. What is further off is no clock, and adding its distance to a time could leave the calendar.
    private static readonly TimeSpan FurthestClock = TimeSpan.FromDays(36_525);

    /// <summary>Reads the headers.</summary>
    /// <param name="headers">The answer's.</param>
    /// <param name="now">Our clock, for a <c>Retry-After</c> that is a date where the server does not tell its own.</param>
    public static AnswerHeaders From(HttpResponseHeaders headers, DateTimeOffset now)
    {
        var date = headers.Date is { } told && (told - now).Duration() <= FurthestClock ? told : (DateTimeOffset?)null;
        return new AnswerHeaders(
            Value(headers, "x-request-id") is { } id && SafeText.Clean(id, 200) is { Length: > 0 } clean ? clean : null,
            Span(Value(headers, "retry-after-ms"), 1) ?? Span(Value(headers, "retry-after"), 1000) ?? Until(Value(headers, "retry-after"), date ?? now),
            Span(Value(headers, "openai-poll-after-ms"), 1),
            date);
    }

    private static string? Value(HttpResponseHeaders headers, string name) =>
        headers.NonValidated.TryGetValues(name, out var values) ? values.FirstOrDefault() : null;

    private static TimeSpan? Span(string? text, double millisecondsPerUnit) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number >= 0
            ? TimeSpan.FromMilliseconds(Math.Min(number * millisecondsPerUnit, Longest.TotalMilliseconds))
            : null;

    private static TimeSpan? Until(string? text, DateTimeOffset now)
    {
        const DateTimeStyles Utc = DateTimeStyles.AssumeUniversal | DateTimeStyles.AllowWhiteSpaces;
        if (!DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, Utc, out var at))
            return null;
        var wait = at - now;
        return wait < TimeSpan.Zero ? TimeSpan.Zero : wait > Longest ? Longest : wait;
    }
}
