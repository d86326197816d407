using Bickford.Renders.Worker.Api;
using Bickford.Renders.Worker.Settings;
using Bickford.Renders.Worker.Web.Actions;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Bickford.Renders.Worker.Web;

/// <summary>The dashboard: pages that the server renders, each a function of its address. They work without script; with it they are live.</summary>
internal static class Dashboard
{
    public static void AddWeb(this IServiceCollection services, WorkerSettings settings)
    {
        services.AddRazorComponents();
        services.AddSingleton(new DashboardLinks(settings.Jobs.UseHangfire ? "/hangfire" : null));
        services.AddSingleton<Notice>();
        services.AddSingleton<BulkRuns>();
        services.AddSingleton<BulkWorker>();
        services.TryAddSingleton<ChangeWatch>();
    }

    /// <summary>Goes before routing.</summary>
    public static void UseWeb(this WebApplication app) => app.UseWhen(
        static http => !http.Request.Path.StartsWithSegments("/api") && !http.Request.Path.StartsWithSegments("/hangfire") && !http.Request.Path.StartsWithSegments("/health"),
        static pages => pages.UseExceptionHandler(new ExceptionHandlerOptions { ExceptionHandler = Trouble.ShowAsync }));

    public static void MapWeb(this WebApplication app)
    {
        app.MapStaticAssets();
        app.MapRazorComponents<App>().WithStaticAssets();
        app.MapLive();
        app.MapRenderActions();
        app.MapNewRender();
        app.MapBulkActions();
    }
}
