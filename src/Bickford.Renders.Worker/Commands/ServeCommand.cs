using System.CommandLine;
using Bickford.Renders.Worker.Cli;
using Bickford.Renders.Worker.Composition;
using Bickford.Renders.Worker.Serve;
using Microsoft.Extensions.Hosting.Systemd;

namespace Bickford.Renders.Worker.Commands;

/// <summary><c>renders serve</c>: works on renders until it is stopped.</summary>
internal sealed class ServeCommand : Verb
{
    private readonly Option<string?> _urls = new("--urls") { Description = "Where to listen; else Dashboard:Urls", HelpName = "URL[,URL]" };

    public ServeCommand(CliEnvironment environment)
        : base(
            environment,
            "serve",
            "Run the worker: works on all renders until Ctrl-C or SIGTERM, and serves its health over HTTP",
            "renders serve",
            "renders serve --urls http://127.0.0.1:9000",
            "Sora__BaseUrl=https://host.example/v1 OPENAI_API_KEY=… renders serve")
    {
        Add(_urls);
        AddSettings();
    }

    protected override async Task<int> RunAsync(CliContext context, CancellationToken cancellationToken)
    {
        var settings = context.LoadSettings(context.Parse.GetValue(_urls) is { } urls ? [$"Dashboard:Urls={urls}"] : []);
        await using var app = WorkerServer.Build(settings);
        PortCheck.Ensure(settings.DashboardUrls);
        await app.Services.PrepareAsync(settings, cancellationToken);
        await app.StartListeningAsync(settings, cancellationToken);
        Tell(context, app.Urls);
        // Says so to systemd where it asked (NOTIFY_SOCKET), so that a unit of Type=notify is up when the worker really is.
        var systemd = new SystemdNotifier();
        systemd.Notify(ServiceState.Ready);

        await UntilAsync(cancellationToken);
        systemd.Notify(ServiceState.Stopping);
        context.Terminal.Line("[grey]Stopping: running steps are handed back.[/]");
        await app.StopAsync(CancellationToken.None);
        return ExitCode.Ok;
    }

    private static void Tell(CliContext context, ICollection<string> urls)
    {
        if (context.Terminal.AsJson)
            context.Terminal.Json(new { Status = "ready", Urls = urls, CommandTree.Version });
        else
            context.Terminal.Line($"Bickford Renders {CommandTree.Version} works on renders and listens on {string.Join(", ", urls)}. Ctrl-C stops it.");
        context.Environment.Out.Flush();
    }

    private static async Task UntilAsync(CancellationToken cancellationToken)
    {
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = cancellationToken.Register(stopped.SetResult);
        await stopped.Task;
    }
}
