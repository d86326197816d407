using Bickford.Renders.Ports;

namespace Bickford.Renders.Policies;

/// <summary>What was decided about a request that states an intent.</summary>
/// <param name="Intent">What it is for.</param>
/// <param name="Why">Why this model, in one line.</param>
public sealed record RenderDecision(RenderIntent Intent, string Why)
{
    /// <summary>The request as it is made, with the decision behind it; null where it states no intent, and so is what it is.</summary>
    /// <exception cref="RenderRequestException">It states an intent and a model, or nothing suits.</exception>
    public static (RenderRequest Request, RenderDecision? Decision) For(RenderRequest request, IRenderPolicy policy)
    {
        if (request.Intent is not { } intent)
            return (request, null);
        if (!Enum.IsDefined(intent))
            throw new RenderRequestException("intent", intent.ToString(), string.Join(", ", Enum.GetNames<RenderIntent>()));
        if (request.Model is { } model)
            throw new RenderRequestException("intent", intent.ToString(), "an intent or a model, not both", $"the model is '{model}'");
        var choice = policy.Choose(request);
        var made = request with
        {
            Model = choice.Model,
            Size = request.Size ?? choice.Size,
            Seconds = request.Seconds ?? choice.Seconds,
            Priority = request.Priority != 0 ? request.Priority : choice.Priority ?? 0,
        };
        return (made, new RenderDecision(intent, StepFault.Clean(choice.Why)));
    }
}
