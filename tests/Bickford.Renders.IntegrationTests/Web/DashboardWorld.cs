using System.Text.Json.Nodes;
using Bickford.Renders.IntegrationTests.Support;
using Bickford.Renders.Simulator;
using Microsoft.Playwright;

namespace Bickford.Renders.IntegrationTests.Web;

/// <summary>One worker process with renders in every state, and one browser, for all tests of the dashboard.</summary>
[CollectionDefinition(Name)]
public sealed class DashboardWorld : IAsyncLifetime, ICollectionFixture<DashboardWorld>
{
    public const string Name = "dashboard";

    private static readonly string[] s_prompts =
    [
        "A lighthouse in fog", "A celebrity sells soup", "A celebrity sells tea", "A locked garden opens", "A train crosses the viaduct", "Lanterns, take 1", "Lanterns, take 2", "Lanterns, take 3", "A storm at sea",
    ];

    private RendersProcess _worker = null!;
    private IPlaywright _playwright = null!;
    private IBrowser _browser = null!;

    public World World { get; private set; } = null!;

    public string Url { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        World = await World.StartAsync(new SimulatorOptions
        {
            ApiKey = "simulator-key",
            RenderTime = TimeSpan.FromSeconds(0.4),
            // A lost answer cannot be looked for by prompt: it waits for a person.
            ListsPrompts = false,
            Faults =
            [
                FaultRule.Parse("create:moderation:match=celebrity"), FaultRule.Parse("create:status:status=401:code=invalid_api_key:times=1:match=locked"),
                FaultRule.Parse("create:drop-after:times=1:match=viaduct"), FaultRule.Parse("create:status:status=429:code=insufficient_quota:type=insufficient_quota:retry-after-ms=100:times=3:match=Lanterns"),
                FaultRule.Parse("create:fail:code=internal_error:at=60:match=storm"), FaultRule.Parse("create:stuck:at=40:match=dawn"),
            ],
        });
        World.Settings["Sora__Models__sora-2__Sizes"] = "1280x720,720x1280";
        World.Settings["Sora__Models__sora-2__Seconds"] = "4,8";
        World.Settings["Sora__Models__sora-2__Price"] = "0.10";
        // A receiver that is not there: the overview has a hook and dead letters to show.
        World.Settings["Hooks__studio__Url"] = "http://127.0.0.1:9/hook";
        World.Settings["Hooks__studio__AllowPrivateHosts"] = "true";
        World.Settings["Hooks__studio__Secret"] = "whsec_" + Convert.ToBase64String(new byte[32]);
        World.Settings["Hooks__studio__MaxAttempts"] = "1";
        (_worker, Url) = await ServeAsync();
        await EnqueueAsync(s_prompts);
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = "/usr/bin/chromium",
            Args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--autoplay-policy=no-user-gesture-required"],
        });
        await Eventually.HoldsAsync("every render has ended", async () => await World.CountAsync("SELECT count(*) FROM renders WHERE status NOT IN ('Completed', 'Failed', 'Parked')") == 0);
    }

    /// <summary>Starts a worker on this world; waits until it listens.</summary>
    public async Task<(RendersProcess Worker, string Url)> ServeAsync(params (string Name, string Value)[] settings)
    {
        var environment = new Dictionary<string, string>(World.Settings);
        foreach (var (name, value) in settings)
            environment[name] = value;
        var worker = RendersProcess.Start(World.Folder, environment, "serve", "--json");
        await Eventually.HoldsAsync("it listens", () => worker.HasExited ? throw new InvalidOperationException(worker.Error) : Task.FromResult(worker.Output.Contains("urls", StringComparison.Ordinal)));
        return (worker, JsonNode.Parse(worker.Output)!["urls"]![0]!.GetValue<string>());
    }

    public async Task EnqueueAsync(params string[] prompts)
    {
        var file = Path.Combine(World.Folder, "prompts.txt");
        await File.WriteAllLinesAsync(file, prompts);
        (await World.RunAsync("render", "--prompts", file, "--size", "1280x720", "--seconds", "4", "--tag", "browser")).ExitCode.ShouldBe(0);
    }

    /// <summary>The id of the render with this prompt.</summary>
    public async Task<Guid> FindAsync(string prompt) => Guid.Parse((string)(await World.QueryAsync($"SELECT id FROM renders WHERE prompt = '{prompt}' ORDER BY id")).First()["id"]!);

    /// <summary>A tab of a new browser profile, which remembers what it said on its console.</summary>
    public async Task<Tab> OpenAsync(string path, Action<BrowserNewContextOptions>? configure = null, string? url = null)
    {
        var options = new BrowserNewContextOptions { BaseURL = url ?? Url, ViewportSize = new ViewportSize { Width = 1280, Height = 900 } };
        configure?.Invoke(options);
        var context = await _browser.NewContextAsync(options);
        context.SetDefaultTimeout(90_000);
        Assertions.SetDefaultExpectTimeout(90_000);
        var tab = new Tab(context, await context.NewPageAsync());
        await tab.Page.GotoAsync(path);
        return tab;
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null)
            await _browser.DisposeAsync();
        _playwright?.Dispose();
        if (_worker is not null)
            await _worker.DisposeAsync();
        await World.DisposeAsync();
    }
}

/// <summary>A page in a browser.</summary>
public sealed class Tab : IAsyncDisposable
{
    private readonly IBrowserContext _context;

    internal Tab(IBrowserContext context, IPage page)
    {
        (_context, Page) = (context, page);
        page.Console += (_, said) =>
        {
            if (said.Type is "error" or "warning")
                Errors.Add($"{page.Url}: {said.Text} {said.Location}");
        };
        page.PageError += (_, error) => Errors.Add($"{page.Url}: {error}");
    }

    public IPage Page { get; }

    public IAPIRequestContext Requests => _context.APIRequest;

    /// <summary>What the console was told, errors of scripts and refusals of the content security policy among it.</summary>
    public List<string> Errors { get; } = [];

    public ILocator Button(string text) => Page.GetByRole(AriaRole.Button, new PageGetByRoleOptions { Name = text });

    /// <summary>Waits for something to be true on the page. The browser's own way to wait would evaluate text there, which the security policy forbids.</summary>
    public Task HoldsAsync(string script) => Eventually.HoldsAsync(script, () => Page.EvaluateAsync<bool>(script));

    public async ValueTask DisposeAsync() => await _context.DisposeAsync();
}
