using Bickford.Renders.Media;

namespace Bickford.Renders.Tests.Media;

/// <summary>Which part of an image goes where.</summary>
public sealed class FitGeometryTests
{
    [Theory]
    [InlineData(200, 100, 100, 100, 50, 0, 100, 100)]
    [InlineData(100, 200, 100, 100, 0, 50, 100, 100)]
    [InlineData(10, 10, 1280, 720, 0, 2.1875, 10, 5.625)]
    [InlineData(1280, 720, 1280, 720, 0, 0, 1280, 720)]
    public void A_crop_takes_the_middle_and_fills_the_frame(int width, int height, int toWidth, int toHeight, float x, float y, float taken, float tall)
    {
        var (source, target) = FitGeometry.Of(width, height, toWidth, toHeight, ReferenceFit.Crop);

        source.ShouldBe(new FitRectangle(x, y, taken, tall));
        target.ShouldBe(new FitRectangle(0, 0, toWidth, toHeight));
    }

    [Theory]
    [InlineData(200, 100, 100, 100, 0, 25, 100, 50)]
    [InlineData(100, 200, 100, 100, 25, 0, 50, 100)]
    [InlineData(10, 10, 1280, 720, 280, 0, 720, 720)]
    [InlineData(10_000, 1, 1280, 720, 0, 359, 1280, 1)]
    [InlineData(1280, 720, 1280, 720, 0, 0, 1280, 720)]
    public void A_pad_takes_all_and_puts_it_into_the_middle_in_whole_pixels(int width, int height, int toWidth, int toHeight, float x, float y, float across, float down)
    {
        var (source, target) = FitGeometry.Of(width, height, toWidth, toHeight, ReferenceFit.Pad);

        source.ShouldBe(new FitRectangle(0, 0, width, height));
        target.ShouldBe(new FitRectangle(x, y, across, down));
    }
}
