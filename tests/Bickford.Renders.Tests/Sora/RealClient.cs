using Bickford.Renders.Sora;

namespace Bickford.Renders.Tests.Sora;

/// <summary>Clients that go through a real socket, and waiting for what happens there.</summary>
internal static class RealClient
{
    public static VideosApiClient To(RawServer server, TimeProvider clock, Action<VideosApiOptions>? configure = null)
    {
        var options = new VideosApiOptions { BaseUrl = server.BaseUrl, ApiKey = "sk-secret-key" };
        configure?.Invoke(options);
        return new VideosApiClient(
            new HttpClient(SoraServiceCollectionExtensions.Handler(options, TimeSpan.FromMinutes(2))) { Timeout = Timeout.InfiniteTimeSpan }, options, clock, new Random(7));
    }

    public static async Task WaitUntilAsync(Func<bool> condition)
    {
        using var alarm = new CancellationTokenSource(TimeSpan.FromSeconds(30), TimeProvider.System);
        while (!condition())
        {
            alarm.IsCancellationRequested.ShouldBeFalse("the condition was not met in time");
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }
}
