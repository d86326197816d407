using System.Net;

namespace Bickford.Renders.Tests.Doors;

/// <summary>Somebody with a browser: keeps cookies, asks for pages, follows where he is sent.</summary>
public sealed class Browser : IDisposable
{
    private const int MostHops = 10;

    private readonly HttpClient _http;

    public Browser(Uri start)
    {
        _http = new HttpClient(new SocketsHttpHandler { CookieContainer = Cookies, AllowAutoRedirect = false, UseProxy = false }) { BaseAddress = start };
        _http.DefaultRequestHeaders.Add("Accept", "text/html,application/xhtml+xml");
    }

    public CookieContainer Cookies { get; } = new();

    /// <summary>All that any answer set, as it was written.</summary>
    public List<string> SetCookies { get; } = [];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Asks once, and follows nothing.</summary>
    public Task<Page> OnceAsync(string path, params (string Name, string Value)[] headers) => SendAsync(new HttpRequestMessage(HttpMethod.Get, path), headers);

    /// <summary>Opens a page, wherever the way leads.</summary>
    public async Task<Page> OpenAsync(string path)
    {
        var page = await OnceAsync(path);
        for (var hops = 0; page.Location is { } next && hops < MostHops; hops++)
            page = await OnceAsync(new Uri(page.Address, next).ToString());
        return page;
    }

    public Task<Page> PostAsync(string path, params IEnumerable<KeyValuePair<string, string>> form) =>
        SendAsync(new HttpRequestMessage(HttpMethod.Post, path) { Content = new FormUrlEncodedContent(form) });

    public void Dispose() => _http.Dispose();

    private async Task<Page> SendAsync(HttpRequestMessage request, params (string Name, string Value)[] headers)
    {
        foreach (var (name, value) in headers)
        {
            request.Headers.Remove(name);
            request.Headers.TryAddWithoutValidation(name, value);
        }

        using var answer = await _http.SendAsync(request, Cancellation);
        SetCookies.AddRange(answer.Headers.TryGetValues("Set-Cookie", out var set) ? set : []);
        return new Page((int)answer.StatusCode, request.RequestUri!, answer.Headers.Location?.OriginalString, await answer.Content.ReadAsStringAsync(Cancellation));
    }
}

/// <summary>What came back.</summary>
public sealed record Page(int Status, Uri Address, string? Location, string Body);
