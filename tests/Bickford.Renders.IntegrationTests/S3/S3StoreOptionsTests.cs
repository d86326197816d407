using Bickford.Renders.Ports;
using Bickford.Renders.S3;
using Microsoft.Extensions.DependencyInjection;

namespace Bickford.Renders.IntegrationTests.S3;

public sealed class S3StoreOptionsTests
{
    private const string Secret = "bad secret with spaces";

    public static TheoryData<string, Action<S3StoreOptions>> Wrong => new()
    {
        { "Storage:ServiceUrl: 'minio:9000'", o => o.ServiceUrl = "minio:9000" },
        { "Storage:ServiceUrl: 'http://minio/path'", o => o.ServiceUrl = "http://minio/path" },
        { "Storage:ServiceUrl: 'ftp://minio'", o => o.ServiceUrl = "ftp://minio" },
        { "Storage:ServiceUrl: 'an address with user info'", o => o.ServiceUrl = $"http://user:{Uri.EscapeDataString(Secret)}@minio" },
        { "Storage:Region: ''", o => o.Region = "" },
        { "Storage:Bucket: ''", o => o.Bucket = "" },
        { "Storage:Bucket: 'Videos'", o => o.Bucket = "Videos" },
        { "Storage:Bucket: 'a/b'", o => o.Bucket = "a/b" },
        { "Storage:Prefix: '../x'", o => o.Prefix = "../x" },
        { "Storage:AccessKey: (none)", o => o.SecretKey = "only-this" },
        { "Storage:SecretKey: (none)", o => o.AccessKey = "only-this" },
        { "Storage:SecretKey: 'a value that is not shown'", o => (o.AccessKey, o.SecretKey) = ("key", Secret) },
        { "Storage:DisablePayloadSigning: 'true'", o => (o.ServiceUrl, o.DisablePayloadSigning) = ("http://minio", true) },
        { "Storage:PartBytes: '1000'", o => o.PartBytes = 1000 },
        { "Storage:MultipartThreshold: '99999999999'", o => o.MultipartThreshold = 99_999_999_999 },
        { "Storage:ParallelParts: '1'", o => o.ParallelParts = 1 },
        { "Storage:Retries: '21'", o => o.Retries = 21 },
        { "Storage:Timeout: '00:00:00'", o => o.Timeout = TimeSpan.Zero },
        { "Storage:ConnectTimeout: '-00:00:01'", o => o.ConnectTimeout = TimeSpan.FromSeconds(-1) },
        { "Storage:CacheControl: 'é'", o => o.CacheControl = "é" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void A_setting_that_cannot_work_is_refused_in_one_line_that_names_it(string start, Action<S3StoreOptions> change)
    {
        var options = Fine();
        change(options);

        var error = Should.Throw<RenderRequestException>(options.Validate);

        error.Message.ShouldStartWith(start + " is not allowed; allowed: ");
        error.Message.ShouldContain($"environment variable {error.Field.Replace(":", "__", StringComparison.Ordinal)}");
        error.ToString().ShouldNotContain(Secret);
        error.ToString().ShouldNotContain(Uri.EscapeDataString(Secret));
    }

    [Fact]
    public void Only_the_bucket_must_be_set() => Fine().Validate();

    [Theory]
    [InlineData("http://127.0.0.1:9000")]
    [InlineData("https://account.r2.cloudflarestorage.com/")]
    public void A_service_url_is_an_origin(string url)
    {
        var options = Fine();
        options.ServiceUrl = url;
        options.DisablePayloadSigning = url.StartsWith("https", StringComparison.Ordinal);

        options.Validate();
    }

    [Fact]
    public void The_store_is_registered_once_for_both_its_names_and_a_wrong_setting_fails_the_registration()
    {
        var services = new ServiceCollection();
        var builder = new RendersBuilder(services);

        builder.UseS3Store(o => (o.Bucket, o.ServiceUrl, o.AccessKey, o.SecretKey) = ("videos", "http://127.0.0.1:1", "key", "secret"));

        using var provider = services.BuildServiceProvider();
        provider.GetRequiredService<IVideoStore>().ShouldBeSameAs(provider.GetRequiredService<S3VideoStore>());
        Should.Throw<RenderRequestException>(() => builder.UseS3Store(_ => { }));
    }

    [Theory]
    [InlineData("", "s3://videos/a%20b/c.mp4")]
    [InlineData("team", "s3://videos/team/a%20b/c.mp4")]
    [InlineData("team/renders/", "s3://videos/team/renders/a%20b/c.mp4")]
    public void The_uri_names_bucket_prefix_and_key(string prefix, string uri)
    {
        var options = Fine();
        options.Prefix = prefix;
        using var store = new S3VideoStore(options);

        store.UriOf("a b/c.mp4").ShouldBe(uri);
    }

    [Fact]
    public void A_key_too_long_with_the_prefix_is_refused()
    {
        var options = Fine();
        options.Prefix = new string('p', 200);
        using var store = new S3VideoStore(options);

        Should.Throw<ArgumentException>(() => store.UriOf(string.Join('/', Enumerable.Repeat(new string('k', 200), 5)))).Message.ShouldContain("Storage:Prefix");
    }

    private static S3StoreOptions Fine() => new() { Bucket = "videos" };
}
