using System.Net;
using System.Security.Cryptography;
using Bickford.Renders.Pacing;
using Bickford.Renders.Videos;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Bickford.Renders.Sora;

/// <summary>Brings the Videos protocol into a worker.</summary>
public static class SoraServiceCollectionExtensions
{
    /// <summary>Name of the <see cref="HttpClient"/> that reads, for those who want to add handlers to it.</summary>
    public const string ReadClientName = "Bickford.Renders.Sora";

    /// <summary>Name of the <see cref="HttpClient"/> that creates and remixes. A handler that sends a request twice makes it fail.</summary>
    public const string CreateClientName = "Bickford.Renders.Sora.Create";

    /// <summary>Renders on a server of the Videos protocol: registers <see cref="IVideosApi"/>. The settings are checked when the host starts.</summary>
    /// <param name="builder">The worker.</param>
    /// <param name="configure">Fills the settings.</param>
    public static RendersBuilder UseVideosApi(this RendersBuilder builder, Action<VideosApiOptions> configure)
    {
        var services = builder.Services;
        services.AddOptions<VideosApiOptions>().Configure(configure).ValidateOnStart();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<VideosApiOptions>, VideosApiOptionsValidator>());
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<RequestCounter>();
        AddClient(services, ReadClientName, TimeSpan.FromMinutes(2));
        // A connection is never used for a second create: one that the server closes just then would leave the create's outcome unknown.
        AddClient(services, CreateClientName, TimeSpan.Zero);
        services.AddSingleton<IVideosApi>(static provider =>
        {
            var clients = provider.GetRequiredService<IHttpClientFactory>();
            return new VideosApiClient(
                clients.CreateClient(ReadClientName),
                provider.GetRequiredService<IOptions<VideosApiOptions>>().Value,
                provider.GetRequiredService<TimeProvider>(),
                new Random(RandomNumberGenerator.GetInt32(int.MaxValue)),
                provider.GetService<ILogger<VideosApiClient>>(),
                clients.CreateClient(CreateClientName),
                provider.GetService<RequestPacing>());
        });
        return builder;
    }

    /// <summary>The most of an answer's headers that is read, in KiB; trailers too.</summary>
    internal const int MaxHeadersKilobytes = 64;

    private static void AddClient(IServiceCollection services, string name, TimeSpan connectionLifetime) => services
        .AddHttpClient(name, static http => http.Timeout = Timeout.InfiniteTimeSpan)
        .ConfigurePrimaryHttpMessageHandler(provider => Handler(provider.GetRequiredService<IOptions<VideosApiOptions>>().Value, connectionLifetime))
        .AddHttpMessageHandler(static provider => new CountingHandler(
            provider.GetRequiredService<RequestCounter>(), new Uri(provider.GetRequiredService<IOptions<VideosApiOptions>>().Value.BaseUrl), provider.GetRequiredService<TimeProvider>()))
        // The client lives as long as the process; the pool renews its connections, so that DNS changes are seen.
        .SetHandlerLifetime(Timeout.InfiniteTimeSpan)
        .RedactLoggedHeaders(static _ => true);

    internal static SocketsHttpHandler Handler(VideosApiOptions options, TimeSpan connectionLifetime) => new()
    {
        ActivityHeadersPropagator = new TraceParentOnly(),
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        ConnectTimeout = options.ConnectTimeout,
        MaxResponseHeadersLength = MaxHeadersKilobytes,
        PooledConnectionLifetime = connectionLifetime,
        UseCookies = false,
    };
}
