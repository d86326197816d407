using System.Net;
using Bickford.Renders.Worker.Cli;
using Bickford.Renders.Worker.Serve;

namespace Bickford.Renders.Worker.Commands;

/// <summary><c>renders health</c>: asks the worker on this machine; what a container without a shell has for its health check.</summary>
internal sealed class HealthCommand : Verb
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);

    public HealthCommand(CliEnvironment environment)
        : base(
            environment,
            "health",
            "Ask the worker that serves on this machine whether it is ready; exit code 1 if it is not",
            "renders health",
            "Dashboard__Urls=http://127.0.0.1:9000 renders health") => AddSettings();

    protected override async Task<int> RunAsync(CliContext context, CancellationToken cancellationToken)
    {
        var address = new Uri(Local(ListenAddress.Parse(context.LoadSettings().DashboardUrls[0])), "/health/ready");
        var (ready, why) = await AskAsync(address, cancellationToken);
        if (context.Terminal.AsJson)
            context.Terminal.Json(new { Ready = ready, Url = address, Problem = why });
        else if (ready)
            context.Terminal.Line($"[green]ready[/] ({address})");
        else
            context.Terminal.Error($"not ready: {address} {why}");
        return ready ? ExitCode.Ok : ExitCode.Failed;
    }

    private static async Task<(bool Ready, string? Why)> AskAsync(Uri address, CancellationToken cancellationToken)
    {
        // Only ourselves: whatever proxy the environment names has no part in it.
        using var handler = new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false };
        using var http = new HttpClient(handler) { Timeout = s_patience };
        try
        {
            using var answer = await http.GetAsync(address, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            return answer.StatusCode == HttpStatusCode.OK ? (true, null) : (false, $"answers {(int)answer.StatusCode}");
        }
        catch (HttpRequestException e)
        {
            return (false, $"does not answer ({e.InnerException?.Message ?? e.Message})");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return (false, $"does not answer within {s_patience.TotalSeconds:0} seconds");
        }
    }

    // A worker that listens everywhere is asked on the loopback address.
    private static Uri Local(ListenAddress listen) => new UriBuilder("http", listen.Address switch
    {
        var any when any.Equals(IPAddress.Any) => "127.0.0.1",
        var any when any.Equals(IPAddress.IPv6Any) => "127.0.0.1",
        var one => one.ToString(),
    }, listen.Port).Uri;
}
