using System.Security.Cryptography;
using Amazon.S3;
using Amazon.S3.Model;
using Bickford.Renders.IntegrationTests.Support;
using Bickford.Renders.Ports;
using Bickford.Renders.S3;

namespace Bickford.Renders.IntegrationTests.S3;

/// <summary>A bucket on a real server, a store of it, and the SDK's own client to look past the store.</summary>
public abstract class S3TestBase(CephServer ceph) : IAsyncLifetime
{
    protected const string Key = "2026/01/019b0000-0000-7000-8000-000000000001/video.mp4";
    protected const int PartBytes = 5 << 20;

    private readonly List<IAsyncDisposable> _proxies = [];
    private readonly List<IDisposable> _disposables = [];

    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    protected CephServer Ceph => ceph;

    protected S3StoreOptions Options { get; private set; } = null!;

    protected AmazonS3Client Client { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Options = await ceph.OptionsForAsync(GetType());
        Options.PartBytes = PartBytes;
        Options.MultipartThreshold = PartBytes;
        Client = CephServer.Client(Options);
        _disposables.Add(Client);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var disposable in _disposables)
            disposable.Dispose();
        foreach (var proxy in _proxies)
            await proxy.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected S3VideoStore NewStore(Action<S3StoreOptions>? change = null, TimeProvider? time = null)
    {
        change?.Invoke(Options);
        var store = new S3VideoStore(Options, time);
        _disposables.Add(store);
        return store;
    }

    /// <summary>Puts a proxy between this test's later stores and the server.</summary>
    protected async Task<S3Proxy> UseProxyAsync()
    {
        var proxy = await S3Proxy.StartAsync(Options.ServiceUrl!);
        _proxies.Add(proxy);
        Options.ServiceUrl = proxy.Url;
        return proxy;
    }

    protected string NameOf(string key) => $"{Options.Prefix}/{key}";

    protected async Task<List<MultipartUpload>> UploadsAsync() =>
        (await Client.ListMultipartUploadsAsync(new ListMultipartUploadsRequest { BucketName = Options.Bucket, Prefix = Options.Prefix }, Token)).MultipartUploads ?? [];

    protected async Task<List<S3Object>> ObjectsAsync() =>
        (await Client.ListObjectsV2Async(new ListObjectsV2Request { BucketName = Options.Bucket, Prefix = Options.Prefix }, Token)).S3Objects ?? [];

    protected static async Task<byte[]> ReadAsync(IVideoStore store, string key = Key)
    {
        await using var stream = await store.OpenReadAsync(key, Token);
        stream.ShouldNotBeNull();
        using var copy = new MemoryStream();
        await stream.CopyToAsync(copy, Token);
        return copy.ToArray();
    }

    protected static Task<string> PutAsync(IVideoStore store, byte[] bytes, string key = Key) => store.PutAsync(key, new MemoryStream(bytes), ContentOf(bytes), Token);

    protected static ObjectContent ContentOf(byte[] bytes) => new(bytes.Length, Convert.ToHexStringLower(SHA256.HashData(bytes)), "video/mp4");

    protected static byte[] Bytes(int count, int seed)
    {
        var bytes = new byte[count];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }
}
