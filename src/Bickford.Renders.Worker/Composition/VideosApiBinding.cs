using Bickford.Renders.Sora;
using Bickford.Renders.Worker.Settings;

namespace Bickford.Renders.Worker.Composition;

/// <summary>Hands the settings to the provider's client.</summary>
internal static class VideosApiBinding
{
    public static void Fill(VideosApiOptions options, SoraSettings settings)
    {
        options.BaseUrl = settings.BaseUrl!.OriginalString;
        options.ApiKey = settings.ApiKey;
        options.Format = Enum.Parse<RequestFormat>(settings.Format, ignoreCase: true);
        foreach (var (name, value) in settings.Headers)
            options.Headers[name] = value;
        foreach (var (name, value) in settings.ExtraFields)
            options.ExtraFields[name] = value;
        options.CreateTimeout = settings.CreateTimeout;
        options.ReadTimeout = settings.ReadTimeout;
        options.IdleTimeout = settings.IdleTimeout;
        options.MinBytesPerSecond = settings.MinBytesPerSecond;
        options.DownloadTimeout = settings.DownloadTimeout;
        options.ConnectTimeout = settings.ConnectTimeout;
        options.ReadAttempts = settings.ReadAttempts;
        options.ReadRetryFirst = settings.ReadRetryFirst;
        options.ReadRetryMax = settings.ReadRetryMax;
        options.CircuitFailureRatio = settings.CircuitFailureRatio;
        options.CircuitMinimumRequests = settings.CircuitMinimumRequests;
        options.CircuitWindow = settings.CircuitWindow;
        options.CircuitBreak = settings.CircuitBreak;
        options.AllowPrivateContentHosts = settings.AllowPrivateContentHosts;
    }
}
