namespace Bickford.Renders.Ports;

/// <summary>
/// Steps that wait for each other's workers. Each lane has workers of its own in every engine, so that ten thousand creates that are due hold up no look at a video that is
/// being made, and neither of them a video that is done: where the provider's limit is the narrow place, looks and creates take turns, and what is done goes first.
/// </summary>
public enum StepLane
{
    /// <summary>Create: new work.</summary>
    Creates,

    /// <summary>Poll and Record: what is under way.</summary>
    Looks,

    /// <summary>Download and Upload: what takes long.</summary>
    Transfers,
}

/// <summary>Which step goes where.</summary>
public static class StepLanes
{
    /// <summary>The lane of a step's jobs.</summary>
    public static StepLane Of(RenderStep step) => step switch
    {
        RenderStep.Create => StepLane.Creates,
        RenderStep.Download or RenderStep.Upload => StepLane.Transfers,
        _ => StepLane.Looks,
    };
}
