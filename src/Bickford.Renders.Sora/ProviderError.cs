using System.Text.Json;

namespace Bickford.Renders.Sora;

/// <summary>A server's own words on what went wrong, from any of the shapes servers use.</summary>
/// <param name="Message">For people.</param>
/// <param name="Type">Such as <c>invalid_request_error</c>.</param>
/// <param name="Code">Such as <c>moderation_blocked</c>; numbers as text.</param>
/// <param name="Param">The field it is about.</param>
internal readonly record struct ProviderError(string? Message, string? Type, string? Code, string? Param)
{
    private const int MaxCode = 100;

    // Longer than what is shown: secrets are taken out before the text is cut, so that no half of one remains.
    private const int MaxMessage = 4000;

    /// <summary>Whether nothing was said.</summary>
    public bool IsEmpty => this == default;

    /// <summary>
    /// Reads <c>{error:{message,type,param,code}}</c>, <c>{error:"…"}</c>, <c>{detail:"…"}</c>, <c>{detail:[{loc,msg}]}</c>, <c>{message,code}</c>,
    /// the inner object of the first, or plain text.
    /// </summary>
    public static ProviderError From(JsonElement json)
    {
        if (json.ValueKind == JsonValueKind.Array)
            return new ProviderError(OrNull(string.Join("; ", json.EnumerateArray().Take(5).Select(Item))), null, null, null);
        if (json.ValueKind != JsonValueKind.Object)
            return LenientJson.Text(json) is { } text ? new ProviderError(OrNull(SafeText.Clean(text, MaxMessage)), null, null, null) : default;

        // One level of nesting each; an envelope inside an envelope is not followed any further.
        if (LenientJson.TryField(json, "error", out var error))
            return error.ValueKind == JsonValueKind.Object ? Own(error) : From(error);
        var own = Own(json);
        return own.Message is null && LenientJson.TryField(json, "detail", out var detail)
            ? detail.ValueKind == JsonValueKind.Object ? Own(detail) : From(detail) with { Code = own.Code, Type = own.Type }
            : own;
    }

    private static ProviderError Own(JsonElement json) => new(
        Clean(json, "message", MaxMessage) ?? Clean(json, "msg", MaxMessage) ?? Clean(json, "detail", MaxMessage),
        Clean(json, "type", MaxCode),
        Clean(json, "code", MaxCode),
        Clean(json, "param", MaxCode));

    /// <summary>One entry of a validation report: <c>{"loc":["body","prompt"],"msg":"Field required"}</c>.</summary>
    private static string Item(JsonElement item)
    {
        if (item.ValueKind != JsonValueKind.Object)
            return From(item).Message ?? "";
        var message = Own(item).Message ?? "";
        return LenientJson.TryField(item, "loc", out var loc) && loc.ValueKind == JsonValueKind.Array
            ? $"{string.Join('.', loc.EnumerateArray().Take(10).Select(LenientJson.Text))}: {message}"
            : message;
    }

    private static string? Clean(JsonElement json, string name, int maxLength) =>
        LenientJson.Text(json, name) is { } text ? OrNull(SafeText.Clean(text, maxLength)) : null;

    private static string? OrNull(string text) => text.Length == 0 ? null : text;
}
