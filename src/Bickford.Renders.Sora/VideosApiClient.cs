using System.Runtime.CompilerServices;
using System.Text.Json;
using Bickford.Renders.Pacing;
using Bickford.Renders.Videos;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Bickford.Renders.Sora;

/// <summary>
/// Speaks the Videos protocol. Reads are retried with backoff behind a circuit breaker; a create or remix is one POST, whatever happens. Safe for use by many
/// threads; keep one for the life of the process, since the circuit breaker's memory is in it.
/// </summary>
/// <remarks>
/// A create that is cancelled after its body began to be sent throws a <see cref="VideosApiException"/> with <see cref="RequestEffect.Unknown"/>, and
/// not an <see cref="OperationCanceledException"/>: the video may exist and be billed. Cancelled before that, it throws the latter.
/// </remarks>
public sealed class VideosApiClient : IVideosApi, IDisposable
{
    private readonly VideosApiOptions _options;
    private readonly Endpoint _endpoint;
    private readonly SafeText _text;
    private readonly Resilience _resilience;
    private readonly Transport _transport;
    private readonly ForeignHosts _foreign;
    private readonly ContentDownloader _downloader;
    private readonly Func<string> _boundary;

    /// <summary>Makes a client by hand; <see cref="SoraServiceCollectionExtensions.UseVideosApi"/> does it for a host.</summary>
    /// <param name="http">Sends the requests. Its handler must not follow redirects, and its own time-out should be infinite: those of the options apply.</param>
    /// <param name="options">The settings; read once.</param>
    /// <param name="time">The clock of time-outs, waits and the circuit breaker.</param>
    /// <param name="jitter">Spreads the waits.</param>
    /// <param name="logger">Told of retries and of the circuit; null for none.</param>
    /// <param name="creates">
    /// Sends creates and remixes; null takes <paramref name="http"/>. With connections that are never used twice, no create is lost to a
    /// server that closes an idle connection just then.
    /// </param>
    /// <param name="pacing">
    /// Waited for before each attempt of a read, and told when the server asks to slow down; null for neither. Creates and remixes are sent at once: their caller waits.
    /// </param>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">A setting is not allowed.</exception>
    public VideosApiClient(HttpClient http, VideosApiOptions options, TimeProvider time, Random jitter, ILogger? logger = null, HttpClient? creates = null, RequestPacing? pacing = null)
    {
        VideosApiOptionsValidator.ThrowIfInvalid(options);
        var random = new Lock(); // Random is not made for many threads
        _options = options;
        _endpoint = new Endpoint(options);
        _text = new SafeText(options);
        _resilience = new Resilience(options, time, NextJitter, logger ?? NullLogger.Instance, pacing);
        _transport = new Transport(http, creates ?? http, _resilience, time);
        _foreign = new ForeignHosts(options, _endpoint.BaseUrl);
        _downloader = new ContentDownloader(http, _foreign, _endpoint, _resilience, options, _text, time);
        _boundary = NextBoundary;

        double NextJitter()
        {
            lock (random)
                return jitter.NextDouble();
        }

        string NextBoundary()
        {
            Span<byte> bytes = stackalloc byte[16];
            lock (random)
                jitter.NextBytes(bytes);
            return $"renders-{Convert.ToHexStringLower(bytes)}";
        }
    }

    /// <inheritdoc/>
    public Task<Video> CreateAsync(CreateVideoRequest request, CancellationToken cancellationToken = default)
    {
        var hint = CreateBody.IsJson(request, _options) ? "it was sent as JSON; for a server that takes forms only set Sora:Format=Multipart" : null;
        return PostAsync(Operation.Create, _endpoint.Videos, CreateBody.Of(request, _options, _boundary()), hint, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<Video> RemixAsync(string videoId, string prompt, CancellationToken cancellationToken = default) =>
        PostAsync(Operation.Remix, _endpoint.Video(videoId, "/remix"), CreateBody.OfRemix(prompt, _options, _boundary()), null, cancellationToken);

    /// <inheritdoc/>
    public Task<Video> EditAsync(string videoId, string prompt, CancellationToken cancellationToken = default) =>
        PostAsync(Operation.Edit, _endpoint.Edits, CreateBody.OfChange(videoId, prompt, null, _options, _boundary()), null, cancellationToken);

    /// <inheritdoc/>
    public Task<Video> ExtendAsync(string videoId, string prompt, int? seconds = null, CancellationToken cancellationToken = default) =>
        PostAsync(Operation.Extend, _endpoint.Extensions, CreateBody.OfChange(videoId, prompt, seconds, _options, _boundary()), null, cancellationToken);

    /// <inheritdoc/>
    public Task<Video> GetAsync(string videoId, CancellationToken cancellationToken = default)
    {
        var url = _endpoint.Video(videoId);
        return _resilience.RetryAsync(token => GetOnceAsync(videoId, url, token), cancellationToken);
    }

    /// <inheritdoc/>
    public Task<VideoPage> ListPageAsync(
        VideoOrder order = VideoOrder.Descending, string? after = null, int limit = 100, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(limit, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(limit, 100);
        var url = _endpoint.Page(order, after, limit);
        return _resilience.RetryAsync(token => _transport.ReadAsync(() => _endpoint.Request(HttpMethod.Get, url), Transport.MaxPage, Page, token), cancellationToken);

        VideoPage Page(JsonAnswer answer)
        {
            if (!answer.IsSuccess)
                throw answer.Failure(Operation.List, _text);
            using var json = answer.TryJson();
            var page = json is null ? null : PageParser.TryPage(json.RootElement, after, answer.Headers.Date, _endpoint.BaseUrl);
            return page is null ? throw answer.Unreadable(Operation.List, PageParser.Problem(json?.RootElement), _text) : page with { Videos = [.. page.Videos.Select(Safe)] };
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<Video> ListAsync(
        VideoOrder order = VideoOrder.Descending, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        const int Most = 100_000; // a list without end, of which every id is remembered
        var seen = new HashSet<string>(StringComparer.Ordinal);
        string? after = null;
        do
        {
            var page = await ListPageAsync(order, after, 100, cancellationToken);
            var before = seen.Count;
            foreach (var video in page.Videos)
            {
                if (seen.Add(video.Id))
                    yield return video;
            }

            // A page that brings nothing new is the end, whatever the server says: some do not understand `after`.
            after = seen.Count > before ? page.NextAfter : null;
            if (after is not null && seen.Count >= Most)
                throw new VideosApiException(VideosFault.BadAnswer, $"{JsonAnswer.Name(Operation.List)}: the list goes on after {seen.Count} videos");
        }
        while (after is not null);
    }

    /// <summary>
    /// Opens a file of a completed video as a stream; nothing is buffered. Where the server keeps no content at <c>/content</c> (404, 405, 501) but names an
    /// address in the video, that is taken. A range that the server cannot give (416), or that belongs to other bytes by now, starts from 0.
    /// </summary>
    /// <inheritdoc/>
    public Task<VideoContent> DownloadAsync(
        string videoId, AssetKind kind = AssetKind.Video, ContentResume? resume = null, CancellationToken cancellationToken = default)
    {
        var url = _endpoint.Content(videoId, kind);
        return _resilience.RetryAsync(OpenAsync, cancellationToken);

        async Task<VideoContent> OpenAsync(CancellationToken token)
        {
            try
            {
                return await _downloader.OpenAsync(url, kind, resume, token);
            }
            catch (VideosApiException e) when (kind == AssetKind.Video && e.HttpStatus is 404 or 405 or 501)
            {
                var video = await GetOnceAsync(videoId, _endpoint.Video(videoId), token);
                if (video.ContentUrl is not { } elsewhere)
                    throw;
                ForeignHosts.Check(_endpoint.BaseUrl, elsewhere);
                return await _downloader.OpenAsync(elsewhere, kind, resume, token);
            }
        }
    }

    /// <inheritdoc/>
    public Task<bool> DeleteAsync(string videoId, CancellationToken cancellationToken = default)
    {
        var url = _endpoint.Video(videoId);
        return _resilience.RetryAsync(token => _transport.ReadAsync(() => _endpoint.Request(HttpMethod.Delete, url), Transport.MaxJson, IsDeleted, token), cancellationToken);

        bool IsDeleted(JsonAnswer answer)
        {
            if (answer.Status is 404 or 410)
                return true;
            if (!answer.IsSuccess)
                throw answer.Failure(Operation.Delete, _text);
            if (answer.Encoding is not null || answer.IsCut)
                throw answer.Unreadable(Operation.Delete, "it cannot be read", _text);
            // {deleted:false} is the one way to say no; a Video, an empty body and silence all mean that it is gone.
            using var json = answer.TryJson();
            return json is null || LenientJson.Flag(json.RootElement, "deleted") != false;
        }
    }

    /// <summary>Frees the connections to other hosts; the clients that were handed in are their owner's.</summary>
    public void Dispose() => _foreign.Dispose();

    private Task<Video> GetOnceAsync(string videoId, Uri url, CancellationToken cancellationToken) =>
        _transport.ReadAsync(() => _endpoint.Request(HttpMethod.Get, url), Transport.MaxJson, answer => Video(answer, Operation.Get, videoId, null), cancellationToken);

    private Task<Video> PostAsync(Operation operation, Uri url, HttpContent body, string? hint, CancellationToken cancellationToken) =>
        _transport.PostAsync(() => _endpoint.Request(HttpMethod.Post, url), body, answer => Video(answer, operation, null, hint), cancellationToken);

    private Video Video(JsonAnswer answer, Operation operation, string? videoId, string? hint)
    {
        using var json = answer.TryJson();
        if (answer.IsSuccess)
        {
            return json is not null && VideoParser.TryVideo(json.RootElement, _endpoint.BaseUrl) is { } video
                ? Safe(video) with { PollAfter = answer.Headers.PollAfter }
                : throw answer.Unreadable(operation, "there is no video with an id in it", _text);
        }

        if (json is not null && VideoParser.TryEndedVideo(json.RootElement, videoId, _endpoint.BaseUrl) is { } ended)
            return Safe(ended);
        throw answer.Failure(operation, _text, answer.Status is 400 or 415 or 422 ? hint : null);
    }

    /// <summary>Without our secrets, should a server echo them.</summary>
    private Video Safe(Video video) => video with
    {
        StatusText = _text.Show(video.StatusText) ?? "",
        Error = video.Error is { } error ? new VideoError(_text.Show(error.Code, 100), _text.Show(error.Message)) : null,
    };
}
