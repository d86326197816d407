namespace Bickford.Renders.Worker.Output;

/// <summary>What a person can do about a render that stopped.</summary>
internal static class NextStep
{
    /// <summary>One line, or null when there is nothing to do.</summary>
    public static string? For(Render render)
    {
        var id = render.ShortId;
        if (render.Status == RenderStatus.Cancelled)
            return $"to render it after all: renders again {id} (costs money)";
        if (render.Status is not (RenderStatus.Failed or RenderStatus.Parked))
            return null;
        return render.Cause switch
        {
            RenderCause.Policy => $"change the prompt: renders again {id} --prompt \"…\"",
            RenderCause.InvalidRequest => $"change the request: renders again {id} --prompt \"…\", or render it anew with other choices",
            RenderCause.Authentication => $"set a key that may do this (Sora:ApiKey), then: renders resume {id}",
            RenderCause.Quota => $"raise the limit, then: renders resume {id}",
            RenderCause.Budget => $"it goes on by itself when there is room; or raise the budget (Budget:*) and restart the workers; or: renders cancel {id}",
            RenderCause.AmbiguousCreate => $"look at the provider which video is yours: renders adopt {id} VIDEO_ID; if there is none: renders again {id}",
            // The video is there and paid for; only what came of it is no use.
            RenderCause.ProviderFailed when render.Step == RenderStep.Download => $"when the provider gives the file out: renders resume {id} (free); to render it again (costs money): renders again {id}",
            RenderCause.ProviderFailed or RenderCause.ProviderLost or RenderCause.Expired => $"render it again (costs money): renders again {id}",
            RenderCause.Storage => $"mend the storage, then: renders resume {id}",
            _ => $"when the trouble is over: renders resume {id} (free)",
        };
    }
}
