using System.Text.Json.Nodes;

namespace Bickford.Renders.Simulator;

/// <summary>Error bodies in the form of each server.</summary>
internal static class ErrorJson
{
    public static Answer Of(RefusalException refusal, Dialect dialect) =>
        Of(dialect, refusal.Status, refusal.Message, refusal.Type, refusal.Param, refusal.Code);

    public static Answer Of(FaultRule rule, Dialect dialect)
    {
        if (rule.Kind == FaultKind.Moderation)
            return Of(dialect, 400, rule.Message ?? Texts.Moderation, rule.Type ?? "invalid_request_error", null, rule.Code ?? "moderation_blocked");
        var (type, code, message) = rule.Status switch
        {
            401 => ("invalid_request_error", "invalid_api_key", "Incorrect API key provided."),
            429 => ("requests", "rate_limit_exceeded", "Rate limit reached for requests."),
            >= 500 => ("server_error", null, "The server had an error while processing your request."),
            _ => ("invalid_request_error", (string?)null, "The request was refused."),
        };
        var headers = new List<(string, string)>();
        if (rule.RetryAfter is { } after)
            headers.Add(("Retry-After", Math.Ceiling(after.TotalSeconds).ToString("0", null)));
        if (rule.RetryAfterMs is { } afterMs)
            headers.Add(("retry-after-ms", afterMs.TotalMilliseconds.ToString("0", null)));
        return Of(dialect, rule.Status, rule.Message ?? message, rule.Type ?? type, null, rule.Code ?? code) with { Headers = headers };
    }

    private static Answer Of(Dialect dialect, int status, string message, string type, string? param, string? code) =>
        Answer.OfJson(status, dialect is Dialect.VllmOmni or Dialect.Sglang
            ? new JsonObject { ["detail"] = code is null || param is not null ? message : $"{message} ({code})" }
            : new JsonObject
            {
                ["error"] = new JsonObject { ["message"] = message, ["type"] = type, ["param"] = param, ["code"] = code },
            });
}
