using System.Globalization;

namespace Bickford.Renders.Steps;

/// <summary>Keys of a render's objects in the video store: <c>{yyyy}/{MM}/{render id}/…</c> by the UTC time of enqueue.</summary>
public static class RenderKeys
{
    /// <summary>Key of an asset.</summary>
    public static string Asset(Render render, AssetKind kind) => Prefix(render.Id, render.CreatedAt) + FileName(kind);

    /// <summary>Key of the record for people who do not have the database.</summary>
    public static string Record(Render render) => Prefix(render.Id, render.CreatedAt) + "render.json";

    /// <summary>Key of the reference image.</summary>
    /// <param name="id">The render.</param>
    /// <param name="createdAt">Its time of enqueue.</param>
    /// <param name="contentType"><c>image/jpeg</c>, <c>image/png</c> or <c>image/webp</c>.</param>
    public static string Reference(Guid id, DateTimeOffset createdAt, string contentType) =>
        Prefix(id, createdAt) + "reference." + contentType switch
        {
            "image/jpeg" => "jpg",
            "image/png" => "png",
            "image/webp" => "webp",
            _ => throw new ArgumentOutOfRangeException(nameof(contentType), contentType, "not an image type of the protocol"),
        };

    /// <summary>Name of an asset's file.</summary>
    public static string FileName(AssetKind kind) => kind switch
    {
        AssetKind.Video => "video.mp4",
        AssetKind.Thumbnail => "thumbnail.webp",
        AssetKind.Spritesheet => "spritesheet.jpg",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "unknown kind of asset"),
    };

    private static string Prefix(Guid id, DateTimeOffset createdAt) =>
        string.Create(CultureInfo.InvariantCulture, $"{createdAt.UtcDateTime:yyyy}/{createdAt.UtcDateTime:MM}/{id:D}/");
}
