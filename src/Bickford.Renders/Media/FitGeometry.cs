namespace Bickford.Renders.Media;

/// <summary>A part of an image, in pixels.</summary>
public readonly record struct FitRectangle(float X, float Y, float Width, float Height);

/// <summary>Which part of an image goes where. Pure.</summary>
public static class FitGeometry
{
    /// <summary>The part of the image that is taken, and the part of the result that it fills. The middle stays in the middle, and nothing is stretched.</summary>
    /// <param name="width">Of the image.</param>
    /// <param name="height">Of the image.</param>
    /// <param name="toWidth">Of the result.</param>
    /// <param name="toHeight">Of the result.</param>
    /// <param name="fit">Crop or Pad.</param>
    public static (FitRectangle Source, FitRectangle Target) Of(int width, int height, int toWidth, int toHeight, ReferenceFit fit)
    {
        var (across, down) = ((double)toWidth / width, (double)toHeight / height);
        if (fit == ReferenceFit.Pad)
        {
            var scale = Math.Min(across, down);
            // Whole pixels: a picture with half a pixel of black at its edge has a seam.
            var (w, h) = (Math.Clamp(Math.Round(width * scale), 1, toWidth), Math.Clamp(Math.Round(height * scale), 1, toHeight));
            return (new FitRectangle(0, 0, width, height), new FitRectangle((float)Math.Floor((toWidth - w) / 2), (float)Math.Floor((toHeight - h) / 2), (float)w, (float)h));
        }

        var fill = Math.Max(across, down);
        var (taken, tall) = (Math.Min(width, toWidth / fill), Math.Min(height, toHeight / fill));
        return (new FitRectangle((float)((width - taken) / 2), (float)((height - tall) / 2), (float)taken, (float)tall), new FitRectangle(0, 0, toWidth, toHeight));
    }
}
