using System.Globalization;
using Microsoft.Net.Http.Headers;

namespace Bickford.Renders.Simulator;

/// <summary>Hands out media: through the API, or through the signed URL a redirect leads to.</summary>
internal sealed class ContentEndpoint(
    SimulatorOptions options, VideoLibrary videos, ContentShelf shelf, FaultyService service, AnswerWriter writer, SignedUrls urls, RequestLog requests)
{
    private static readonly string[] Variants = ["video", "thumbnail", "spritesheet"];

    // These spoil an answer that carries content; where there is none yet they wait for one that does.
    private static readonly FaultKind[] NeedContent =
    [
        FaultKind.Slow, FaultKind.Truncate, FaultKind.Stall, FaultKind.Garbage, FaultKind.WrongLength, FaultKind.NotReady, FaultKind.Redirect,
    ];

    private bool HasVariants => options.Dialect is not (Dialect.VllmOmni or Dialect.Sglang);

    /// <summary>GET /v1/videos/{id}/content</summary>
    public Task ApiAsync(HttpContext context)
    {
        var video = Find(context);
        var variant = Variant(context);
        if (options.Dialect == Dialect.Gateway)
        {
            RefuseUnlessReady(video);
            return writer.WriteAsync(context, Redirect(context, video, variant));
        }

        return ServeAsync(context, video, variant, signed: false);
    }

    /// <summary>GET /files/{id}</summary>
    public Task SignedAsync(HttpContext context)
    {
        var video = Find(context);
        var variant = Variant(context);
        if (context.Request.Headers.Authorization.Count > 0 || context.Request.Headers.ContainsKey("api-key"))
        {
            requests.CountRefusedToken();
            throw new RefusalException(400, "Only one authentication mechanism is allowed: this URL is signed, send no token.") { Code = "unexpected_authorization" };
        }

        if (!urls.IsValid(video, variant, context.Request.Query["signature"]))
            throw new RefusalException(403, "The signature does not match.") { Code = "signature_mismatch" };
        return ServeAsync(context, video, variant, signed: true);
    }

    private Task ServeAsync(HttpContext context, SimulatedVideo video, string variant, bool signed)
    {
        var ready = Moment(video).Content == ContentState.Ready;
        return service.ServeAsync(
            context,
            new FaultTarget(FaultOperation.Content, video.Prompt, video.Ordinal, variant),
            async (marks, fault) =>
            {
                var marked = videos.Mark(video.Id, marks) ?? throw RefusalException.NoSuchVideo(video.Id);
                if (fault?.Kind == FaultKind.NotReady)
                    throw NotReady();
                RefuseUnlessReady(marked);
                return fault?.Kind == FaultKind.Redirect
                    ? Redirect(context, marked, variant)
                    : Ranged(context.Request, await shelf.GetAsync(marked, variant));
            },
            rule => (ready || !NeedContent.Contains(rule.Kind)) && !(signed && rule.Kind == FaultKind.Redirect));
    }

    private Answer Ranged(HttpRequest request, SimulatedContent content)
    {
        var type = options.Dialect is Dialect.LiteLlm ? "video/mp4" : content.ContentType;
        var whole = new Answer(200, type, content.Body) { Headers = [("ETag", content.ETag)] };
        if (!options.SupportsRange)
            return whole;
        whole = whole with { Headers = [.. whole.Headers, ("Accept-Ranges", "bytes")] };

        var ifRange = request.Headers.IfRange.ToString();
        if (ifRange.Length > 0 && ifRange != content.ETag)
            return whole;
        if (!RangeHeaderValue.TryParse(request.Headers.Range.ToString(), out var header) || header.Unit != "bytes" || header.Ranges.Count != 1)
            return whole;

        var range = header.Ranges.Single();
        var first = range.From ?? Math.Max(0, content.Length - range.To!.Value);
        var last = range.From is null ? content.Length - 1 : Math.Min(range.To ?? long.MaxValue, content.Length - 1);
        if (first > last)
        {
            return new Answer(416, "text/plain", new BytesBody(Array.Empty<byte>()))
            {
                Headers = [("Content-Range", string.Create(CultureInfo.InvariantCulture, $"bytes */{content.Length}"))],
            };
        }

        return whole with
        {
            Status = 206,
            Offset = first,
            Count = last - first + 1,
            Headers = [.. whole.Headers, ("Content-Range", string.Create(CultureInfo.InvariantCulture, $"bytes {first}-{last}/{content.Length}"))],
        };
    }

    private void RefuseUnlessReady(SimulatedVideo video)
    {
        switch (Moment(video).Content)
        {
            case ContentState.NotYet:
                throw NotReady();
            case ContentState.Failed:
                throw new RefusalException(options.Dialect == Dialect.VllmOmni ? 422 : 404, "The video generation failed; there is no content.") { Code = "video_failed" };
            case ContentState.Expired:
                throw new RefusalException(404, "The content of this video has expired.") { Code = "video_expired" };
        }
    }

    private static RefusalException NotReady() =>
        new(404, "Video is not ready yet, use GET /v1/videos/{video_id} to check status.") { Code = "video_not_ready" };

    private Answer Redirect(HttpContext context, SimulatedVideo video, string variant) =>
        new(302, "text/plain", new BytesBody(Array.Empty<byte>())) { Headers = [("Location", urls.For(context.Request, video, variant))] };

    private VideoMoment Moment(SimulatedVideo video) => VideoTimeline.At(video, options.Clock.GetUtcNow(), options.ContentLifetime);

    private SimulatedVideo Find(HttpContext context)
    {
        var id = (string)context.Request.RouteValues["id"]!;
        return videos.Find(id) ?? throw RefusalException.NoSuchVideo(id);
    }

    private string Variant(HttpContext context)
    {
        var asked = context.Request.Query["variant"].ToString();
        if (asked.Length == 0 || !HasVariants)
            return "video";
        return Variants.Contains(asked)
            ? asked
            : throw RefusalException.Invalid("variant", "invalid_value", $"Invalid value: '{asked}'. Supported values are: 'video', 'thumbnail', 'spritesheet'.");
    }
}
