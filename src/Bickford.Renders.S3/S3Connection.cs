using Amazon;
using Amazon.Runtime;
using Amazon.S3;

namespace Bickford.Renders.S3;

/// <summary>The SDK's client in the one configuration that AWS, MinIO, Ceph, R2 and Swift all understand.</summary>
internal sealed class S3Connection : IDisposable
{
    private readonly HttpClient _http;

    private S3Connection(S3StoreOptions options, TimeSpan timeout, Action<AmazonS3Config>? change = null)
    {
        _http = new HttpClient(new SmallBodyHandler(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            ConnectTimeout = options.ConnectTimeout,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            UseCookies = false,
        }))
        {
            // The SDK does not apply its own Timeout to a client it was given.
            Timeout = timeout,
        };
        var config = new AmazonS3Config
        {
            HttpClientFactory = new OneClient(_http),
            Timeout = timeout,
            RetryMode = RequestRetryMode.Standard,
            MaxErrorRetry = options.Retries,
            ThrottleRetries = false,
            // CRC trailers are what servers other than AWS stumble over; every body carries an MD5 instead.
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
            ForcePathStyle = options.ForcePathStyle ?? options.ServiceUrl is not null,
        };
        if (options.ServiceUrl is null)
        {
            config.RegionEndpoint = RegionEndpoint.GetBySystemName(options.Region);
        }
        else
        {
            config.ServiceURL = options.ServiceUrl;
            config.AuthenticationRegion = options.Region;
        }
        change?.Invoke(config);
        Client = options.AccessKey is null
            ? new AmazonS3Client(config)
            : new AmazonS3Client(new BasicAWSCredentials(options.AccessKey, options.SecretKey), config);
    }

    public AmazonS3Client Client { get; }

    /// <summary>For work: patient.</summary>
    public static S3Connection ForWork(S3StoreOptions options) => new(options, options.Timeout);

    /// <summary>For the check at start: somebody waits for the answer, and a clock that is wrong must be told and not corrected.</summary>
    public static S3Connection ForCheck(S3StoreOptions options) =>
        new(options, TimeSpan.FromTicks(Math.Min(options.Timeout.Ticks, TimeSpan.FromSeconds(30).Ticks)), config =>
        {
            config.MaxErrorRetry = Math.Min(options.Retries, 1);
            config.DisableClockSkewCorrection = true;
        });

    public void Dispose()
    {
        Client.Dispose();
        _http.Dispose();
    }

    private sealed class OneClient(HttpClient http) : HttpClientFactory
    {
        public override HttpClient CreateHttpClient(IClientConfig clientConfig) => http;

        public override bool UseSDKHttpClientCaching(IClientConfig clientConfig) => false;

        public override bool DisposeHttpClientsAfterUse(IClientConfig clientConfig) => false;
    }

    /// <summary>
    /// Sends small bodies without asking first: radosgw 16 loses step on a connection where it refuses a small body early, and
    /// answers the next request there with 405. For large bodies asking first saves sending them in vain.
    /// </summary>
    private sealed class SmallBodyHandler(HttpMessageHandler inner) : DelegatingHandler(inner)
    {
        private const long SmallBytes = 64 << 10;

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (request.Content?.Headers.ContentLength is null or <= SmallBytes)
                request.Headers.ExpectContinue = false;
            return base.SendAsync(request, cancellationToken);
        }
    }
}
