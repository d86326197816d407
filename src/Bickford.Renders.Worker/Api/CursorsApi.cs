using Bickford.Renders.Ledger;
using Bickford.Renders.Worker.Doors;

namespace Bickford.Renders.Worker.Api;

/// <summary>Named readers of the ledger.</summary>
/// <param name="Cursors">By name.</param>
internal sealed record CursorsView(IReadOnlyList<LedgerCursor> Cursors);

/// <summary>What a reader is done with.</summary>
/// <param name="Acknowledged">Position of an event: with this one, and all before.</param>
internal sealed record AcknowledgeBody(long Acknowledged);

/// <summary>Where a cursor is sent.</summary>
/// <param name="Position">It reads on after this position; 0 for all.</param>
internal sealed record MoveBody(long Position);

/// <summary>Cursors, by which downstream systems read the ledger.</summary>
internal static class CursorsApi
{
    public static void Map(RouteGroupBuilder api)
    {
        api.MapGet("/ledger/cursors", ListAsync).Takes().WithName("listCursors").WithSummary("All cursors there are, by name").Produces<CursorsView>().Problems(400, 503);
        api.MapPost("/ledger/cursors/{name}", AcknowledgeAsync).NeedsAct().Takes().WithName("acknowledge")
            .WithSummary("Say that the cursor's reader is done with an event and all before it; never moves it back, and makes it where there is none")
            .Accepts<AcknowledgeBody>("application/json").Produces<LedgerCursor>().Problems(400, 403, 413, 415, 503);
        api.MapPost("/ledger/cursors/{name}/move", MoveAsync).NeedsAct().Takes().WithName("moveCursor")
            .WithSummary("Send the cursor anywhere: back, to read events again, or on, to pass over them")
            .Accepts<MoveBody>("application/json").Produces<LedgerCursor>().Problems(400, 403, 413, 415, 503);
        api.MapDelete("/ledger/cursors/{name}", RemoveAsync).NeedsAct().Takes().WithName("removeCursor").WithSummary("Forget the cursor").Produces(204).Problems(400, 403, 404, 503);
    }

    private static async Task<IResult> ListAsync(HttpContext http, ILedger ledger) => Results.Ok(new CursorsView(await ledger.ListCursorsAsync(http.RequestAborted)));

    private static async Task<IResult> AcknowledgeAsync(string name, HttpContext http, ILedger ledger) =>
        Results.Ok(await ledger.AcknowledgeAsync(name, await PositionAsync(http, "acknowledged"), http.RequestAborted));

    private static async Task<IResult> MoveAsync(string name, HttpContext http, ILedger ledger) =>
        Results.Ok(await ledger.MoveCursorAsync(name, await PositionAsync(http, "position"), http.RequestAborted));

    private static async Task<IResult> RemoveAsync(string name, HttpContext http, ILedger ledger) => await ledger.RemoveCursorAsync(name, http.RequestAborted)
        ? Results.NoContent()
        : throw new ApiException(new("Not found", 404, $"cursor: there is none named '{name}'; GET /api/ledger/cursors lists those there are", "cursor"));

    private static async Task<long> PositionAsync(HttpContext http, string field) =>
        (await Bodies.ReadJsonAsync(http, [field])).Long(field) ?? throw new RenderRequestException(field, null, "the position of an event: a whole number, such as next_after of GET /api/ledger");
}
