using Bickford.Renders.Ports;

namespace Bickford.Renders.Policies;

/// <summary>Chooses by the settings (<see cref="RenderOptions.Intents"/>): rapid drafts by a quick model, what is to be shown by a good one. Pure.</summary>
public sealed class SettingsPolicy(RenderOptions options) : IRenderPolicy
{
    /// <summary>The model of an intent where none is set.</summary>
    public static string Usual(RenderIntent intent) => intent == RenderIntent.Draft ? "sora-2" : "sora-2-pro";

    /// <inheritdoc/>
    public RenderChoice Choose(RenderRequest request)
    {
        var intent = request.Intent ?? throw new ArgumentException("it states no intent", nameof(request));
        var set = options.Intents.TryGetValue(intent, out var own) ? own : new IntentOptions();
        var model = set.Model ?? Usual(intent);
        if (options.Models.Count > 0 && !options.Models.ContainsKey(model))
            throw new RenderRequestException(
                "intent", intent.ToString(), $"an intent whose model is in the catalogue: set 'Intents:{intent}:Model' to one of {string.Join(", ", options.Models.Keys)}", $"'{model}' is not");
        return new RenderChoice(model, Why(intent, model, set)) { Size = set.Size, Seconds = set.Seconds, Priority = set.Priority };
    }

    private static string Why(RenderIntent intent, string model, IntentOptions set) =>
        set.Model is not null ? $"Intents:{intent}:Model is {model}"
        : intent == RenderIntent.Draft ? $"{model} is for rapid drafts (Intents:Draft:Model is not set)"
        : $"{model} is for polished assets (Intents:Final:Model is not set)";
}
