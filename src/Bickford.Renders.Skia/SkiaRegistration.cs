using Bickford.Renders.Ports;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Bickford.Renders.Skia;

/// <summary>Adds the fitting of reference images.</summary>
public static class SkiaRegistration
{
    /// <summary>Fits reference images of the wrong size where a request asks for it (<see cref="ReferenceImage.Fit"/>).</summary>
    /// <param name="builder">The worker's parts.</param>
    public static RendersBuilder UseSkia(this RendersBuilder builder)
    {
        builder.Services.TryAddSingleton<IImageFitter, SkiaImageFitter>();
        return builder;
    }
}
