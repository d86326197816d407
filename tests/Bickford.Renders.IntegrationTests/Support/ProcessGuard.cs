using System.Diagnostics;
using System.Globalization;

namespace Bickford.Renders.IntegrationTests.Support;

/// <summary>
/// Servers that work in one folder. They end, and the folder is deleted, when this is disposed or when the test run is gone however
/// that came: a small shell waits at the other end of a pipe. It ends processes by id, and only those whose command names the folder.
/// </summary>
public sealed class ProcessGuard : IAsyncDisposable
{
    private const string Watch = """
        trap '' INT TERM HUP
        pids=
        while read -r pid; do pids="$pids $pid"; done
        for pid in $pids; do grep -qsF "$0" "/proc/$pid/cmdline" && kill -9 "$pid"; done
        for pid in $pids; do while grep -qsF "$0" "/proc/$pid/cmdline"; do sleep 0.05; done; done
        rm -rf "$0"
        """;

    private readonly string _folder;
    private readonly Process _shell;

    public ProcessGuard(string folder)
    {
        _folder = folder;
        _shell = Process.Start(new ProcessStartInfo("sh", ["-c", Watch, folder]) { RedirectStandardInput = true })!;
    }

    /// <summary>Starts a server; what it prints goes to a file of its name in <c>log</c>.</summary>
    public Process Start(string name, string program, IReadOnlyList<string> arguments)
    {
        var log = Path.Combine(_folder, "log", name + ".out");
        var process = Process.Start(new ProcessStartInfo("sh", ["-c", "log=$1; shift; exec \"$@\" >>\"$log\" 2>&1 </dev/null", "sh", log, program, .. arguments]))!;
        lock (_shell)
        {
            _shell.StandardInput.WriteLine(process.Id.ToString(CultureInfo.InvariantCulture));
            _shell.StandardInput.Flush();
        }
        return process;
    }

    /// <summary>Runs a program to its end.</summary>
    public static async Task RunAsync(string program, IReadOnlyList<string> arguments)
    {
        var (ok, said) = await TryAsync(program, arguments);
        if (!ok)
            throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} failed: {said}");
    }

    /// <summary>Runs a program to its end; false if it fails.</summary>
    public static async Task<bool> TryRunAsync(string program, IReadOnlyList<string> arguments) => (await TryAsync(program, arguments)).Ok;

    public async ValueTask DisposeAsync()
    {
        _shell.StandardInput.Close();
        await _shell.WaitForExitAsync();
        _shell.Dispose();
    }

    private static async Task<(bool Ok, string Said)> TryAsync(string program, IReadOnlyList<string> arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode == 0, await output + await error);
    }
}
