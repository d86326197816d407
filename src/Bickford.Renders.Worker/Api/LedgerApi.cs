using Bickford.Renders.Ledger;
using Bickford.Renders.Worker.Output;

namespace Bickford.Renders.Worker.Api;

/// <summary>A part of the ledger.</summary>
/// <param name="Events">Events in the order of their positions.</param>
/// <param name="NextAfter">Pass it as after to read on, or acknowledge it for a cursor; what commits late comes then.</param>
internal sealed record LedgerView(IReadOnlyList<EventView> Events, long NextAfter);

/// <summary>The ledger as a feed.</summary>
internal static class LedgerApi
{
    private const int DefaultLimit = 100;
    private const int MostPerPage = 1_000;

    public static void Map(RouteGroupBuilder api) => api.MapGet("/ledger", ReadAsync)
        .Takes(
            new("after", "Only events after this position; else from the beginning.", IsNumber: true),
            new("cursor", "Only events after what this cursor has acknowledged; instead of after."),
            new("stream", "Only this stream, such as renders/ID."),
            new("limit", "1 to 1000; else 100.", IsNumber: true))
        .WithName("readLedger").WithSummary("Events in the order of their positions. Whoever reads on from next_after misses none, also none that commits late")
        .Produces<LedgerView>().Problems(400, 503);

    private static async Task<IResult> ReadAsync(HttpContext http, ILedger ledger)
    {
        var query = http.Request.Query;
        var (after, limit) = (await AfterAsync(query, ledger, http.RequestAborted), (int)query.Whole("limit", DefaultLimit, 1, MostPerPage));
        var events = new List<EventView>();
        await foreach (var one in ledger.ReadAsync(after, query.One("stream"), http.RequestAborted).Take(limit))
            events.Add(RenderJson.Of(one));
        return Results.Ok(new LedgerView(events, events.Count > 0 ? events[^1].Seq : after));
    }

    private static async Task<long> AfterAsync(IQueryCollection query, ILedger ledger, CancellationToken cancellationToken)
    {
        if (query.One("cursor") is not { } cursor)
            return query.Whole("after", 0, 0, long.MaxValue);
        if (query.ContainsKey("after"))
            throw new RenderRequestException("after", query["after"].ToString(), "either after or cursor");
        return (await ledger.FindCursorAsync(cursor, cancellationToken))?.Position ?? 0;
    }
}
