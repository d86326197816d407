using Microsoft.Net.Http.Headers;

namespace Bickford.Renders.Worker.Api;

/// <summary>Conditional requests.</summary>
internal static class Conditional
{
    public static EntityTagHeaderValue TagOf(Render render) => new($"\"{render.Version}\"");

    public static EntityTagHeaderValue TagOf(RenderAsset asset) => new($"\"{asset.Sha256}\"");

    /// <summary>Whether who asks has it already.</summary>
    public static bool IsKnown(HttpContext http, EntityTagHeaderValue tag) =>
        EntityTagHeaderValue.TryParseList(http.Request.Headers.IfNoneMatch.OfType<string>().ToList(), out var known)
        && known.Any(one => one.Equals(EntityTagHeaderValue.Any) || one.Compare(tag, useStrongComparison: false));
}
