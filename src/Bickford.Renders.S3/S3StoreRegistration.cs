using Bickford.Renders.Ports;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Bickford.Renders.S3;

/// <summary>Adds the S3 store.</summary>
public static class S3StoreRegistration
{
    /// <summary>Keeps finished videos in a bucket. Call <see cref="S3VideoStore.EnsureReadyAsync"/> at start to fail early.</summary>
    /// <param name="builder">The worker's parts.</param>
    /// <param name="configure">Fills the settings.</param>
    /// <exception cref="RenderRequestException">A setting is not allowed.</exception>
    public static RendersBuilder UseS3Store(this RendersBuilder builder, Action<S3StoreOptions> configure)
    {
        var options = new S3StoreOptions();
        configure(options);
        return builder.UseS3Store(options);
    }

    /// <inheritdoc cref="UseS3Store(RendersBuilder, Action{S3StoreOptions})"/>
    /// <param name="builder">The worker's parts.</param>
    /// <param name="options">The settings.</param>
    public static RendersBuilder UseS3Store(this RendersBuilder builder, S3StoreOptions options)
    {
        options.Validate();
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddSingleton(services => new S3VideoStore(options, services.GetRequiredService<TimeProvider>()));
        builder.Services.AddSingleton<IVideoStore>(services => services.GetRequiredService<S3VideoStore>());
        return builder;
    }
}
