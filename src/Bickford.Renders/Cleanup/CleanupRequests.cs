using Bickford.Renders.Pacing;
using Bickford.Renders.Videos;

namespace Bickford.Renders.Cleanup;

/// <summary>
/// Clean-up's requests to the provider. They wait for their turn like all others, however long that takes, and under a limit take at most a quarter of
/// the turns: renders come first.
/// </summary>
internal sealed class CleanupRequests(IVideosApi api, RenderOptions options, TimeProvider clock)
{
    private const int Share = 4;
    private const int RateLimitTries = 5;

    private long _next;

    /// <summary>Asks when it is this request's turn.</summary>
    public async Task<T> AskAsync<T>(Func<IVideosApi, Task<T>> ask, CancellationToken cancellationToken)
    {
        await OwnPaceAsync(cancellationToken);
        for (var tries = 1; ; tries++)
        {
            TimeSpan wait;
            try
            {
                return await ask(api);
            }
            catch (RequestDeferredException e)
            {
                (wait, tries) = (e.After, tries - 1);
            }
            catch (VideosApiException e) when (e.Fault == VideosFault.RateLimit && tries < RateLimitTries)
            {
                var asked = e.RetryAfter ?? RequestPacing.UnknownPause * tries;
                wait = asked < RequestPacing.LongestPause ? asked : RequestPacing.LongestPause;
            }

            await DelayAsync(wait, cancellationToken);
        }
    }

    private async Task OwnPaceAsync(CancellationToken cancellationToken)
    {
        if (options.RequestsPerMinute == 0)
            return;
        var now = clock.GetTimestamp();
        if (_next > now)
            await DelayAsync(clock.GetElapsedTime(now, _next), cancellationToken);
        var distance = TimeSpan.FromMicroseconds(RequestSlots.Distance(options.RequestsPerMinute)) * Share;
        _next = Math.Max(now, _next) + (long)(distance.TotalSeconds * clock.TimestampFrequency);
    }

    // Timers count whole milliseconds, and cut the rest off.
    private Task DelayAsync(TimeSpan wait, CancellationToken cancellationToken) => wait <= TimeSpan.Zero
        ? Task.CompletedTask
        : Task.Delay(TimeSpan.FromMilliseconds(Math.Ceiling(wait.TotalMilliseconds)), clock, cancellationToken);
}
