namespace Bickford.Renders.S3;

/// <summary>Names of what the store notes beside an object (<c>x-amz-meta-…</c> on the wire).</summary>
internal static class ObjectMetadata
{
    /// <summary>SHA-256 of the whole object, 64 lower-case hex digits.</summary>
    public const string Sha256 = "sha256";

    /// <summary>The render it belongs to.</summary>
    public const string RenderId = "render-id";
}
