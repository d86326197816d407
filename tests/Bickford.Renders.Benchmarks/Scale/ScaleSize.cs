namespace Bickford.Renders.Benchmarks.Scale;

/// <summary>A load, and what is there to bear it.</summary>
/// <param name="Name">For people.</param>
/// <param name="RendersPerDay">On average.</param>
/// <param name="Databases">Servers of rows and ledger, each with workers and a share of the renders of its own.</param>
/// <param name="DatabaseCores">Of each.</param>
/// <param name="Workers">Processes, all databases together, with two cores each.</param>
/// <param name="RequestsPerMinute">What the provider takes, all accounts together.</param>
/// <param name="InFlight">What it works on at once.</param>
internal sealed record ScaleSize(string Name, double RendersPerDay, int Databases, int DatabaseCores, int Workers, double RequestsPerMinute, double InFlight)
{
    /// <summary>Creates at once in a process (Jobs:ApiWorkers).</summary>
    public int ApiWorkers { get; init; } = 8;

    /// <summary>Transfers at once in a process (Jobs:TransferWorkers).</summary>
    public int TransferWorkers { get; init; } = 8;

    /// <summary>Of each worker, in either direction.</summary>
    public double LinkBitsPerSecond { get; init; } = 1e9;

    /// <summary>A clip of 4 s at 720p.</summary>
    public double VideoBytes { get; init; } = 5e6;

    /// <summary>How long the provider works on one.</summary>
    public double RenderSeconds { get; init; } = 90;

    /// <summary>The busiest hour against the mean.</summary>
    public double Peak { get; init; } = 3;

    /// <summary>Renders a second in the busiest hour.</summary>
    public double PeakRate => RendersPerDay / 86_400 * Peak;

    /// <summary>The sizes of ops/scale.md.</summary>
    public static IReadOnlyList<ScaleSize> All { get; } =
    [
        new("a laptop", 1_000, 1, 2, 1, 60, 20),
        new("one server", 10_000, 1, 2, 1, 200, 60),
        new("two workers", 100_000, 1, 2, 2, 1_300, 500),
        new("a million a day", 1_000_000, 1, 8, 12, 13_000, 5_000),
        new("ten million a day", 10_000_000, 4, 8, 120, 130_000, 50_000),
    ];
}
