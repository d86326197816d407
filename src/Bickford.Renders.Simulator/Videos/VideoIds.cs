using System.Text;

namespace Bickford.Renders.Simulator;

/// <summary>Ids as the different servers write them.</summary>
internal static class VideoIds
{
    public static string Make(Dialect dialect, int seed, long ordinal, string model)
    {
        var hex = Draws.Hex(seed, ordinal, "video id", 48);
        return dialect switch
        {
            Dialect.VllmOmni => $"video_gen_{hex[..32]}",
            Dialect.Sglang => $"{hex[..8]}-{hex[8..12]}-{hex[12..16]}-{hex[16..20]}-{hex[20..32]}",
            Dialect.Gateway => $"task_{hex[..24]}",
            Dialect.LiteLlm => "video_" + UrlSafeBase64($"litellm:custom_llm_provider:openai;model_id:{model};video_id:video_{hex}"),
            _ => $"video_{hex}",
        };
    }

    private static string UrlSafeBase64(string text) =>
        Convert.ToBase64String(Encoding.UTF8.GetBytes(text)).Replace('+', '-').Replace('/', '_');
}
