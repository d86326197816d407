using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;

namespace Bickford.Renders.Worker.Web;

/// <summary>The stream of server-sent events that tells a page when to look again.</summary>
internal static class LiveEndpoint
{
    public const string Path = "/live";

    private static readonly TimeSpan s_heartbeat = TimeSpan.FromSeconds(20);

    public static void MapLive(this IEndpointRouteBuilder app) => app.MapGet(Path, (HttpContext http, ChangeFeed feed, TimeProvider clock) =>
    {
        http.Response.Headers["X-Accel-Buffering"] = "no";
        return TypedResults.ServerSentEvents(EventsAsync(feed, clock, http.RequestAborted));
    }).ExcludeFromDescription();

    // A stream without a word for long is taken for dead by proxies, and a reader that is gone shows only when something is written.
    private static async IAsyncEnumerable<SseItem<string>> EventsAsync(ChangeFeed feed, TimeProvider clock, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var changes = feed.ListenAsync(cancellationToken).GetAsyncEnumerator(cancellationToken);
        var next = changes.MoveNextAsync().AsTask();
        while (true)
        {
            using var pause = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            if (await Task.WhenAny(next, Task.Delay(s_heartbeat, clock, pause.Token)) != next)
            {
                if (cancellationToken.IsCancellationRequested)
                {
                    await next;
                    yield break;
                }

                yield return new SseItem<string>("", "beat");
                continue;
            }

            await pause.CancelAsync();
            if (!await next)
                yield break;
            yield return new SseItem<string>(changes.Current.ToString(System.Globalization.CultureInfo.InvariantCulture), "change");
            next = changes.MoveNextAsync().AsTask();
        }
    }
}
