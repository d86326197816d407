using Bickford.Renders.Data;
using Bickford.Renders.Ledger;
using Bickford.Renders.Ports;
using Bickford.Renders.Worker.Diagnostics;
using Bickford.Renders.Worker.Output;
using Bickford.Renders.Worker.Settings;
using Bickford.Renders.Worker.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Bickford.Renders.Worker.Composition;

/// <summary>A session over a host of its own, without a web server.</summary>
internal sealed class HostSession(IHost host, WorkerSettings settings, Sending? sending = null) : IWorkerSession
{
    private bool _started;

    public IRenders Renders => host.Services.GetRequiredService<IRenders>();

    public ILedger Ledger => host.Services.GetRequiredService<ILedger>();

    public IRenderStore Store => host.Services.GetRequiredService<IRenderStore>();

    public DatabaseMigrator Migrator => host.Services.GetRequiredService<DatabaseMigrator>();

    public T Get<T>()
        where T : notnull =>
        host.Services.GetRequiredService<T>();

    public RenderOptions Options => host.Services.GetRequiredService<RenderOptions>();

    public bool HasDatabase => settings.DatabasePath is null || File.Exists(settings.DatabasePath);

    /// <exception cref="SettingsException">The engine is wanted, but no provider is set.</exception>
    public static IWorkerSession Open(WorkerSettings settings, WorkerSessionOptions options) =>
        Open(settings, options, services => KillPoints.Wrap(services, Environment.GetEnvironmentVariable(KillPoints.Variable)));

    /// <inheritdoc cref="Open(WorkerSettings, WorkerSessionOptions)"/>
    public static IWorkerSession Open(WorkerSettings settings, WorkerSessionOptions options, Action<IServiceCollection>? change)
    {
        // The empty builder reads no file, variable or argument: what holds is in the settings.
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Logging.AddWorkerConsole(settings.Logging, settings.Secrets, options.Verbose);
        if (options.Kind != SessionKind.Look || options.Sends)
            builder.AddTelemetry(settings, gauges: options.Kind == SessionKind.Engine);
        builder.Services.AddWorker(settings, options.Kind == SessionKind.Engine);
        builder.Services.AddSingleton<IHostLifetime, SignalsAreTheCallers>();
        change?.Invoke(builder.Services);
        var host = builder.Build();
        var sending = options.Sends ? host.Services.GetService<Sending>() : null;
        return new HostSession(host, settings, sending);
    }

    public Task PrepareAsync(CancellationToken cancellationToken) => host.Services.PrepareAsync(settings, cancellationToken);

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        // Made before they are started: a host that cannot make its services cannot be stopped either, and what was wrong would be lost.
        _ = host.Services.GetServices<IHostedService>();
        _started = true;
        await host.StartAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        if (_started)
            await host.StopAsync(CancellationToken.None);
        await (sending?.EndAsync() ?? Task.CompletedTask);
        if (host is IAsyncDisposable disposable)
            await disposable.DisposeAsync();
        else
            host.Dispose();
    }
}

/// <summary>Ctrl-C and SIGTERM are handled once, in the program's entry, for all verbs alike.</summary>
internal sealed class SignalsAreTheCallers : IHostLifetime
{
    public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
