using System.Net.Sockets;
using Bickford.Renders.Worker.Api;
using Bickford.Renders.Worker.Composition;
using Bickford.Renders.Worker.Diagnostics;
using Bickford.Renders.Worker.Doors;
using Bickford.Renders.Worker.Output;
using Bickford.Renders.Worker.Settings;
using Bickford.Renders.Worker.Telemetry;
using Bickford.Renders.Worker.Web;
using Microsoft.AspNetCore.Connections;

namespace Bickford.Renders.Worker.Serve;

/// <summary>The long-running worker: the engine, and a small web server beside it.</summary>
internal static class WorkerServer
{
    /// <summary>Builds it; nothing is written and nothing runs yet.</summary>
    /// <param name="settings">The settings.</param>
    /// <param name="logs">Logs go to standard error.</param>
    public static WebApplication Build(WorkerSettings settings, bool logs = true)
    {
        // The empty builder reads no file, variable or argument: what holds is in the settings. Pages' scripts and styles lie beside the program, wherever it is started.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = typeof(WorkerServer).Assembly.GetName().Name, ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.UseStaticWebAssets();
        builder.Logging.AddWorkerConsole(settings.Logging, settings.Secrets, logs);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            foreach (var url in settings.DashboardUrls)
            {
                var address = ListenAddress.Parse(url);
                kestrel.Listen(address.Address, address.Port);
            }
        });
        builder.Services.AddRoutingCore();
        builder.AddTelemetry(settings, gauges: true);
        builder.Services.AddWorker(settings, engine: true);
        builder.Services.AddDoors(settings.Doors);
        builder.Services.AddApi(settings);
        builder.Services.AddWeb(settings);
        builder.Services.AddSingleton<IHostLifetime, SignalsAreTheCallers>();
        KillPoints.Wrap(builder.Services, Environment.GetEnvironmentVariable(KillPoints.Variable));
        var app = builder.Build();
        app.UseApi();
        app.UseDoors(settings.Doors);
        app.UseWeb();
        app.UseRouting();
        app.UseDoorsOfEndpoints(settings.Doors);
        // What Blazor wants for pages that could be posted to; ours are not, and forms go to endpoints that need a token.
        app.UseAntiforgery();
        app.MapHealth();
        app.MapWeb();
        app.MapApi(settings);
        if (settings.Jobs.UseHangfire)
            HangfireBuild.MapDashboard(app);
        return app;
    }

    /// <summary>Starts it.</summary>
    /// <exception cref="Cli.InputException">An address was taken since it was checked.</exception>
    public static async Task StartListeningAsync(this WebApplication app, WorkerSettings settings, CancellationToken cancellationToken)
    {
        try
        {
            await app.StartAsync(cancellationToken);
        }
        catch (IOException e) when (e.InnerException is AddressInUseException or SocketException)
        {
            throw PortCheck.Refused(string.Join(", ", settings.DashboardUrls), "is in use by another program");
        }
    }
}
