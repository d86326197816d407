using Bickford.Renders.IntegrationTests.Support;
using Bickford.Renders.Ports;

namespace Bickford.Renders.IntegrationTests.S3;

/// <summary>The SDK's clock and the environment are one for the whole process: these tests run with no others.</summary>
[CollectionDefinition(nameof(S3ProcessWideTests), DisableParallelization = true)]
public sealed class AloneForTheProcess;

[Collection(nameof(S3ProcessWideTests))]
public sealed class S3ProcessWideTests(CephServer ceph) : S3TestBase(ceph)
{
    [Fact]
    public async Task A_clock_that_is_wrong_by_more_than_the_server_allows()
    {
        Amazon.AWSConfigs.ManualClockCorrection = TimeSpan.FromMinutes(-20);
        try
        {
            var error = await Should.ThrowAsync<VideoStoreException>(() => NewStore().EnsureReadyAsync(Token));

            S3ReadinessTests.ShouldBeOneClearLine(error, "this machine's clock and the server's differ too much (RequestTimeTooSkewed", "set both clocks by NTP");
        }
        finally
        {
            Amazon.AWSConfigs.ManualClockCorrection = null;
        }
    }

    [Fact]
    public async Task Without_keys_in_the_settings_the_environment_is_asked_and_where_nothing_is_found_that_is_said()
    {
        using var environment = new EnvironmentChange();
        environment.Set("AWS_EC2_METADATA_DISABLED", "true");
        environment.Set("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent");
        environment.Set("AWS_CONFIG_FILE", "/nonexistent");
        environment.Set("AWS_PROFILE", null);
        environment.Set("AWS_ACCESS_KEY_ID", null);
        environment.Set("AWS_SECRET_ACCESS_KEY", null);
        environment.Set("AWS_SESSION_TOKEN", null);
        var store = NewStore(o => (o.AccessKey, o.SecretKey) = (null, null));

        var error = await Should.ThrowAsync<VideoStoreException>(() => store.EnsureReadyAsync(Token));
        S3ReadinessTests.ShouldBeOneClearLine(error, "no credentials were found", "set Storage:AccessKey and Storage:SecretKey, or correct AWS_ACCESS_KEY_ID");

        environment.Set("AWS_ACCESS_KEY_ID", CephServer.AccessKey);
        environment.Set("AWS_SECRET_ACCESS_KEY", CephServer.SecretKey);
        using var withEnvironment = new Bickford.Renders.S3.S3VideoStore(Options);
        await withEnvironment.EnsureReadyAsync(Token);
        await PutAsync(withEnvironment, [1]);
        (await ReadAsync(withEnvironment)).ShouldBe([1]);
    }

    private sealed class EnvironmentChange : IDisposable
    {
        private readonly Dictionary<string, string?> _before = [];

        public void Set(string name, string? value)
        {
            _before.TryAdd(name, Environment.GetEnvironmentVariable(name));
            Environment.SetEnvironmentVariable(name, value);
        }

        public void Dispose()
        {
            foreach (var (name, value) in _before)
                Environment.SetEnvironmentVariable(name, value);
        }
    }
}
