namespace Bickford.Renders.Simulator;

/// <summary>What one model offers.</summary>
/// <param name="Sizes">Sizes as WIDTHxHEIGHT.</param>
/// <param name="Seconds">Clip lengths in seconds.</param>
public sealed record ModelOffer(IReadOnlyList<string> Sizes, IReadOnlyList<int> Seconds);

/// <summary>The models a simulated server offers, with their sizes and seconds.</summary>
/// <param name="Models">Offers by model name.</param>
/// <param name="AnyModel">Offer for every name that <paramref name="Models"/> does not hold; null refuses such names.</param>
/// <param name="AnySizeAndSeconds">Accept every WIDTHxHEIGHT and every whole number of seconds from 1.</param>
public sealed record ModelCatalogue(
    IReadOnlyDictionary<string, ModelOffer> Models, ModelOffer? AnyModel = null, bool AnySizeAndSeconds = false)
{
    private static readonly string[] Sizes720 = ["720x1280", "1280x720"];
    private static readonly string[] SizesPro = [.. Sizes720, "1024x1792", "1792x1024", "1080x1920", "1920x1080"];

    /// <summary>sora-2 (720p), sora-2-pro (also 1024p and 1080p) and their dated snapshots, at 4, 8 and 12 seconds.</summary>
    public static ModelCatalogue Sora { get; } = SoraWith([4, 8, 12]);

    /// <summary><see cref="Sora"/>, also at 16 and 20 seconds, as the provider's last guide had it.</summary>
    public static ModelCatalogue SoraLong { get; } = SoraWith([4, 8, 12, 16, 20]);

    /// <summary>Any deployment name at 720p and 4, 8 or 12 seconds.</summary>
    public static ModelCatalogue Azure { get; } =
        new(new Dictionary<string, ModelOffer>(), new ModelOffer(Sizes720, [4, 8, 12]));

    /// <summary>Any model, any size, any seconds.</summary>
    public static ModelCatalogue Anything { get; } =
        new(new Dictionary<string, ModelOffer>(), new ModelOffer([], []), AnySizeAndSeconds: true);

    /// <summary>What a server of this dialect offers when nothing else is said.</summary>
    public static ModelCatalogue For(Dialect dialect) => dialect switch
    {
        Dialect.OpenAi => Sora,
        Dialect.Azure => Azure,
        _ => Anything,
    };

    internal ModelOffer? Find(string model) => Models.GetValueOrDefault(model) ?? AnyModel;

    private static ModelCatalogue SoraWith(int[] seconds)
    {
        var standard = new ModelOffer(Sizes720, seconds);
        var pro = new ModelOffer(SizesPro, seconds);
        return new ModelCatalogue(new Dictionary<string, ModelOffer>
        {
            ["sora-2"] = standard,
            ["sora-2-pro"] = pro,
            ["sora-2-2025-10-06"] = standard,
            ["sora-2-2025-12-08"] = standard,
            ["sora-2-pro-2025-10-06"] = pro,
        });
    }
}
