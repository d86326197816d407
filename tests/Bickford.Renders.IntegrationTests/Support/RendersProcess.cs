using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Bickford.Renders.IntegrationTests.Support;

/// <summary>What a finished process left behind.</summary>
public sealed record ProcessResult(int ExitCode, string Output, string Error);

/// <summary>The real <c>renders</c> program, started as a process of its own.</summary>
public sealed class RendersProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly ConcurrentQueue<string> _output = new();
    private readonly ConcurrentQueue<string> _error = new();
    private readonly TaskCompletionSource _outputEnded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _errorEnded = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private RendersProcess(Process process) => _process = process;

    public int Id => _process.Id;

    public string Output => string.Join('\n', _output);

    public string Error => string.Join('\n', _error);

    public bool HasExited => _process.HasExited;

    /// <summary>Starts it in a folder, with nothing of this machine's settings in its environment but the given ones.</summary>
    public static RendersProcess Start(string folder, IReadOnlyDictionary<string, string> environment, params IReadOnlyList<string> arguments) =>
        StartProgram(typeof(Bickford.Renders.Worker.Diagnostics.KillPoints).Assembly.Location, folder, environment, arguments);

    /// <summary>The same for another program that is built with these tests.</summary>
    public static RendersProcess StartProgram(string assembly, string folder, IReadOnlyDictionary<string, string> environment, params IReadOnlyList<string> arguments)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            ArgumentList = { assembly },
        };
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        start.Environment.Remove("OPENAI_API_KEY");
        start.Environment["NO_COLOR"] = "1";
        foreach (var (name, value) in environment)
            start.Environment[name] = value;

        var process = new Process { StartInfo = start };
        var running = new RendersProcess(process);
        process.OutputDataReceived += (_, line) => Collect(running._output, running._outputEnded, line.Data);
        process.ErrorDataReceived += (_, line) => Collect(running._error, running._errorEnded, line.Data);
        process.Start();
        process.StandardInput.Close();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return running;
    }

    /// <summary>Waits for its end and for all it printed.</summary>
    public async Task<ProcessResult> WaitAsync(TimeSpan? deadline = null)
    {
        using var timeout = new CancellationTokenSource(deadline ?? Eventually.Patience, TimeProvider.System);
        try
        {
            await _process.WaitForExitAsync(timeout.Token);
        }
        catch (OperationCanceledException)
        {
            _process.Kill(entireProcessTree: true);
            throw new TimeoutException($"renders did not end in time.\nstdout:\n{Output}\nstderr:\n{Error}");
        }

        await Task.WhenAll(_outputEnded.Task, _errorEnded.Task);
        return new ProcessResult(_process.ExitCode, Output, Error);
    }

    /// <summary>Asks it to stop, as a service manager does.</summary>
    public void Terminate() => _ = Signal(_process.Id, 15);

    /// <summary>Kills it, as <c>kill -9</c> does.</summary>
    public void Kill() => _process.Kill();

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    private static void Collect(ConcurrentQueue<string> lines, TaskCompletionSource ended, string? line)
    {
        if (line is null)
            ended.TrySetResult();
        else
            lines.Enqueue(line);
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static extern int Signal(int process, int signal);
}
