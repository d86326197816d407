using System.Text;
using System.Text.Json;
using Bickford.Renders.Videos;

namespace Bickford.Renders.Sora;

/// <summary>An answer whose body was read into memory.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Headers">What the headers say.</param>
/// <param name="Body">The body, up to the cap.</param>
/// <param name="IsCut">Whether the body was longer than the cap.</param>
/// <param name="Encoding">How the body is packed, and so was not read; null where it is not.</param>
internal sealed record JsonAnswer(int Status, AnswerHeaders Headers, byte[] Body, bool IsCut, string? Encoding = null)
{
    /// <summary>Whether the status is a 2xx.</summary>
    public bool IsSuccess => Status is >= 200 and < 300;

    /// <summary>Reads an answer. Never more than <paramref name="maxBytes"/> are held, however long the server goes on.</summary>
    public static async Task<JsonAnswer> ReadAsync(HttpResponseMessage response, int maxBytes, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (AnswerEncoding.Of(response.Content.Headers) is { } encoding)
            return new JsonAnswer((int)response.StatusCode, AnswerHeaders.From(response.Headers, now), [], false, encoding);
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        using var held = new MemoryStream();
        var buffer = new byte[16 * 1024];
        int read;
        while (held.Length <= maxBytes && (read = await body.ReadAsync(buffer, cancellationToken)) > 0)
            held.Write(buffer, 0, read);
        var isCut = held.Length > maxBytes;
        if (isCut)
            held.SetLength(maxBytes);
        return new JsonAnswer((int)response.StatusCode, AnswerHeaders.From(response.Headers, now), held.ToArray(), isCut);
    }

    /// <summary>The body as JSON; null where it is none, or was cut.</summary>
    public JsonDocument? TryJson() => IsCut ? null : VideoParser.TryRead(Body);

    /// <summary>The failure that this answer reports.</summary>
    public VideosApiException Failure(Operation operation, SafeText text, string? hint = null)
    {
        using var json = TryJson();
        var error = json is null ? new ProviderError(Words(), null, null, null) : ProviderError.From(json.RootElement);
        var fault = AnswerPolicy.Fault(operation, Status, error);
        var code = text.Show(error.Code ?? error.Type, 100);
        var message = new StringBuilder($"{Name(operation)}: HTTP {Status}");
        if (code is not null)
            message.Append($" ({code})");
        if (Packed() is { } packed)
            message.Append($": {packed}");
        else if (text.Show(error.Message) is { Length: > 0 } words)
            message.Append($": {words}");
        if (text.Show(error.Param, 100) is { Length: > 0 } param)
            message.Append($" [{param}]");
        if (((fault == VideosFault.InvalidRequest ? hint : null) ?? Hint(operation, fault)) is { } advice)
            message.Append($"; {advice}");
        return Failure(operation, fault, message.ToString(), AnswerPolicy.Effect(operation, Status, fault), code, text);
    }

    /// <summary>A success that cannot be understood. For a create it may well have taken effect.</summary>
    public VideosApiException Unreadable(Operation operation, string what, SafeText text) => Failure(
        operation,
        VideosFault.BadAnswer,
        $"{Name(operation)}: HTTP {Status}, but {Packed() ?? $"{(IsCut ? $"the answer is longer than {Body.Length} bytes" : what)}: '{text.Show(Words(), 200)}'"}",
        operation.IsPaid() ? RequestEffect.Unknown : RequestEffect.None,
        code: null,
        text);

    /// <summary>An operation as it stands at the head of a message.</summary>
    public static string Name(Operation operation) => operation switch
    {
        Operation.Create => "POST /videos",
        Operation.Remix => "POST /videos/{id}/remix",
        Operation.Edit => "POST /videos/edits",
        Operation.Extend => "POST /videos/extensions",
        Operation.Get => "GET /videos/{id}",
        Operation.List => "GET /videos",
        Operation.Content => "GET /videos/{id}/content",
        _ => "DELETE /videos/{id}",
    };

    private VideosApiException Failure(Operation operation, VideosFault fault, string message, RequestEffect effect, string? code, SafeText text) =>
        new(fault, operation.IsPaid() && effect == RequestEffect.Unknown ? $"{message} (the video may exist all the same)" : message, effect)
        {
            HttpStatus = Status,
            Code = code,
            RetryAfter = Headers.RetryAfter,
            RequestId = text.Show(Headers.RequestId),
        };

    private string? Packed() => Encoding is null ? null : $"the answer is encoded ('{Encoding}') although it was asked for as it is";

    // Enough to find a secret whole before the text is cut to what a message may hold.
    private string Words() => System.Text.Encoding.UTF8.GetString(Body.AsSpan(0, Math.Min(Body.Length, 16 * 1024)));

    private string? Hint(Operation operation, VideosFault fault) => (operation, fault) switch
    {
        _ when Status is >= 300 and < 400 => "an address that redirects is not followed here: put the final one into Sora:BaseUrl",
        (_, VideosFault.Authentication) => "check Sora:ApiKey",
        (Operation.Remix or Operation.Edit or Operation.Extend, VideosFault.NotSupported) => "this server has no such operation",
        (Operation.Create or Operation.List, VideosFault.NotSupported) => "check Sora:BaseUrl, which usually ends in /v1",
        _ => null,
    };
}
