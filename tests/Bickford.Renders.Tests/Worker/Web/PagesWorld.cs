using Bickford.Renders.Ledger;
using Bickford.Renders.Policies;
using Bickford.Renders.Ports;
using Bickford.Renders.Testing;
using Bickford.Renders.Tests.Support;
using Bickford.Renders.Webhooks;
using Bickford.Renders.Worker.Doors;
using Bickford.Renders.Worker.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using NSubstitute;

namespace Bickford.Renders.Tests.Worker.Web;

/// <summary>The pages on a free port, over rows in memory.</summary>
internal sealed class PagesWorld : IAsyncDisposable
{
    private readonly WebApplication _app;

    private PagesWorld(WebApplication app)
    {
        _app = app;
        Http = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single()) };
    }

    public HttpClient Http { get; }

    /// <summary>The hooks that are set: none at first.</summary>
    public IHooks Hooks => _app.Services.GetRequiredService<IHooks>();

    /// <summary>Where they stand, and what they gave up on.</summary>
    public IHookStore HookStore => _app.Services.GetRequiredService<IHookStore>();

    public RenderOptions Options => _app.Services.GetRequiredService<RenderOptions>();

    public static Task<PagesWorld> StartAsync(params Render[] rows) => StartAsync(static _ => { }, rows);

    /// <summary>The same with something else in the place of what the pages ask.</summary>
    public static async Task<PagesWorld> StartAsync(Action<IRenderViews> change, params Render[] rows)
    {
        var store = new InMemoryRenderStore(new ManualTime(Rows.Now));
        foreach (var row in rows)
            await store.InsertAsync(row, [RenderEvents.Of(row, RenderEvents.Failed)]);

        var renders = Substitute.For<IRenders>();
        renders.ListAsync(default, default, default, default).ReturnsForAnyArgs(new RenderPage(rows, null));
        var views = Substitute.For<IRenderViews>();
        views.CountByStatusAsync(default!, default).ReturnsForAnyArgs(new Dictionary<RenderStatus, CappedCount>());
        views.ListModelsAsync(default).ReturnsForAnyArgs([.. rows.Select(static row => row.Model).Distinct()]);
        views.ListFamilyAsync(default, default, default).ReturnsForAnyArgs(rows);
        views.GroupStoppedAsync(default).ReturnsForAnyArgs([.. rows.Where(static row => row.Cause is not null).Select(static row => new StoppedGroup(row.Status, row.Cause!.Value, 2, 0.4m, Rows.Now, null))]);
        views.ListDurationsAsync(default, default).ReturnsForAnyArgs([]);
        views.CountEndedAsync(default, default).ReturnsForAnyArgs([]);
        views.MeasureStepsAsync(default, default).ReturnsForAnyArgs([]);
        views.SumAsync(default!, default).ReturnsForAnyArgs(new RenderSum(rows.Length, 0.4m, 0));
        change(views);
        var workers = Substitute.For<IWorkerRegister>();
        workers.ListAsync(default).ReturnsForAnyArgs([]);
        workers.ListTrafficAsync(default, default).ReturnsForAnyArgs([]);

        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = typeof(Dashboard).Assembly.GetName().Name, ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.UseStaticWebAssets();
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton<TimeProvider>(new ManualTime(Rows.Now));
        builder.Services.AddSingleton(Rows.Options());
        builder.Services.AddSingleton<IRenderStore>(store);
        builder.Services.AddSingleton<ILedger>(store.Ledger);
        builder.Services.AddSingleton(renders);
        builder.Services.AddSingleton(views);
        builder.Services.AddSingleton(workers);
        builder.Services.AddSingleton<ISpending>(store);
        builder.Services.AddSingleton<IRenderPolicy>(new SettingsPolicy(Rows.Options()));
        builder.Services.AddSingleton(Substitute.For<IRenderIntake>());
        var hooks = Substitute.For<IHooks>();
        hooks.All.Returns([]);
        builder.Services.AddSingleton(hooks);
        var hookStore = Substitute.For<IHookStore>();
        hookStore.ListDeadLettersAsync(default, default, default, default).ReturnsForAnyArgs([]);
        builder.Services.AddSingleton(hookStore);
        var settings = SettingsWorld.Load();
        builder.Services.AddSingleton(Substitute.For<IApiKeys>());
        builder.Services.AddDoors(settings.Doors);
        builder.Services.AddWeb(settings);
        var app = builder.Build();
        app.UseDoors(settings.Doors);
        app.UseWeb();
        app.UseRouting();
        app.UseDoorsOfEndpoints(settings.Doors);
        app.UseAntiforgery();
        app.MapWeb();
        await app.StartAsync(TestContext.Current.CancellationToken);
        return new PagesWorld(app);
    }

    public async Task<string> ReadAsync(string path)
    {
        using var answer = await Http.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);
        answer.StatusCode.ShouldBe(System.Net.HttpStatusCode.OK, path);
        return await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.DisposeAsync();
    }
}
