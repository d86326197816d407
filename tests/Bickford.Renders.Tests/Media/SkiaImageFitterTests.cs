using System.Text;
using Bickford.Renders.Media;
using Bickford.Renders.Skia;
using Bickford.Renders.Tests.Support;
using SkiaSharp;

namespace Bickford.Renders.Tests.Media;

/// <summary>Reference images made to fit: a picture whose left half is red and whose right half is blue.</summary>
public sealed class SkiaImageFitterTests : IDisposable
{
    private readonly SkiaImageFitter _fitter = new();

    public void Dispose() => _fitter.Dispose();

    [Theory]
    [InlineData(SKEncodedImageFormat.Jpeg, "image/jpeg", "frame.jpg")]
    [InlineData(SKEncodedImageFormat.Png, "image/png", "frame.png")]
    [InlineData(SKEncodedImageFormat.Webp, "image/png", "frame.png")]
    public async Task A_crop_has_the_size_and_the_middle_of_the_picture(SKEncodedImageFormat format, string type, string name)
    {
        var fitted = await FitAsync(Picture(200, 100, format), ReferenceFit.Crop, 64, 64);

        ImageHeader.Read(fitted.Content.Span).ShouldBe(new ImageInfo(type, 64, 64));
        (fitted.FileName, fitted.Fit).ShouldBe((name, ReferenceFit.None));
        using var seen = SKBitmap.Decode(fitted.Content.Span);
        (Hue(seen, 4, 32), Hue(seen, 59, 32)).ShouldBe(("red", "blue"));
    }

    [Fact]
    public async Task A_pad_has_all_of_the_picture_and_black_around_it()
    {
        var fitted = await FitAsync(Picture(200, 100, SKEncodedImageFormat.Png), ReferenceFit.Pad, 64, 64);

        using var seen = SKBitmap.Decode(fitted.Content.Span);
        (Hue(seen, 2, 8), Hue(seen, 2, 32), Hue(seen, 61, 32), Hue(seen, 61, 56)).ShouldBe(("black", "red", "blue", "black"));
    }

    [Fact]
    public async Task A_small_picture_is_made_larger()
    {
        var fitted = await FitAsync(Picture(20, 10, SKEncodedImageFormat.Png), ReferenceFit.Crop, 320, 180);

        ImageHeader.Read(fitted.Content.Span).ShouldBe(new ImageInfo("image/png", 320, 180));
    }

    [Fact]
    public async Task What_a_camera_wrote_into_the_file_is_not_in_the_result_not_even_where_the_size_is_right()
    {
        var image = CameraFile.Jpeg(Picture(64, 64, SKEncodedImageFormat.Jpeg), orientation: 1);
        TextOf(image).ShouldContain(CameraFile.Secret);

        var fitted = await FitAsync(image, ReferenceFit.Crop, 64, 64);

        TextOf(fitted.Content.ToArray()).ShouldNotContain(CameraFile.Secret);
        TextOf(fitted.Content.ToArray()).ShouldNotContain("Exif");
    }

    // What stands left in the file (red) and right (blue), as each of the eight ways to hold a camera shows it.
    [Theory]
    [InlineData(1, "red", "blue", "red", "blue")]
    [InlineData(2, "blue", "red", "blue", "red")]
    [InlineData(3, "blue", "red", "blue", "red")]
    [InlineData(4, "red", "blue", "red", "blue")]
    [InlineData(5, "red", "red", "blue", "blue")]
    [InlineData(6, "red", "red", "blue", "blue")]
    [InlineData(7, "blue", "blue", "red", "red")]
    [InlineData(8, "blue", "blue", "red", "red")]
    public async Task A_picture_is_upright_however_the_camera_was_held(int orientation, string topLeft, string topRight, string bottomLeft, string bottomRight)
    {
        var fitted = await FitAsync(CameraFile.Jpeg(Picture(64, 64, SKEncodedImageFormat.Jpeg), orientation), ReferenceFit.Crop, 64, 64);

        using var seen = SKBitmap.Decode(fitted.Content.Span);
        (Hue(seen, 8, 8), Hue(seen, 55, 8), Hue(seen, 8, 55), Hue(seen, 55, 55)).ShouldBe((topLeft, topRight, bottomLeft, bottomRight));
    }

    [Fact]
    public async Task A_turned_picture_is_cut_as_it_is_seen()
    {
        var fitted = await FitAsync(CameraFile.Jpeg(Picture(200, 100, SKEncodedImageFormat.Jpeg), orientation: 6), ReferenceFit.Pad, 100, 200);

        using var seen = SKBitmap.Decode(fitted.Content.Span);
        (Hue(seen, 50, 10), Hue(seen, 50, 190), Hue(seen, 4, 10)).ShouldBe(("red", "blue", "red"), "it fills the frame");
    }

    [Fact]
    public async Task An_image_that_is_cut_off_or_none_is_refused_in_one_line()
    {
        var whole = Picture(200, 100, SKEncodedImageFormat.Png);
        foreach (var bytes in new[] { whole[..(whole.Length / 2)], "no image at all"u8.ToArray(), [] })
            (await Should.ThrowAsync<RenderRequestException>(() => FitAsync(bytes, ReferenceFit.Crop, 64, 64))).Field.ShouldBe("reference");
    }

    [Fact]
    public async Task An_image_that_would_fill_the_memory_is_refused_before_it_is_decoded()
    {
        var error = await Should.ThrowAsync<RenderRequestException>(() => FitAsync(TinyPng.Of(10_000, 5_001), ReferenceFit.Crop, 64, 64));

        error.Message.ShouldContain("at most 50 million pixels");
    }

    private Task<ReferenceImage> FitAsync(byte[] image, ReferenceFit fit, int width, int height) =>
        _fitter.FitAsync(new ReferenceImage(image, "frame.picture") { Fit = fit }, width, height, TestContext.Current.CancellationToken);

    private static byte[] Picture(int width, int height, SKEncodedImageFormat format)
    {
        using var bitmap = new SKBitmap(width, height);
        using var canvas = new SKCanvas(bitmap);
        canvas.Clear(SKColors.Red);
        using var paint = new SKPaint { Color = SKColors.Blue };
        canvas.DrawRect(width / 2f, 0, width / 2f, height, paint);
        using var data = bitmap.Encode(format, 95);
        return data.ToArray();
    }

    private static string TextOf(byte[] bytes) => Encoding.Latin1.GetString(bytes);

    private static string Hue(SKBitmap bitmap, int x, int y) => bitmap.GetPixel(x, y) switch
    {
        { Red: > 150, Green: < 90, Blue: < 90 } => "red",
        { Red: < 90, Green: < 90, Blue: > 150 } => "blue",
        { Red: < 40, Green: < 40, Blue: < 40 } => "black",
        var other => other.ToString(),
    };
}
