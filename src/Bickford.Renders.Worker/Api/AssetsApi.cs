using Bickford.Renders.Ports;
using Bickford.Renders.S3;
using Bickford.Renders.Steps;
using Bickford.Renders.Worker.Settings;
using Microsoft.Net.Http.Headers;

namespace Bickford.Renders.Worker.Api;

/// <summary>The files of a render.</summary>
internal static class AssetsApi
{
    private static readonly TimeSpan s_linkLifetime = TimeSpan.FromMinutes(5);

    public static void Map(RouteGroupBuilder api, WorkerSettings settings) =>
        api.MapMethods("/renders/{id}/assets/{kind}", [HttpMethods.Get, HttpMethods.Head], (string id, string kind, HttpContext http, IRenders renders, IVideoStore videos) =>
                ReadAsync(id, kind, http, renders, videos, settings.PresignedAssets))
            .Takes(
                Described.IfNoneMatch,
                new("Range", "A part of the file: bytes=FIRST-LAST.", ParameterPlace.Header),
                new("If-Range", "The ETag of what you have a part of; if it is no longer that, all of it comes.", ParameterPlace.Header))
            .WithName("readAsset").WithSummary("A file of a render: video, thumbnail or spritesheet. Or, where the setting Dashboard:PresignedAssets says so, a redirect to where it lies")
            .Produces(200, contentType: "video/mp4", additionalContentTypes: ["image/webp", "image/jpeg", "image/png"]).Produces(206).Produces(302).Produces(304).Produces(416).Problems(404, 503);

    private static async Task<IResult> ReadAsync(string id, string kind, HttpContext http, IRenders renders, IVideoStore videos, bool presigned)
    {
        var render = await renders.GetAsync(RendersApi.IdOf(id), http.RequestAborted) ?? throw new RenderNotFoundException(id);
        var asset = Find(render, kind);
        var key = RenderKeys.Asset(render, asset.Kind);
        if (presigned && HttpMethods.IsGet(http.Request.Method) && !IsForAPage(http.Request) && http.RequestServices.GetService<S3VideoStore>() is { } bucket)
        {
            http.Response.Headers.CacheControl = "no-store";
            return Results.Redirect((await bucket.PresignAsync(key, s_linkLifetime)).AbsoluteUri);
        }

        var tag = Conditional.TagOf(asset);
        var headers = http.Response.Headers;
        headers.CacheControl = "private, no-cache";
        headers.XContentTypeOptions = "nosniff";
        if (Conditional.IsKnown(http, tag))
        {
            headers.ETag = tag.ToString();
            return Results.StatusCode(StatusCodes.Status304NotModified);
        }

        var content = await videos.OpenReadAsync(key, http.RequestAborted) ?? throw NotHere($"the {Name(asset.Kind)} of render {render.ShortId} is gone from the video store");
        headers.ContentDisposition = new ContentDispositionHeaderValue("inline") { FileName = $"{render.ShortId}-{Name(asset.Kind)}.{Ending(asset.ContentType)}" }.ToString();
        return Results.Stream(content, asset.ContentType, lastModified: null, entityTag: tag, enableRangeProcessing: true);
    }

    // The pages' security policy lets media come from the worker alone.
    private static bool IsForAPage(HttpRequest request) => request.Headers["Sec-Fetch-Dest"].ToString() is "image" or "video";

    private static RenderAsset Find(Render render, string kind)
    {
        if (Enum.GetValues<AssetKind>().Where(one => Name(one) == kind).Select(one => (AssetKind?)one).FirstOrDefault() is not { } wanted)
            throw NotHere($"kind: there is no '{(kind.Length > 80 ? kind[..80] + "…" : kind)}'; allowed: {string.Join(", ", Enum.GetValues<AssetKind>().Select(Name))}");
        return render.Assets.FirstOrDefault(asset => asset.Kind == wanted && asset.Uri is not null)
            ?? throw NotHere(render.FilesDeletingAt is not null
                ? $"the files of render {render.ShortId} were deleted by clean-up"
                : $"render {render.ShortId} has no stored {Name(wanted)}; it is {render.Status}");
    }

    private static ApiException NotHere(string detail) => new(new("Not found", 404, detail));

    private static string Name(AssetKind kind) => kind.ToString().ToLowerInvariant();

    private static string Ending(string contentType) => contentType switch
    {
        "video/mp4" => "mp4",
        "image/webp" => "webp",
        "image/jpeg" => "jpg",
        "image/png" => "png",
        _ => "bin",
    };
}
