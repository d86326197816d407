using System.Globalization;

namespace Bickford.Renders.Simulator;

/// <summary>The simulator as a program of its own.</summary>
internal static class StandAlone
{
    /// <summary>Runs until <paramref name="stop"/>.</summary>
    /// <returns>0 after a stop or --help; 2 for arguments or an address that cannot be used.</returns>
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
