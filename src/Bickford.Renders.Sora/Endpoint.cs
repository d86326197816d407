using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Bickford.Renders.Videos;

namespace Bickford.Renders.Sora;

/// <summary>The provider's addresses, and requests to them with the headers that only the provider may see.</summary>
internal sealed class Endpoint
{
    private static readonly ProductInfoHeaderValue Agent =
        new("Bickford-Renders", typeof(Endpoint).Assembly.GetName().Version!.ToString(3));

    private static readonly StringWithQualityHeaderValue Identity = new("identity");

    private readonly VideosApiOptions _options;

    public Endpoint(VideosApiOptions options)
    {
        _options = options;
        BaseUrl = new Uri(options.BaseUrl.TrimEnd('/') + "/");
    }

    /// <summary>The base address; ends in a slash.</summary>
    public Uri BaseUrl { get; }

    /// <summary><c>/videos</c>.</summary>
    public Uri Videos => new(BaseUrl, "videos");

    /// <summary><c>/videos/edits</c>.</summary>
    public Uri Edits => new(BaseUrl, "videos/edits");

    /// <summary><c>/videos/extensions</c>.</summary>
    public Uri Extensions => new(BaseUrl, "videos/extensions");

    /// <summary>A page of <c>/videos</c>.</summary>
    public Uri Page(VideoOrder order, string? after, int limit)
    {
        var query = string.Create(CultureInfo.InvariantCulture, $"videos?limit={limit}&order={(order == VideoOrder.Ascending ? "asc" : "desc")}");
        return new Uri(BaseUrl, after is null ? query : $"{query}&after={VideoId.Segment(after)}");
    }

    /// <summary><c>/videos/{id}</c>, or below it.</summary>
    public Uri Video(string id, string below = "") => new(BaseUrl, $"videos/{VideoId.Segment(id)}{below}");

    /// <summary>Where a file lies. The video is the default: servers without variants need not understand the word.</summary>
    public Uri Content(string id, AssetKind kind) => Video(id, kind switch
    {
        AssetKind.Video => "/content",
        AssetKind.Thumbnail => "/content?variant=thumbnail",
        AssetKind.Spritesheet => "/content?variant=spritesheet",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "allowed: Video, Thumbnail, Spritesheet"),
    });

    /// <summary>Whether an address is at the provider itself: same scheme, host and port.</summary>
    public bool IsOwn(Uri url) =>
        url.Scheme == BaseUrl.Scheme && url.Port == BaseUrl.Port && string.Equals(url.IdnHost, BaseUrl.IdnHost, StringComparison.OrdinalIgnoreCase);

    /// <summary>A request to the provider, with its token and headers.</summary>
    public HttpRequestMessage Request(HttpMethod method, Uri url)
    {
        var request = Bare(method, url);
        if (!string.IsNullOrEmpty(_options.ApiKey))
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", _options.ApiKey);
        foreach (var (name, value) in _options.Headers)
        {
            request.Headers.Remove(name);
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return request;
    }

    /// <summary>A request to anybody else: nothing that is meant for the provider.</summary>
    public static HttpRequestMessage Bare(HttpMethod method, Uri url)
    {
        var request = new HttpRequestMessage(method, url) { Version = HttpVersion.Version11, VersionPolicy = HttpVersionPolicy.RequestVersionOrLower };
        request.Headers.UserAgent.Add(Agent);
        // Without this header a server may encode as it likes. What is not encoded is as long as it looks, and a file has the hash of its bytes.
        request.Headers.AcceptEncoding.Add(Identity);
        return request;
    }
}
