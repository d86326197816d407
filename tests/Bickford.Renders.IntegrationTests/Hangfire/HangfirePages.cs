using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Bickford.Renders.IntegrationTests.Support;

namespace Bickford.Renders.IntegrationTests.Hangfire;

/// <summary>Hangfire's dashboard as a browser uses it: reads pages, and presses buttons with the page's anti-forgery token.</summary>
internal sealed partial class HangfirePages : IDisposable
{
    private readonly HttpClient _http;

    private HangfirePages(Uri address, string? user, string? password)
    {
        _http = new HttpClient(new SocketsHttpHandler { UseCookies = true, AllowAutoRedirect = false, UseProxy = false }) { BaseAddress = address };
        if (user is not null)
            _http.DefaultRequestHeaders.Authorization = new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}")));
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Waits until the worker listens.</summary>
    public static async Task<HangfirePages> OfAsync(RendersProcess worker, string? user = null, string? password = null)
    {
        await Eventually.HoldsAsync("it listens", () => Task.FromResult(worker.Output.Contains("urls", StringComparison.Ordinal)));
        return new HangfirePages(new Uri(JsonNode.Parse(worker.Output)!["urls"]![0]!.GetValue<string>()), user, password);
    }

    /// <summary>As a program with a key uses it.</summary>
    public static async Task<HangfirePages> WithKeyAsync(RendersProcess worker, string key)
    {
        var pages = await OfAsync(worker);
        pages._http.DefaultRequestHeaders.Authorization = new("Bearer", key);
        return pages;
    }

    public async Task<(HttpStatusCode Status, string Body)> GetAsync(string path)
    {
        using var answer = await _http.GetAsync(new Uri(path, UriKind.Relative), Token);
        return (answer.StatusCode, WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync(Token)));
    }

    public async Task<string> PageAsync(string path)
    {
        var (status, body) = await GetAsync(path);
        status.ShouldBe(HttpStatusCode.OK, $"{path}: {body}");
        return body;
    }

    /// <summary>Ids of the jobs that a list shows.</summary>
    public async Task<IReadOnlyList<string>> JobsAsync(string list) =>
        [.. JobLink().Matches(await PageAsync($"/hangfire/jobs/{list}")).Select(link => link.Groups["id"].Value).Distinct()];

    /// <summary>Presses a button of a list: <c>requeue</c> or <c>delete</c>.</summary>
    public async Task<HttpStatusCode> PressAsync(string list, string button, string jobId, bool withToken = true, string? origin = null)
    {
        var page = await PageAsync($"/hangfire/jobs/{list}");
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/hangfire/jobs/{list}/{button}") { Content = new FormUrlEncodedContent([new("jobs[]", jobId)]) };
        if (withToken)
            request.Headers.Add(Meta("csrf-header", page), Meta("csrf-token", page));
        if (origin is not null)
            request.Headers.Add("Origin", origin);
        using var answer = await _http.SendAsync(request, Token);
        return answer.StatusCode;
    }

    public void Dispose() => _http.Dispose();

    private static string Meta(string name, string page) => Regex.Match(page, $"<meta name=\"{name}\" content=\"(?<value>[^\"]+)\"").Groups["value"].Value;

    [GeneratedRegex("/hangfire/jobs/details/(?<id>[0-9]+)\"")]
    private static partial Regex JobLink();
}
