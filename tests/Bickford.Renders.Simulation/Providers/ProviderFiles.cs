using System.Globalization;

namespace Bickford.Renders.Simulation.Providers;

/// <summary>Files of a completed video, as the provider's dialect serves them.</summary>
internal static class ProviderFiles
{
    public static ProviderAnswer Of(Provider provider, ProviderVideo video, ProviderRequest request)
    {
        var habits = provider.Habits;
        if (!video.IsCompleted(provider.Now) || provider.Now < video.DoneAt + habits.ContentLate)
            return provider.Error(video.FailsWith is not null && provider.Now >= video.DoneAt ? 422 : 404, "not_ready", "There is no content yet");
        if (provider.Now >= video.ExpiresAt)
            return provider.Error(404, "expired", "The content has expired");

        var variant = request.Fields.GetValueOrDefault("variant", "video");
        if (variant != "video" && habits.Variants == Variants.Missing)
            return provider.Error(404, "not_found", "There is no such variant");
        if (habits.Variants == Variants.Ignored)
            variant = "video";
        if (habits.Redirects && !request.Fields.ContainsKey("signature"))
            return new ProviderAnswer(302, []) { Headers = { ["Location"] = $"/v1/videos/{video.Id}/content?variant={variant}&signature=1" } };

        var (bytes, type) = variant switch
        {
            "thumbnail" => (MediaFiles.Webp(video.Id), "image/webp"),
            "spritesheet" => (MediaFiles.Jpeg(video.Id), "image/jpeg"),
            _ => (video.Video(video.Version), "video/mp4"),
        };
        return Part(bytes, type, $"\"{video.Id[^6..]}-{variant}-{video.Version}\"", habits, request) with { FileOf = video, IsVideo = variant == "video" };
    }

    private static ProviderAnswer Part(byte[] bytes, string type, string etag, Habits habits, ProviderRequest request)
    {
        var isPart = habits is { HeedsRange: true, SaysETag: true } && request.From > 0 && (request.IfRange is null || request.IfRange == etag);
        if (isPart && request.From >= bytes.Length)
            return new ProviderAnswer(416, [], type);
        var answer = isPart ? new ProviderAnswer(206, bytes[(int)request.From..], type) : new ProviderAnswer(200, bytes, type);
        if (isPart)
            answer.Headers["Content-Range"] = string.Create(CultureInfo.InvariantCulture, $"bytes {request.From}-{bytes.Length - 1}/{bytes.Length}");
        if (habits.SaysETag)
            answer.Headers["ETag"] = etag;
        return answer;
    }
}
