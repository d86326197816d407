using System.Globalization;
using System.Text.Json;
using Bickford.Renders.Videos;

namespace Bickford.Renders.Sora;

/// <summary>Reads a server's JSON, whatever dialect it is in. Pure: bytes in, values out.</summary>
internal static class VideoParser
{
    /// <summary>Reads a body as JSON.</summary>
    /// <returns>Null where it is not JSON, or is nested deeper than 64 levels.</returns>
    public static JsonDocument? TryRead(ReadOnlyMemory<byte> body)
    {
        if (body.Span.StartsWith("\uFEFF"u8))
            body = body[3..];
        try
        {
            return JsonDocument.Parse(body);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Reads a Video.</summary>
    /// <param name="json">The object.</param>
    /// <param name="baseUrl">What a relative content address is relative to.</param>
    /// <returns>Null where it has no usable id.</returns>
    public static Video? TryVideo(JsonElement json, Uri baseUrl)
    {
        var id = LenientJson.Text(json, "id");
        if (!VideoId.IsRight(id))
            return null;
        var word = Short(json, "status") ?? "";
        var status = Status(word);
        return new Video(id!, status)
        {
            StatusText = word,
            Progress = Progress(json),
            Model = Short(json, "model"),
            Size = Short(json, "size"),
            Seconds = Seconds(json),
            Prompt = LenientJson.Text(json, "prompt"),
            RemixedFromVideoId = LenientJson.Text(json, "remixed_from_video_id") is { } source && VideoId.IsRight(source) ? source : null,
            CreatedAt = LenientJson.Time(json, "created_at"),
            CompletedAt = LenientJson.Time(json, "completed_at"),
            ExpiresAt = LenientJson.Time(json, "expires_at"),
            Error = Error(json, status),
            ContentUrl = ContentUrl(json, "url", baseUrl) ?? ContentUrl(json, "video_url", baseUrl),
        };
    }

    /// <summary>
    /// The Video in an answer with an HTTP error status: some servers report a failed job that way. It must name its id and a status that ends a
    /// job, and be the video that was asked for (or call itself one), so that an error envelope with an id of its own is not mistaken for it.
    /// </summary>
    public static Video? TryEndedVideo(JsonElement json, string? askedFor, Uri baseUrl) =>
        TryVideo(json, baseUrl) is { Status: VideoStatus.Failed or VideoStatus.Cancelled or VideoStatus.Expired or VideoStatus.Deleted } video
        && (LenientJson.Text(json, "object") == "video" || video.Id == askedFor)
            ? video
            : null;

    /// <summary>The status that a word means.</summary>
    public static VideoStatus Status(string word) => word.Trim().ToUpperInvariant() switch
    {
        "QUEUED" or "SUBMITTED" => VideoStatus.Queued,
        "IN_PROGRESS" or "PROCESSING" => VideoStatus.InProgress,
        "COMPLETED" => VideoStatus.Completed,
        "FAILED" => VideoStatus.Failed,
        "CANCELLED" or "CANCELED" => VideoStatus.Cancelled,
        "EXPIRED" => VideoStatus.Expired,
        "DELETED" => VideoStatus.Deleted,
        _ => VideoStatus.Unknown,
    };

    private static int? Progress(JsonElement json) =>
        LenientJson.Number(json, "progress") is { } number ? (int)Math.Clamp(number, 0, 100) : null;

    private static string? Seconds(JsonElement json) =>
        LenientJson.Number(json, "seconds") is { } number
            ? number.ToString("0.############", CultureInfo.InvariantCulture)
            : Short(json, "seconds");

    private static VideoError? Error(JsonElement json, VideoStatus status)
    {
        var error = LenientJson.TryField(json, "error", out var value) ? ProviderError.From(value) : default;
        // {"detail": …} beside the status, where a server has no error object.
        if (error.IsEmpty && status == VideoStatus.Failed)
            error = ProviderError.From(json) with { Code = null, Type = null };
        return error.IsEmpty ? null : new VideoError(error.Code ?? error.Type, error.Message);
    }

    private static Uri? ContentUrl(JsonElement json, string name, Uri baseUrl) =>
        LenientJson.Text(json, name) is { Length: > 0 and <= 8192 } text && Uri.TryCreate(baseUrl, text, out var url)
        && (url.Scheme == Uri.UriSchemeHttps || url.Scheme == Uri.UriSchemeHttp) && url.UserInfo.Length == 0
            ? url
            : null;

    private static string? Short(JsonElement json, string name) =>
        LenientJson.Text(json, name) is { } text && SafeText.Clean(text, 200) is { Length: > 0 } clean ? clean : null;
}
