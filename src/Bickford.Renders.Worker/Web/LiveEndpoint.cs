using System.Globalization;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using Bickford.Renders.Worker.Api;

namespace Bickford.Renders.Worker.Web;

/// <summary>The stream of server-sent events that tells a page when to look again.</summary>
internal static class LiveEndpoint
{
    public const string Path = "/live";

    /// <summary>A stream without a word for long is taken for dead by proxies, and a reader that is gone shows only when something is written.</summary>
    public static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(20);

    public static void MapLive(this IEndpointRouteBuilder app) => app.MapGet(Path, (HttpContext http, ChangeWatch watch, TimeProvider clock, IHostApplicationLifetime life) =>
    {
        http.Response.Headers["X-Accel-Buffering"] = "no";
        return TypedResults.ServerSentEvents(EventsAsync(watch, clock, life.ApplicationStopping, http.RequestAborted));
    }).ExcludeFromDescription();

    /// <summary>The number of the newest change, and of those that follow it; some in between may be left out.</summary>
    /// <param name="watch">Where changes are seen.</param>
    /// <param name="clock">The clock of the heartbeat.</param>
    /// <param name="stopping">The worker stops: a stream that lasts would keep it from that.</param>
    /// <param name="cancellationToken">The page is gone.</param>
    public static async IAsyncEnumerable<SseItem<string>> EventsAsync(ChangeWatch watch, TimeProvider clock, CancellationToken stopping, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(stopping, cancellationToken);
        using var listening = watch.Listen();
        long? told = null;
        while (!ended.IsCancellationRequested)
        {
            var change = watch.Next;
            if (watch.Newest is { } newest && newest != told)
            {
                told = newest;
                yield return new SseItem<string>(newest.ToString(CultureInfo.InvariantCulture), "change");
                continue;
            }

            await change.WaitAsync(Heartbeat, clock, ended.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!change.IsCompleted && !ended.IsCancellationRequested)
                yield return new SseItem<string>("", "beat");
        }
    }
}
