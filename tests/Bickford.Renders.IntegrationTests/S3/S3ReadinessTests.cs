using System.Globalization;
using Bickford.Renders.IntegrationTests.Support;
using Bickford.Renders.Ports;
using Bickford.Renders.S3;

namespace Bickford.Renders.IntegrationTests.S3;

/// <summary>The check at start: one clear line for each thing that can be wrong, and no secret in any.</summary>
public sealed class S3ReadinessTests(CephServer ceph) : S3TestBase(ceph)
{
    private const string OtherSecret = "an-other-secret-9876543210-9876543210-98";

    [Fact]
    public async Task A_server_that_is_ready_passes_and_nothing_is_left_there()
    {
        await NewStore().EnsureReadyAsync(Token);

        (await ObjectsAsync()).ShouldBeEmpty();
        (await UploadsAsync()).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(CephServer.AccessKey, "SignatureDoesNotMatch")]
    [InlineData("NOSUCHKEY00000000000", "InvalidAccessKeyId")]
    public Task Wrong_credentials(string accessKey, string code) => FailsAsync(
        o => (o.AccessKey, o.SecretKey) = (accessKey, OtherSecret), $"the credentials are refused ({code}", "correct Storage:AccessKey and Storage:SecretKey");

    [Fact]
    public Task A_missing_bucket() =>
        FailsAsync(o => o.Bucket = "no-such-bucket", "there is no bucket 'no-such-bucket' (NoSuchBucket", "set Storage:CreateBucket to true");

    [Fact]
    public async Task A_missing_bucket_is_created_if_asked_by_any_number_of_workers_at_once()
    {
        var stores = Enumerable.Range(0, 3).Select(_ => NewStore(o => (o.Bucket, o.CreateBucket) = ("created-on-demand", true))).ToList();

        await Task.WhenAll(stores.Select(store => store.EnsureReadyAsync(Token)));

        await PutAsync(stores[0], [1]);
        (await ReadAsync(stores[1])).ShouldBe([1]);
    }

    [Fact]
    public async Task A_bucket_that_another_worker_made_meanwhile_is_used_even_where_the_server_does_not_say_that_it_is_ours()
    {
        await NewStore().EnsureReadyAsync(Token);
        var proxy = await UseProxyAsync();
        var asked = 0;
        proxy.Instead = request => request.Method switch
        {
            "GET" when Interlocked.Increment(ref asked) == 1 => S3Proxy.Error(404, "NoSuchBucket"),
            "PUT" => S3Proxy.Error(409, "BucketAlreadyExists"),
            _ => null,
        };

        await NewStore(o => o.CreateBucket = true).EnsureReadyAsync(Token);

        asked.ShouldBe(2);
    }

    [Fact]
    public async Task A_bucket_of_somebody_else_is_not_used()
    {
        var proxy = await UseProxyAsync();
        var asked = 0;
        proxy.Instead = request => request.Method switch
        {
            "GET" => Interlocked.Increment(ref asked) == 1 ? S3Proxy.Error(404, "NoSuchBucket") : S3Proxy.Error(403, "AccessDenied"),
            "PUT" => S3Proxy.Error(409, "BucketAlreadyExists"),
            _ => null,
        };

        await FailsAsync(o => o.CreateBucket = true, "belongs to somebody else (BucketAlreadyExists", "choose another Storage:Bucket");
    }

    [Fact]
    public Task A_port_that_nothing_listens_on() => FailsAsync(
        o => o.ServiceUrl = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{FreePort.Next()}"), "the connection is refused", "check that the server runs, the network, and Storage:ServiceUrl");

    [Fact]
    public Task A_host_that_is_not_known() =>
        FailsAsync(o => o.ServiceUrl = "http://s3.invalid:9000", "cannot use", "check that the server runs, the network, and Storage:ServiceUrl");

    [Fact]
    public async Task Credentials_without_rights_on_the_bucket()
    {
        await Ceph.AdminAsync("user", "create", "--uid=stranger", "--display-name=stranger", "--access-key=STRANGER000000000000", $"--secret-key={OtherSecret}");

        await FailsAsync(o => (o.AccessKey, o.SecretKey) = ("STRANGER000000000000", OtherSecret), "access is denied (AccessDenied", "s3:PutObject");
    }

    [Fact]
    public async Task A_storage_that_is_full_fails_the_put()
    {
        await Ceph.AdminAsync("user", "create", "--uid=small", "--display-name=small", "--access-key=SMALL000000000000000", $"--secret-key={OtherSecret}");
        await Ceph.AdminAsync("quota", "set", "--uid=small", "--quota-scope=bucket", "--max-size=4096");
        await Ceph.AdminAsync("quota", "enable", "--uid=small", "--quota-scope=bucket");
        var store = NewStore(o => (o.AccessKey, o.SecretKey, o.Bucket, o.CreateBucket) = ("SMALL000000000000000", OtherSecret, "small-bucket", true));
        await store.EnsureReadyAsync(Token);

        var error = await Should.ThrowAsync<VideoStoreException>(() => PutAsync(store, Bytes(100_000, seed: 1)));

        ShouldBeOneClearLine(error, "the storage is full (QuotaExceeded", "raise the quota");
    }

    [Theory]
    [InlineData(301, "PermanentRedirect", "The bucket is in another region")]
    [InlineData(400, "AuthorizationHeaderMalformed", "the region 'us-east-1' is wrong; expecting 'eu-west-1'")]
    public async Task A_bucket_of_another_region(int status, string code, string message)
    {
        var proxy = await UseProxyAsync();
        proxy.Instead = _ => S3Proxy.Error(status, code, message);

        await FailsAsync(_ => { }, "belongs to another region or address", message, "correct Storage:Region, which is 'us-east-1'");
    }

    [Fact]
    public async Task A_server_that_is_not_one_of_S3()
    {
        var proxy = await UseProxyAsync();
        proxy.Instead = _ => (400, "<html>what?</html>");

        await FailsAsync(_ => { }, "the server refuses", "check that Storage:ServiceUrl is an S3 server");
    }

    [Theory]
    [InlineData(507, "XMinioStorageFull", "the storage is full")]
    [InlineData(503, "SlowDown", "overloaded or failing")]
    public async Task A_server_in_trouble(int status, string code, string what)
    {
        var proxy = await UseProxyAsync();
        proxy.Instead = _ => S3Proxy.Error(status, code);

        await FailsAsync(o => o.Retries = 0, what);
    }

    [Fact]
    public async Task Small_bodies_refused_early_do_not_spoil_the_connection_for_the_next_request()
    {
        var store = NewStore(o => o.Bucket = "no-such-bucket");

        for (var i = 0; i < 10; i++)
        {
            var put = await Should.ThrowAsync<VideoStoreException>(() => PutAsync(store, [1, 2, 3]));
            put.Message.ShouldContain("NoSuchBucket");
            var read = await Should.ThrowAsync<VideoStoreException>(() => store.OpenReadAsync(Key, Token));
            read.Message.ShouldContain("NoSuchBucket");
        }
    }

    private async Task FailsAsync(Action<S3StoreOptions> change, params string[] parts) =>
        ShouldBeOneClearLine(await Should.ThrowAsync<VideoStoreException>(() => NewStore(change).EnsureReadyAsync(Token)), parts);

    internal static void ShouldBeOneClearLine(VideoStoreException error, params string[] parts)
    {
        error.Message.ShouldStartWith("S3 store: cannot ");
        error.Message.ShouldNotContain("\n");
        foreach (var part in parts)
            error.Message.ShouldContain(part);
        error.ToString().ShouldNotContain(OtherSecret);
        error.ToString().ShouldNotContain(CephServer.SecretKey);
        error.Message.ShouldNotContain(CephServer.AccessKey);
    }
}
