using Bickford.Renders.Videos;

namespace Bickford.Renders.Sora;

/// <summary>What an answer that is no success means: the table of the Videos protocol's errors, as pure functions.</summary>
internal static class AnswerPolicy
{
    private static readonly HashSet<string> PolicyCodes = new(StringComparer.OrdinalIgnoreCase)
    {
        "moderation_blocked", "content_filter", "content_policy_violation", "sentinel_block",
    };

    private static readonly HashSet<string> QuotaCodes = new(StringComparer.OrdinalIgnoreCase)
    {
        "insufficient_quota", "credit_balance_exhausted", "billing_hard_limit_reached",
    };

    /// <summary>Which kind of failure this is.</summary>
    /// <param name="operation">What was asked.</param>
    /// <param name="status">The HTTP status.</param>
    /// <param name="error">The server's words.</param>
    public static VideosFault Fault(Operation operation, int status, ProviderError error)
    {
        if (Says(error, PolicyCodes.Contains))
            return VideosFault.Policy;
        if (status < 500 && Says(error, IsQuota))
            return VideosFault.Quota;
        if (Says(error, static word => word.Equals("slow_down", StringComparison.OrdinalIgnoreCase)))
            return VideosFault.RateLimit;
        return status switch
        {
            // By definition not acted upon, and never so at this address: to send a paid request there again would only be asking for trouble.
            307 or 308 when operation.IsPaid() => VideosFault.NotSupported,
            401 or 403 => VideosFault.Authentication,
            402 => VideosFault.Quota,
            404 or 410 => Missing(operation, error),
            405 or 501 => VideosFault.NotSupported,
            408 or 409 or 425 => VideosFault.Unavailable,
            // A job that failed has no content, and says so with 422 on some servers.
            422 when operation == Operation.Content => VideosFault.NotFound,
            429 => VideosFault.RateLimit,
            >= 400 and < 500 => VideosFault.InvalidRequest,
            >= 500 => VideosFault.Unavailable,
            _ => VideosFault.BadAnswer,
        };
    }

    /// <summary>Whether a paid POST that was answered like this may have taken effect all the same.</summary>
    public static RequestEffect Effect(Operation operation, int status, VideosFault fault) => operation switch
    {
        _ when !operation.IsPaid() => RequestEffect.None,
        _ when fault is VideosFault.Policy or VideosFault.Quota => RequestEffect.None,
        _ => status switch
        {
            // 307 and 308 say by definition that the request was not acted upon; 501 that the server has no such operation.
            307 or 308 or 501 => RequestEffect.None,
            408 or 409 => RequestEffect.Unknown,
            >= 400 and < 500 => RequestEffect.None,
            _ => RequestEffect.Unknown,
        },
    };

    private static VideosFault Missing(Operation operation, ProviderError error) => operation switch
    {
        Operation.Get or Operation.Content or Operation.Delete => VideosFault.NotFound,
        // An error with a type or code was written by the operation itself: an unknown model, an unknown source video.
        Operation.Create when error.Type is not null || error.Code is not null => VideosFault.InvalidRequest,
        Operation.Remix or Operation.Edit or Operation.Extend when error.Type is not null || error.Code is not null => VideosFault.NotFound,
        _ => VideosFault.NotSupported,
    };

    private static bool IsQuota(string word) =>
        QuotaCodes.Contains(word)
        || word.EndsWith("_spend_limit_exceeded", StringComparison.OrdinalIgnoreCase)
        || word.EndsWith("_usage_limit_exceeded", StringComparison.OrdinalIgnoreCase);

    private static bool Says(ProviderError error, Func<string, bool> test) =>
        (error.Code is { } code && test(code)) || (error.Type is { } type && test(type));
}
