using Bickford.Renders.Media;
using Bickford.Renders.Ports;
using SkiaSharp;

namespace Bickford.Renders.Skia;

/// <summary>
/// Fits images with Skia. Only pixels are carried over, as sRGB and turned upright: what else a file holds (EXIF with its places and cameras, XMP, comments, thumbnails, what stands behind
/// the image) is not in the result. A JPEG becomes a JPEG, everything else a PNG, which loses nothing.
/// </summary>
public sealed class SkiaImageFitter : IImageFitter, IDisposable
{
    /// <summary>The most pixels that are decoded: four bytes each, and one image at a time.</summary>
    public const long MostPixels = 50_000_000;

    private const int JpegQuality = 95;

    // Where an image is made larger, and where it is made smaller.
    private static readonly SKSamplingOptions s_enlarge = new(SKCubicResampler.Mitchell);
    private static readonly SKSamplingOptions s_shrink = new(SKFilterMode.Linear, SKMipmapMode.Linear);

    private readonly SemaphoreSlim _one = new(1, 1);

    /// <inheritdoc/>
    public async Task<ReferenceImage> FitAsync(ReferenceImage image, int width, int height, CancellationToken cancellationToken = default)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            return await Task.Run(() => Fitted(image, width, height), cancellationToken);
        }
        finally
        {
            _one.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _one.Dispose();

    private static ReferenceImage Fitted(ReferenceImage image, int width, int height)
    {
        using var data = SKData.CreateCopy(image.Content.Span);
        using var codec = SKCodec.Create(data) ?? throw Unreadable(image);
        if ((long)codec.Info.Width * codec.Info.Height > MostPixels)
            throw new RenderRequestException("reference", image.FileName, $"an image of at most {MostPixels / 1_000_000} million pixels to be fitted", $"it is {codec.Info.Width}x{codec.Info.Height}");

        using var pixels = new SKBitmap(new SKImageInfo(codec.Info.Width, codec.Info.Height, SKColorType.Rgba8888, SKAlphaType.Premul, SKColorSpace.CreateSrgb()));
        // An image that is cut off would be half of one.
        if (codec.GetPixels(pixels.Info, pixels.GetPixels()) != SKCodecResult.Success)
            throw Unreadable(image);

        var isJpeg = codec.EncodedFormat == SKEncodedImageFormat.Jpeg;
        using var upright = Upright(pixels, codec.EncodedOrigin);
        using var drawn = Drawn(upright, width, height, image.Fit, opaque: isJpeg);
        using var encoded = drawn.Encode(isJpeg ? SKEncodedImageFormat.Jpeg : SKEncodedImageFormat.Png, JpegQuality);
        return new ReferenceImage(encoded.ToArray(), Path.ChangeExtension(image.FileName, isJpeg ? ".jpg" : ".png"));
    }

    // How a camera was held. What EXIF says is applied, because it is not carried over.
    private static SKBitmap Upright(SKBitmap pixels, SKEncodedOrigin origin)
    {
        if (origin is SKEncodedOrigin.TopLeft or SKEncodedOrigin.Default)
            return pixels.Copy();
        var (w, h) = (pixels.Width, pixels.Height);
        var turned = origin is SKEncodedOrigin.LeftTop or SKEncodedOrigin.RightTop or SKEncodedOrigin.RightBottom or SKEncodedOrigin.LeftBottom;
        var result = new SKBitmap(pixels.Info.WithSize(turned ? h : w, turned ? w : h));
        using var canvas = new SKCanvas(result);
        canvas.SetMatrix(origin switch
        {
            SKEncodedOrigin.TopRight => new SKMatrix(-1, 0, w, 0, 1, 0, 0, 0, 1),
            SKEncodedOrigin.BottomRight => new SKMatrix(-1, 0, w, 0, -1, h, 0, 0, 1),
            SKEncodedOrigin.BottomLeft => new SKMatrix(1, 0, 0, 0, -1, h, 0, 0, 1),
            SKEncodedOrigin.LeftTop => new SKMatrix(0, 1, 0, 1, 0, 0, 0, 0, 1),
            SKEncodedOrigin.RightTop => new SKMatrix(0, -1, h, 1, 0, 0, 0, 0, 1),
            SKEncodedOrigin.RightBottom => new SKMatrix(0, -1, h, -1, 0, w, 0, 0, 1),
            _ => new SKMatrix(0, 1, 0, -1, 0, w, 0, 0, 1),
        });
        canvas.DrawBitmap(pixels, 0, 0, new SKSamplingOptions(SKFilterMode.Nearest));
        return result;
    }

    private static SKImage Drawn(SKBitmap from, int width, int height, ReferenceFit fit, bool opaque)
    {
        var info = new SKImageInfo(width, height, SKColorType.Rgba8888, opaque ? SKAlphaType.Opaque : SKAlphaType.Premul, SKColorSpace.CreateSrgb());
        using var surface = SKSurface.Create(info);
        // What is left free is black, as in a film.
        surface.Canvas.Clear(opaque || fit == ReferenceFit.Pad ? SKColors.Black : SKColors.Transparent);
        using var image = SKImage.FromBitmap(from);
        var (source, target) = FitGeometry.Of(from.Width, from.Height, width, height, fit);
        surface.Canvas.DrawImage(image, Rect(source), Rect(target), target.Width > source.Width ? s_enlarge : s_shrink, null);
        return surface.Snapshot();
    }

    private static SKRect Rect(FitRectangle rectangle) => SKRect.Create(rectangle.X, rectangle.Y, rectangle.Width, rectangle.Height);

    private static RenderRequestException Unreadable(ReferenceImage image) =>
        new("reference", image.FileName, "a whole jpeg, png or webp image that can be decoded, or fit None");
}
