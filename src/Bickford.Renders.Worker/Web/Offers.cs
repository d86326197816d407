using Bickford.Renders.Policies;

namespace Bickford.Renders.Worker.Web;

/// <summary>Which buttons a render has. The core decides once more when one is pressed.</summary>
/// <param name="Resume">Going on makes sense.</param>
/// <param name="Again">It can be rendered again.</param>
/// <param name="Adopt">It has no video, and may be given one.</param>
/// <param name="Cancel">There is something to stop.</param>
internal sealed record Offers(bool Resume, bool Again, bool Adopt, bool Cancel)
{
    public bool Any => Resume || Again || Adopt || Cancel;

    public static Offers For(Render render)
    {
        var stopped = render.Status is RenderStatus.Failed or RenderStatus.Parked && render.FilesDeletingAt is null;
        return new Offers(
            Resume: stopped && !RenderMachine.IsEndedByProvider(render),
            Again: !render.Status.IsOpen(),
            // Without a create that may have taken effect there is no video that could be its own.
            Adopt: stopped && render is { VideoId: null, CreateSince: not null },
            Cancel: render.Status is not (RenderStatus.Completed or RenderStatus.Cancelled) && !render.CancelRequested);
    }

    /// <summary>The button that is most likely the right one: <c>resume</c>, <c>again</c>, <c>edit</c>, <c>adopt</c>, or empty.</summary>
    public static string Best(Render render) => (For(render), render.Cause) switch
    {
        _ when render.Status is not (RenderStatus.Failed or RenderStatus.Parked) => "",
        ({ Again: true }, RenderCause.Policy or RenderCause.InvalidRequest) => "edit",
        ({ Adopt: true }, RenderCause.AmbiguousCreate) => "adopt",
        ({ Again: true }, RenderCause.ProviderLost or RenderCause.Expired) => "again",
        ({ Resume: true }, _) => "resume",
        ({ Again: true }, _) => "again",
        _ => "",
    };

    /// <summary>How long an extension goes on if nothing else is said, and what it costs, as far as the catalogue says.</summary>
    public static string ExtensionOf(Render render, RenderOptions options) =>
        !options.Models.TryGetValue(render.Model, out var offer) || offer.Seconds.Count == 0 ? ""
        : $" for {offer.Seconds[0]} s{(PriceOfAgain(render with { Seconds = offer.Seconds[0] }, options) is { } price ? $", {Output.HumanText.Dollars(price)}" : "")}";

    /// <summary>What rendering it again would cost by the catalogue of today; null where that has no price.</summary>
    public static decimal? PriceOfAgain(Render render, RenderOptions options)
    {
        if (!options.Models.TryGetValue(render.Model, out var offer))
            return null;
        var price = render.Size is { } size && offer.Prices.TryGetValue(size, out var special) ? special : offer.Price;
        return price * render.Seconds;
    }
}
