using System.Collections.Concurrent;
using System.Globalization;
using Amazon.Runtime;
using Amazon.S3;
using Bickford.Renders.S3;

namespace Bickford.Renders.IntegrationTests.Support;

/// <summary>
/// A real S3 server, nobody's of this project: Ceph with one monitor, one object store in memory, and gateways. Started by the first
/// test that asks, once per run, on free loopback ports; ends with the run, even if that is killed.
/// </summary>
public sealed class CephServer : IAsyncDisposable
{
    public const string AccessKey = "TESTKEY0000000000000";
    public const string SecretKey = "testsecret-0123456789-0123456789-0123456";

    private readonly string _folder = Path.Combine(Path.GetTempPath(), $"renders-ceph-{Guid.CreateVersion7(TimeProvider.System.GetUtcNow()):N}");
    private readonly ConcurrentDictionary<string, Lazy<Task>> _buckets = new();
    private readonly Lazy<Task<CephGateway>> _started;
    private ProcessGuard? _guard;

    public CephServer() => _started = new Lazy<Task<CephGateway>>(() => Task.Run(StartAsync));

    private string Config => Path.Combine(_folder, "ceph.conf");

    /// <summary>Settings for the bucket of a test class, which exists, and a prefix of its own in it.</summary>
    public async Task<S3StoreOptions> OptionsForAsync(Type testClass)
    {
        var gateway = await GatewayAsync();
        var bucket = testClass.Name.ToLowerInvariant();
        await _buckets.GetOrAdd(bucket, _ => new Lazy<Task>(() => CreateBucketAsync(gateway, bucket))).Value;
        return Options(gateway, bucket, $"{Guid.CreateVersion7(TimeProvider.System.GetUtcNow()):N}-test");
    }

    /// <summary>The gateway that all tests share; not to be stopped.</summary>
    public Task<CephGateway> GatewayAsync() => _started.Value;

    /// <summary>One more gateway to the same objects, which the caller may kill.</summary>
    public async Task<CephGateway> StartGatewayAsync()
    {
        await GatewayAsync();
        return await CephGateway.StartAsync(_guard!, _folder, Config);
    }

    /// <summary>Runs <c>radosgw-admin</c>.</summary>
    public async Task AdminAsync(params IReadOnlyList<string> arguments)
    {
        await GatewayAsync();
        await ProcessGuard.RunAsync("radosgw-admin", ["-c", Config, .. arguments]);
    }

    /// <summary>Settings of the administrator for a bucket.</summary>
    public static S3StoreOptions Options(CephGateway gateway, string bucket, string prefix = "") => new()
    {
        ServiceUrl = gateway.Url,
        Bucket = bucket,
        Prefix = prefix,
        AccessKey = AccessKey,
        SecretKey = SecretKey,
    };

    /// <summary>The SDK's client, to look at the server past the store.</summary>
    public static AmazonS3Client Client(S3StoreOptions options) => new(options.AccessKey, options.SecretKey, new AmazonS3Config
    {
        ServiceURL = options.ServiceUrl,
        AuthenticationRegion = "us-east-1",
        ForcePathStyle = true,
        RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
        ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
    });

    public async ValueTask DisposeAsync()
    {
        if (_guard is not null)
            await _guard.DisposeAsync();
    }

    private static async Task CreateBucketAsync(CephGateway gateway, string bucket)
    {
        using var client = Client(Options(gateway, bucket));
        await client.PutBucketAsync(bucket);
    }

    private async Task<CephGateway> StartAsync()
    {
        RequirePrograms();
        foreach (var part in new[] { "mon", "osd", "rgw", "log", "run" })
            Directory.CreateDirectory(Path.Combine(_folder, part));
        _guard = new ProcessGuard(_folder);
        var monitorPort = FreePort.Next();
        var cluster = Guid.CreateVersion7(TimeProvider.System.GetUtcNow()).ToString();
        await File.WriteAllTextAsync(Config, CephConfig.Text(_folder, cluster, monitorPort));

        var map = Path.Combine(_folder, "monmap");
        await ProcessGuard.RunAsync("monmaptool", ["--create", "--addv", "a", string.Create(CultureInfo.InvariantCulture, $"[v1:127.0.0.1:{monitorPort}]"), "--fsid", cluster, map]);
        await ProcessGuard.RunAsync("ceph-mon", ["--mkfs", "-i", "a", "--monmap", map, "-c", Config]);
        _guard.Start("mon", "ceph-mon", ["-f", "-i", "a", "-c", Config]);

        var store = Guid.CreateVersion7(TimeProvider.System.GetUtcNow()).ToString();
        await Eventually.HoldsAsync("Ceph's monitor takes an object store in", () => ProcessGuard.TryRunAsync("ceph", ["-c", Config, "--connect-timeout", "5", "osd", "new", store]));
        await ProcessGuard.RunAsync("ceph-osd", ["-i", "0", "--mkfs", "--osd-uuid", store, "-c", Config]);
        var objects = StartObjectStore();
        var gateway = CephGateway.Begin(_guard, _folder, Config);
        await Eventually.HoldsAsync("Ceph's gateway answers", async () =>
        {
            // Asked too early, the monitor tells the object store a wrong cluster id, and that gives up.
            if (objects.HasExited)
                objects = StartObjectStore();
            return await gateway.AnswersAsync();
        }, TimeSpan.FromMinutes(2));
        await ProcessGuard.RunAsync("radosgw-admin",
            ["-c", Config, "user", "create", "--uid=admin", "--display-name=admin", $"--access-key={AccessKey}", $"--secret-key={SecretKey}"]);
        return gateway;
    }

    private System.Diagnostics.Process StartObjectStore() => _guard!.Start("osd", "ceph-osd", ["-f", "-i", "0", "-c", Config]);

    private static void RequirePrograms()
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        var missing = new[] { "monmaptool", "ceph-mon", "ceph-osd", "ceph", "radosgw", "radosgw-admin" }.Where(program => !folders.Any(folder => File.Exists(Path.Combine(folder, program)))).ToList();
        if (missing.Count > 0)
        {
            throw new InvalidOperationException(
                $"These tests need a Ceph server, and {string.Join(", ", missing)} is not installed: apt-get install --no-install-recommends radosgw ceph-mon ceph-osd ceph-common");
        }
    }
}
