using System.ComponentModel;
using System.Diagnostics;

namespace Bickford.Renders.Shipping.Tests.Support;

/// <summary>A program that was run to its end.</summary>
internal sealed record Command(int ExitCode, string Output, string Error)
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(8);

    /// <summary>Whether a program answers at all.</summary>
    public static async Task<bool> AnswersAsync(string program, params string[] arguments)
    {
        try
        {
            return (await RunAsync(program, Repository.Root, [], arguments)).ExitCode == 0;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }

    /// <summary>Runs it to its end.</summary>
    public static async Task<Command> RunAsync(string program, string folder, Dictionary<string, string> environment, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        using var deadline = new CancellationTokenSource(s_patience, TimeProvider.System);
        var (output, error) = (process.StandardOutput.ReadToEndAsync(deadline.Token), process.StandardError.ReadToEndAsync(deadline.Token));
        try
        {
            await Task.WhenAll(output, error);
            await process.WaitForExitAsync(deadline.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"'{program} {string.Join(' ', arguments)}' did not end within {s_patience}.");
        }

        return new Command(process.ExitCode, await output, await error);
    }

    /// <summary>Runs it to its end, which must be a good one.</summary>
    public static async Task<string> MustAsync(string program, string folder, Dictionary<string, string> environment, params string[] arguments)
    {
        var done = await RunAsync(program, folder, environment, arguments);
        done.ExitCode.ShouldBe(0, $"{program} {string.Join(' ', arguments)}\n{done.Output}\n{done.Error}");
        return done.Output;
    }
}
