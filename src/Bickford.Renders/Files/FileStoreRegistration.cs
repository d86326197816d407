using Bickford.Renders.Ports;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Bickford.Renders.Files;

/// <summary>Adds the file store.</summary>
public static class FileStoreRegistration
{
    /// <summary>Keeps finished videos in a folder. Call <see cref="FileVideoStore.EnsureWritable"/> at start to fail early.</summary>
    /// <param name="builder">The worker's parts.</param>
    /// <param name="root">Setting <c>Storage:Root</c>; a relative path counts from the working directory.</param>
    /// <exception cref="ArgumentException">The path is empty or not a path.</exception>
    public static RendersBuilder UseFileStore(this RendersBuilder builder, string root)
    {
        var absolute = new StoreRoot(root).Path;
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddSingleton(services => new FileVideoStore(absolute, services.GetRequiredService<TimeProvider>()));
        builder.Services.AddSingleton<IVideoStore>(services => services.GetRequiredService<FileVideoStore>());
        return builder;
    }
}
