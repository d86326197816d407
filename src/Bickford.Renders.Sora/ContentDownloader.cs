using System.Net;
using Bickford.Renders.Videos;

namespace Bickford.Renders.Sora;

/// <summary>Opens a video's files: follows redirects by hand, so that the token stays with the provider, and checks what comes back.</summary>
internal sealed class ContentDownloader(
    HttpClient http, ForeignHosts foreign, Endpoint endpoint, Resilience resilience, VideosApiOptions options, SafeText text, TimeProvider time)
{
    private const int MaxRedirects = 5;
    private const int MaxErrorBody = 64 * 1024;

    /// <summary>One attempt to open a file at <paramref name="start"/> or where it redirects to.</summary>
    /// <exception cref="VideosApiException">There is no such file, or the answer is none.</exception>
    public async Task<VideoContent> OpenAsync(Uri start, AssetKind kind, ContentResume? resume, CancellationToken cancellationToken)
    {
        var range = ContentRange.From(resume);
        var url = start;
        var own = endpoint.IsOwn(start);
        for (var redirects = 0; ;)
        {
            var response = await SendAsync(url, own, range, cancellationToken);
            var keep = false;
            try
            {
                if (IsRedirect(response.StatusCode))
                {
                    if (++redirects > MaxRedirects)
                        throw new VideosApiException(VideosFault.BadAnswer, $"content: more than {MaxRedirects} redirects");
                    url = ForeignHosts.Next(url, response.Headers.Location);
                    // Once elsewhere, the token is not sent again, also not when a stranger points back.
                    own = own && endpoint.IsOwn(url);
                    continue;
                }

                if (range is not null && range.IsOutdated(response))
                {
                    range = null;
                    continue;
                }

                var content = await ReadAsync(response, own, kind, range, cancellationToken);
                keep = true;
                return content;
            }
            finally
            {
                if (!keep)
                    response.Dispose();
            }
        }
    }

    private Task<HttpResponseMessage> SendAsync(Uri url, bool own, ContentRange? range, CancellationToken cancellationToken)
    {
        return own
            ? resilience.AttemptAsync(Send, cancellationToken)
            : resilience.ForeignAttemptAsync(Send, ForeignHosts.NameOf(url), cancellationToken);

        async Task<HttpResponseMessage> Send(CancellationToken token)
        {
            HttpResponseMessage response;
            try
            {
                using var request = own ? endpoint.Request(HttpMethod.Get, url) : Endpoint.Bare(HttpMethod.Get, url);
                range?.Apply(request.Headers);
                response = await (own ? http : foreign.Http).SendAsync(request, HttpCompletionOption.ResponseHeadersRead, token);
            }
            catch (Exception e) when (!own && ForeignHosts.RefusalIn(e) is { } refusal)
            {
                throw refusal;
            }
            catch (Exception e) when (Transport.IsBroken(e, token))
            {
                throw Transport.NoAnswer(e, own ? Transport.Server : ForeignHosts.NameOf(url));
            }

            if (response.IsSuccessStatusCode || IsRedirect(response.StatusCode) || (range is not null && response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable))
                return response;
            using (response)
                throw own ? await OwnFailureAsync(response, token) : ForeignFailure(response, url);
        }
    }

    private async Task<VideoContent> ReadAsync(HttpResponseMessage response, bool own, AssetKind kind, ContentRange? range, CancellationToken cancellationToken)
    {
        if (response.StatusCode is HttpStatusCode.Accepted or HttpStatusCode.NoContent or HttpStatusCode.ResetContent)
            throw Failure(response, VideosFault.NotFound, "the content is not there yet");
        var headers = response.Content.Headers;
        var type = headers.ContentType?.MediaType;
        if (IsText(type))
        {
            // What a host says that the provider points to is not repeated: it may be one that only we can reach.
            var said = own ? $": '{await ExcerptAsync(response, cancellationToken)}'" : $", from {ForeignHosts.NameOf(response.RequestMessage?.RequestUri)}";
            throw Failure(response, VideosFault.BadAnswer, $"'{SafeText.Clean(type!, 80)}' instead of a file{said}");
        }

        if (AnswerEncoding.Of(headers) is { } encoding)
            throw Failure(response, VideosFault.BadAnswer, $"the file is encoded ('{encoding}') although it was asked for as it is");
        if (!ContentRange.IsLengthClear(response))
            throw Failure(response, VideosFault.BadAnswer, "its Content-Length is no length, or two");

        var (offset, length) = ContentRange.Place(response, range)
            ?? throw Failure(response, VideosFault.BadAnswer, "the part that came is not the part that was asked for");
        var body = new ContentStream(await response.Content.ReadAsStreamAsync(cancellationToken), ContentRange.LengthOf(response), new DownloadPace(options), time);
        try
        {
            if (kind != AssetKind.Video && offset == 0 && IsMp4((await body.PeekAsync(12, cancellationToken)).Span))
                throw Failure(response, VideosFault.NotSupported, $"the server gives the video itself instead of the {kind}");
            return new VideoContent(body, offset, length, type, response.Headers.ETag?.ToString(), response);
        }
        catch (Exception e)
        {
            await body.DisposeAsync();
            if (e is IOException)
                throw Transport.NoAnswer(e, own ? Transport.Server : ForeignHosts.NameOf(response.RequestMessage?.RequestUri));
            throw;
        }
    }

    private async Task<VideosApiException> OwnFailureAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        try
        {
            return (await JsonAnswer.ReadAsync(response, MaxErrorBody, time.GetUtcNow(), cancellationToken)).Failure(Operation.Content, TextOf(response));
        }
        catch (Exception e) when (Transport.IsBroken(e, cancellationToken))
        {
            return Transport.NoAnswer(e, Transport.Server);
        }
    }

    /// <summary>
    /// A refusal elsewhere is about the signed address, which has run out or was never right: not about our key. Its text is not repeated,
    /// because object stores write the signature into it.
    /// </summary>
    private VideosApiException ForeignFailure(HttpResponseMessage response, Uri url)
    {
        var status = (int)response.StatusCode;
        var fault = status switch
        {
            408 or 409 or 425 or >= 500 => VideosFault.Unavailable,
            429 => VideosFault.RateLimit,
            _ => VideosFault.NotFound,
        };
        return Failure(response, fault, $"from {ForeignHosts.NameOf(url)}, where the server points to");
    }

    private VideosApiException Failure(HttpResponseMessage response, VideosFault fault, string message)
    {
        var headers = AnswerHeaders.From(response.Headers, time.GetUtcNow());
        return new VideosApiException(fault, $"{JsonAnswer.Name(Operation.Content)}: HTTP {(int)response.StatusCode}, {message}")
        {
            HttpStatus = (int)response.StatusCode,
            RetryAfter = headers.RetryAfter,
            RequestId = TextOf(response).Show(headers.RequestId),
        };
    }

    private async Task<string?> ExcerptAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        await using var body = new ContentStream(await response.Content.ReadAsStreamAsync(cancellationToken), null, new DownloadPace(options), time);
        try
        {
            return TextOf(response).Show(System.Text.Encoding.UTF8.GetString((await body.PeekAsync(4096, cancellationToken)).Span), 200);
        }
        catch (Exception e) when (e is IOException or VideosApiException)
        {
            return null; // it is no file whatever it says
        }
    }

    private SafeText TextOf(HttpResponseMessage response) => text.At(response.RequestMessage?.RequestUri);

    private static bool IsRedirect(HttpStatusCode status) => (int)status is 301 or 302 or 303 or 307 or 308;

    private static bool IsText(string? type) => type is not null
        && (type.StartsWith("text/", StringComparison.OrdinalIgnoreCase)
            || type.EndsWith("json", StringComparison.OrdinalIgnoreCase)
            || type.EndsWith("xml", StringComparison.OrdinalIgnoreCase));

    /// <summary>An MP4 begins with the length of its first box, then <c>ftyp</c>.</summary>
    private static bool IsMp4(ReadOnlySpan<byte> head) => head.Length >= 8 && head[4..8].SequenceEqual("ftyp"u8);
}
