namespace Bickford.Renders.Simulator;

/// <summary>URLs outside of the API that hand out content without a token, as object stores do.</summary>
internal sealed class SignedUrls(int seed)
{
    public string For(HttpRequest request, SimulatedVideo video, string variant) =>
        $"{request.Scheme}://{request.Host}/files/{video.Id}?variant={variant}&signature={Sign(video, variant)}";

    public bool IsValid(SimulatedVideo video, string variant, string? signature) => signature == Sign(video, variant);

    private string Sign(SimulatedVideo video, string variant) => Draws.Hex(seed, video.Ordinal, $"signature {variant}", 40);
}
