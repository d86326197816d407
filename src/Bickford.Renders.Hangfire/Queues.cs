using Bickford.Renders.Ports;

namespace Bickford.Renders.Hangfire;

/// <summary>The queues, each with workers of its own, so that long transfers never hold up a look at a status.</summary>
public static class Queues
{
    /// <summary>Creates.</summary>
    public const string Creates = "creates";

    /// <summary>Looks and ledger writes.</summary>
    public const string Api = "api";

    /// <summary>Downloads and uploads.</summary>
    public const string Transfers = "transfers";

    /// <summary>The recurring jobs.</summary>
    public const string Maintenance = "maintenance";

    /// <summary>The queue that a step's jobs go to.</summary>
    public static string Of(RenderStep step) => StepLanes.Of(step) switch
    {
        StepLane.Creates => Creates,
        StepLane.Transfers => Transfers,
        _ => Api,
    };
}
