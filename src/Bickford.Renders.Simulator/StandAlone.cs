using System.Globalization;

namespace Bickford.Renders.Simulator;

/// <summary>The simulator as a program of its own.</summary>
internal static class StandAlone
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(3);

    /// <summary>Runs until <paramref name="stop"/>.</summary>
    /// <returns>0 after a stop, --help, or a --check that went well; 1 after one that did not; 2 for arguments or an address that cannot be used.</returns>
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments, TextWriter output, TextWriter error, CancellationToken stop)
    {
        var line = CommandLine.Parse(arguments, SeedFrom(TimeProvider.System));
        if (line.Help)
        {
            await output.WriteLineAsync(CommandLine.HelpText);
            return 0;
        }

        if (line.Problem is { } problem)
        {
            await error.WriteLineAsync(problem);
            return 2;
        }

        if (line.Check)
            return await AnswersAsync(line.Options.Url, error, stop) ? 0 : 1;

        try
        {
            await using var server = await SimulatorServer.StartAsync(line.Options, stop);
            if (line.Verbose)
                server.Requests.Answered = request => output.WriteLine(Describe(request));
            await output.WriteLineAsync(Greeting(server));
            await WaitAsync(stop);
            return 0;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return 0;
        }
        catch (Exception failure) when (failure is IOException or System.Net.Sockets.SocketException)
        {
            var authority = line.Options.Url.Authority;
            await error.WriteLineAsync($"Cannot listen on {authority}: {failure.Message.TrimEnd('.')}. Choose another address with --port or --host.");
            return 2;
        }
    }

    // What a container without a shell has for its health check. A server that listens everywhere is asked on the loopback address.
    private static async Task<bool> AnswersAsync(Uri url, TextWriter error, CancellationToken stop)
    {
        var address = new UriBuilder(url) { Host = url.Host == "0.0.0.0" ? "127.0.0.1" : url.Host, Path = "/admin/faults" }.Uri;
        using var handler = new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false };
        using var http = new HttpClient(handler) { Timeout = s_patience };
        try
        {
            // Whatever it answers: with --api-key that is 401, and a sign of life too.
            using var answer = await http.GetAsync(address, HttpCompletionOption.ResponseHeadersRead, stop);
            return true;
        }
        catch (Exception failure) when (failure is HttpRequestException or OperationCanceledException)
        {
            await error.WriteLineAsync($"{address.Authority} does not answer: {failure.InnerException?.Message ?? failure.Message}");
            return false;
        }
    }

    private static int SeedFrom(TimeProvider clock) => (int)(clock.GetUtcNow().ToUnixTimeMilliseconds() & int.MaxValue);

    private static string Greeting(SimulatorServer server)
    {
        var options = server.Options;
        var key = options.ApiKey is null ? "no key needed" : "key needed";
        var faults = options.Faults.Count == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $", fault rules: {options.Faults.Count}");
        return string.Create(CultureInfo.InvariantCulture, $"Videos simulator listens on {server.BaseUrl} (dialect {FaultText.Name(options.Dialect)}, seed {options.Seed}, {key}{faults}). Ctrl+C stops it.");
    }

    private static string Describe(LoggedRequest request)
    {
        var status = request.Status is 0 or null ? "aborted" : request.Status.Value.ToString(CultureInfo.InvariantCulture);
        return $"{request.At:HH:mm:ss.fff} {request.Method} {request.Path}{request.Query} {status}";
    }

    private static async Task WaitAsync(CancellationToken stop)
    {
        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = stop.Register(stopped.SetResult);
        await stopped.Task;
    }
}
