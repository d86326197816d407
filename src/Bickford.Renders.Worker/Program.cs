using System.Runtime.InteropServices;
using System.Text;
using Bickford.Renders.Worker.Cli;

Console.OutputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);

// The first Ctrl-C or SIGTERM asks for a graceful stop; a second one ends the process as the system would.
using var stop = new CancellationTokenSource();
void Stop(PosixSignalContext signal)
{
    signal.Cancel = !stop.IsCancellationRequested;
    stop.Cancel();
}

using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
return await CommandTree.RunAsync(args, CliEnvironment.OfProcess(), stop.Token);
