using System.Diagnostics;

namespace Bickford.Renders.Simulation.Tests;

/// <summary>Runs the simulation as its users do: a world takes over the threads of its process, so none can run in this one.</summary>
internal static class SimulationProcess
{
    private static readonly string Program = Path.Combine(AppContext.BaseDirectory, "Bickford.Renders.Simulation.dll");

    public static async Task<(int ExitCode, string Output)> RunAsync(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", [Program, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        try
        {
            var token = TestContext.Current.CancellationToken;
            var output = process.StandardOutput.ReadToEndAsync(token);
            var error = process.StandardError.ReadToEndAsync(token);
            await process.WaitForExitAsync(token);
            return (process.ExitCode, await output + await error);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }
}
