namespace Bickford.Renders.Benchmarks.Scale;

/// <summary>Something that only so much goes through.</summary>
/// <param name="Name">For people.</param>
/// <param name="Servers">How many at once.</param>
/// <param name="Seconds">How long a render holds one of them, all in all.</param>
internal sealed record ScaleStation(string Name, double Servers, double Seconds)
{
    /// <summary>Renders a second that go through.</summary>
    public double Most => Servers / Seconds;
}

/// <summary>Arithmetic: how much of each station a load uses, and which is full first. Where it is right, <see cref="ScaleSimulation"/> comes to the same.</summary>
internal static class ScaleModel
{
    public const string Requests = "requests to the provider";
    public const string InFlight = "renders in flight";
    public const string Creates = "creates at once";
    public const string Transfers = "transfers at once";
    public const string Network = "the workers' network";
    public const string DatabaseCores = "the database's processors";
    public const string WorkerCores = "the workers' processors";
    public const string Gate = "the gate's row";

    /// <summary>All that binds, with what a render takes of it.</summary>
    public static IReadOnlyList<ScaleStation> StationsOf(ScaleSize size) =>
    [
        // Slots are 2 % rarer than the limit.
        new(Requests, 1, ScaleCosts.Requests * 60 / (size.RequestsPerMinute * 0.98)),
        new(InFlight, size.InFlight, size.RenderSeconds + ScaleCosts.CreateSeconds),
        new(Creates, size.Workers * size.ApiWorkers, ScaleCosts.CreateSeconds),
        new(Transfers, size.Workers * size.TransferWorkers, TransferSeconds(size) + size.VideoBytes * 8 / size.LinkBitsPerSecond),
        new(Network, size.Workers, size.VideoBytes * 8 / size.LinkBitsPerSecond),
        new(DatabaseCores, size.Databases * size.DatabaseCores * ScaleCosts.UsableShare, ScaleCosts.DatabaseSeconds),
        new(WorkerCores, size.Workers * 2 * ScaleCosts.UsableShare, ScaleCosts.WorkerSeconds),
        new(Gate, size.Databases, ScaleCosts.Requests * ScaleCosts.GateSeconds),
    ];

    /// <summary>From the provider, and into the store.</summary>
    public static double TransferSeconds(ScaleSize size) => ScaleCosts.TransferOverhead + 2 * size.VideoBytes / ScaleCosts.ConnectionBytes;

    /// <summary>What is full first, as the load grows.</summary>
    public static ScaleStation Binding(ScaleSize size) => StationsOf(size).MinBy(station => station.Most)!;

    /// <summary>What is full first when the provider gives as much as one likes.</summary>
    public static ScaleStation BindingHere(ScaleSize size) => StationsOf(size).Where(station => station.Name is not (Requests or InFlight)).MinBy(station => station.Most)!;

    /// <summary>Share of a station that a rate uses.</summary>
    public static double Use(ScaleStation station, double rate) => rate / station.Most;
}
