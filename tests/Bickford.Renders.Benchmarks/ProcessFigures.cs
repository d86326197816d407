using System.Globalization;

namespace Bickford.Renders.Benchmarks;

/// <summary>What the kernel says about a process.</summary>
/// <param name="Megabytes">Memory that it holds, in 10^6 bytes.</param>
/// <param name="Threads">Threads.</param>
/// <param name="Handles">Open file descriptors.</param>
/// <param name="CpuSeconds">Time on a processor since its start.</param>
internal sealed record ProcessFigures(double Megabytes, int Threads, int Handles, double CpuSeconds)
{
    private const double TicksPerSecond = 100;

    /// <summary>Time on a processor of a process, of those that it started, and of those of them that have ended.</summary>
    public static double FamilyCpuSeconds(int process)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{process}/stat");
            var ticks = stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[11..15].Sum(field => long.Parse(field, CultureInfo.InvariantCulture));
            var children = File.ReadAllText($"/proc/{process}/task/{process}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries);
            return (ticks / TicksPerSecond) + children.Sum(child => FamilyCpuSeconds(int.Parse(child, CultureInfo.InvariantCulture)));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return 0;
        }
    }

    /// <summary>As it is now; null when it has ended.</summary>
    public static ProcessFigures? Of(int process)
    {
        try
        {
            // After the name in parentheses, which may hold anything: state, then numbers. See proc(5).
            var stat = File.ReadAllText($"/proc/{process}/stat");
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            return new ProcessFigures(
                ProcessMemory.Megabytes(process, "VmRSS"),
                int.Parse(fields[17], CultureInfo.InvariantCulture),
                Directory.GetFiles($"/proc/{process}/fd").Length,
                (long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture)) / TicksPerSecond);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidOperationException)
        {
            return null;
        }
    }
}
