namespace Bickford.Renders.Worker.Web;

/// <summary>What a cause means, and what to do about it, for somebody who has never seen it.</summary>
internal static class CauseText
{
    /// <summary>One sentence each.</summary>
    public static (string Means, string Do) Of(RenderCause cause) => cause switch
    {
        RenderCause.Policy => (
            "The provider's content policy refused the prompt, the reference image or the result.",
            "Edit the prompt and render again; the same prompt will be refused again."),
        RenderCause.InvalidRequest => (
            "The provider says that the request is wrong, most often a size, length or model that it does not offer.",
            "Correct the request and render again, or bring the catalogue in Sora:Models in line with what the provider offers."),
        RenderCause.Authentication => (
            "The provider does not accept the key, or the key may not do this.",
            "Set a key that may (Sora:ApiKey), restart the workers, then resume."),
        RenderCause.Quota => (
            "Credit or a spending limit at the provider is used up.",
            "Raise the limit there, then resume."),
        RenderCause.RateLimit => (
            "The provider asked to slow down for longer than the render's deadline allowed.",
            "Resume when it is quieter; Sora:RequestsPerMinute keeps below the provider's limit."),
        RenderCause.ProviderFailed => (
            "The provider accepted the render and ended it without a usable video.",
            "Render again; where only the file could not be used, resume fetches it once more."),
        RenderCause.ProviderLost => (
            "The provider no longer knows a video that it had accepted.",
            "Render again, and ask the provider about the charge."),
        RenderCause.Expired => (
            "The provider's copy went away before it could be stored.",
            "Render again; if this happens more than once, give transfers more room (Jobs:TransferWorkers) or look at the store."),
        RenderCause.Storage => (
            "The staging folder or the video store does not work.",
            "Mend the storage and resume before the provider's copy expires; the video is paid for."),
        RenderCause.AmbiguousCreate => (
            "A create may have taken effect and be billed, and neither could be proven.",
            "Look in the provider's list: if your video is there, adopt its id; if it is not, render again."),
        RenderCause.Deadline => (
            "The render was not done within its deadline (Jobs:Deadline).",
            "Resume to go on waiting for it; that is free and starts a new deadline."),
        RenderCause.Budget => (
            "Creating it would cost more than a budget (Budget:PerDay, Budget:PerMonth, or one of its tags) has left.",
            "Wait: it goes on by itself when there is room, in the next day or month (UTC) at the latest. Or raise the budget and restart the workers; or cancel it."),
        _ => (
            "The provider could not be reached for longer than the retries last, or the worker itself failed.",
            "Read the message, and resume when the trouble is over."),
    };

    /// <summary>The name in plain words.</summary>
    public static string Name(RenderCause cause) => cause switch
    {
        RenderCause.Policy => "Refused by policy",
        RenderCause.InvalidRequest => "Wrong request",
        RenderCause.Authentication => "Key not accepted",
        RenderCause.Quota => "Quota used up",
        RenderCause.RateLimit => "Slowed down for too long",
        RenderCause.ProviderFailed => "Failed at the provider",
        RenderCause.ProviderLost => "Lost by the provider",
        RenderCause.Expired => "Expired",
        RenderCause.Storage => "Storage does not work",
        RenderCause.AmbiguousCreate => "Create may have taken effect",
        RenderCause.Deadline => "Deadline passed",
        RenderCause.Budget => "Budget used up",
        _ => "Internal",
    };
}
