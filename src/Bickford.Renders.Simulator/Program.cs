using System.Runtime.InteropServices;
using Bickford.Renders.Simulator;

using var stop = new CancellationTokenSource();
void Stop(PosixSignalContext context)
{
    context.Cancel = true;
    stop.Cancel();
}

using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
return await StandAlone.RunAsync(args, Console.Out, Console.Error, stop.Token);
