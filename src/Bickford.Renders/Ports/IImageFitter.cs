namespace Bickford.Renders.Ports;

/// <summary>Makes reference images the size of the video.</summary>
public interface IImageFitter
{
    /// <summary>The image at this size, as its <see cref="ReferenceImage.Fit"/> says, upright, and with nothing in the file but the picture.</summary>
    /// <param name="image">A jpeg, png or webp image; its fit is Crop or Pad.</param>
    /// <param name="width">Pixels across.</param>
    /// <param name="height">Pixels down.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>A jpeg or png image of exactly that size; its fit is None.</returns>
    /// <exception cref="RenderRequestException">It cannot be decoded, or is too large.</exception>
    Task<ReferenceImage> FitAsync(ReferenceImage image, int width, int height, CancellationToken cancellationToken = default);
}
