using System.Globalization;

namespace Bickford.Renders.Benchmarks;

/// <summary>What the kernel says about a process's memory.</summary>
internal static class ProcessMemory
{
    /// <summary>A field of <c>/proc/…/status</c>, in 10^6 bytes: <c>VmRSS</c> is held now, <c>VmHWM</c> the most that ever was.</summary>
    public static double Megabytes(int process, string field)
    {
        var line = File.ReadLines($"/proc/{process}/status").Single(l => l.StartsWith(field + ":", StringComparison.Ordinal));
        return long.Parse(line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024 / 1e6;
    }
}
