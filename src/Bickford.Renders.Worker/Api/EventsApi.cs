using System.Globalization;
using Bickford.Renders.Ledger;
using Bickford.Renders.Worker.Output;

namespace Bickford.Renders.Worker.Api;

/// <summary>A render's ledger events as they come, as server-sent events.</summary>
internal static class EventsApi
{
    /// <summary>How long nothing may be said: proxies end connections that are silent.</summary>
    public static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(15);

    private const string ContentType = "text/event-stream";
    private const int MostListeners = 500;

    public static void Map(RouteGroupBuilder api)
    {
        var listeners = new SemaphoreSlim(MostListeners, MostListeners);
        api.MapGet("/renders/{id}/events", (string id, HttpContext http, IRenders renders, ILedger ledger, ChangeWatch watch, IHostApplicationLifetime life, TimeProvider clock) =>
                ListenAsync(id, http, new Source(renders, ledger, watch, clock), life, listeners))
            .Takes(
                new("after", "Only events after this position, as Last-Event-ID says it.", IsNumber: true),
                new("Last-Event-ID", "The id of the last event that came; browsers send it by themselves.", ParameterPlace.Header))
            .WithName("followRender")
            .WithSummary("The render's ledger events, those there are and those that come, as server-sent events; id is the position, data the event. Ends when the render has ended; 204 when nothing comes after Last-Event-ID any more")
            .Produces(200, contentType: ContentType).Produces(204).Problems(400, 404, 503);
    }

    private static async Task<IResult> ListenAsync(string id, HttpContext http, Source source, IHostApplicationLifetime life, SemaphoreSlim listeners)
    {
        var seen = new Seen(After(http));
        var render = await source.Renders.GetAsync(RendersApi.IdOf(id), http.RequestAborted) ?? throw new RenderNotFoundException(id);
        await foreach (var one in source.Ledger.ReadAsync(0, LedgerHash.StreamOf(render.Id), http.RequestAborted))
            seen = one.Seq <= seen.Seq ? seen with { RenderSeq = one.RenderSeq } : seen;
        // A browser comes back when a stream ends. An answer without content tells it not to.
        if (seen.Seq > 0 && HasEnded(render, seen))
            return Results.NoContent();
        if (!listeners.Wait(0, CancellationToken.None))
            throw new ApiException(new("Too many listeners", 503, $"{MostListeners} listen to this process already; look at GET /api/renders/{id} instead, or come back.") { RetryAfter = Heartbeat });
        // A stream that lasts would keep the server from stopping.
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, life.ApplicationStopping);
        try
        {
            http.Response.ContentType = ContentType;
            http.Response.Headers.CacheControl = "no-store";
            await FollowAsync(http.Response, source, render.Id, seen, ended.Token);
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
            // The listener left, or the worker stops.
        }
        finally
        {
            listeners.Release();
        }

        return Results.Empty;
    }

    private static async Task FollowAsync(HttpResponse response, Source source, Guid id, Seen seen, CancellationToken cancellationToken)
    {
        using var listening = source.Watch.Listen();
        while (true)
        {
            var change = source.Watch.Next;
            // The row first: then its events are there, or a change comes that shows them.
            var render = await source.Renders.GetAsync(id, cancellationToken);
            await foreach (var one in source.Ledger.ReadAsync(seen.Seq, LedgerHash.StreamOf(id), cancellationToken))
            {
                await response.WriteAsync(string.Create(CultureInfo.InvariantCulture, $"id: {one.Seq}\ndata: {Json.Line(RenderJson.Of(one))}\n\n"), cancellationToken);
                seen = new Seen(one.Seq, one.RenderSeq);
            }

            await response.Body.FlushAsync(cancellationToken);
            if (render is null || HasEnded(render, seen))
                return;
            await WaitAsync(response, change, source.Clock, cancellationToken);
        }
    }

    private static bool HasEnded(Render render, Seen seen) => !render.Status.IsOpen() && seen.RenderSeq >= render.LedgerSeq;

    private static async Task WaitAsync(HttpResponse response, Task change, TimeProvider clock, CancellationToken cancellationToken)
    {
        try
        {
            await change.WaitAsync(Heartbeat, clock, cancellationToken);
        }
        catch (TimeoutException)
        {
            await response.WriteAsync(": still here\n\n", cancellationToken);
        }
    }

    private static long After(HttpContext http)
    {
        var after = http.Request.Query.Whole("after", 0, 0, long.MaxValue);
        return http.Request.Headers["Last-Event-ID"].ToString() is not { Length: > 0 } text ? after
            : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var last) ? last
            : throw new RenderRequestException("Last-Event-ID", text, "the id of an event, which is a whole number");
    }

    private sealed record Source(IRenders Renders, ILedger Ledger, ChangeWatch Watch, TimeProvider Clock);

    // Position in the ledger, and in the render's own stream.
    private readonly record struct Seen(long Seq, long RenderSeq = 0);
}
