using Bickford.Renders.Worker.Doors;
using Bickford.Renders.Worker.Output;

namespace Bickford.Renders.Worker.Api;

/// <summary>What people and programs do to a render that is there.</summary>
internal static class ActionsApi
{
    public static void Map(RouteGroupBuilder api)
    {
        Changes(api.MapPost("/renders/{id}/resume", ResumeAsync), "resume", "Go on from the step where a failed or parked render stopped; free").Accepts<EmptyBody>(true, "application/json").Problems(400, 403, 404, 409, 415, 503);
        Changes(api.MapPost("/renders/{id}/cancel", CancelAsync), "cancel", "Stop a render; twice is no error").Accepts<EmptyBody>(true, "application/json").Problems(400, 403, 404, 409, 415, 503);
        Changes(api.MapPost("/renders/{id}/adopt", AdoptAsync), "adopt", "Give a render whose create was ambiguous the provider's video that belongs to it")
            .Accepts<AdoptBody>("application/json").Problems(400, 403, 404, 409, 413, 415, 502, 503);
        Changes(api.MapPost("/renders/{id}/keep", KeepAsync), "keep", "Keep its stored files for ever, or with keep false leave them to the rules of clean-up").Accepts<KeepBody>(true, "application/json").Problems(400, 403, 404, 409, 413, 415, 503);
        Orders(api.MapPost("/renders/{id}/again", AgainAsync), "renderAgain", "Render again, as a new render that names the old one; costs money")
            .Accepts<AgainBody>(true, "application/json").Problems(400, 403, 404, 409, 413, 415, 503);
        Orders(api.MapPost("/renders/{id}/remix", RemixAsync), "remix", "Render a changed version of this render's video, or a longer one, as a new render that waits until this one is rendered; costs money")
            .Accepts<RemixBody>("application/json").Problems(400, 403, 404, 409, 413, 415, 503);
    }

    private static RouteHandlerBuilder Changes(RouteHandlerBuilder endpoint, string name, string summary) =>
        endpoint.NeedsAct().Takes().WithName(name).WithSummary(summary).Produces<RenderView>();

    private static RouteHandlerBuilder Orders(RouteHandlerBuilder endpoint, string name, string summary) =>
        endpoint.NeedsAct().Takes(Described.IdempotencyKey).WithName(name).WithSummary(summary).Produces<RenderView>(201).Produces<RenderView>();

    private static async Task<IResult> ResumeAsync(string id, HttpContext http, IRenders renders)
    {
        await Bodies.ReadJsonAsync(http, [], mayBeMissing: true);
        return Changed(await renders.ResumeAsync(RendersApi.IdOf(id), http.Actor(), http.RequestAborted));
    }

    private static async Task<IResult> CancelAsync(string id, HttpContext http, IRenders renders)
    {
        await Bodies.ReadJsonAsync(http, [], mayBeMissing: true);
        return Changed(await renders.CancelAsync(RendersApi.IdOf(id), http.Actor(), http.RequestAborted));
    }

    private static async Task<IResult> AdoptAsync(string id, HttpContext http, IRenders renders)
    {
        var body = await Bodies.ReadJsonAsync(http, ["video_id"]);
        var videoId = body.Text("video_id") ?? throw new RenderRequestException("video_id", null, "the provider's id of the video");
        return Changed(await renders.AdoptAsync(RendersApi.IdOf(id), videoId, http.Actor(), http.RequestAborted));
    }

    private static async Task<IResult> KeepAsync(string id, HttpContext http, IRenders renders)
    {
        var body = await Bodies.ReadJsonAsync(http, ["keep"], mayBeMissing: true);
        return Changed(await renders.KeepAsync(RendersApi.IdOf(id), body.Flag("keep") ?? true, http.Actor(), http.RequestAborted));
    }

    private static async Task<IResult> AgainAsync(string id, HttpContext http, IRenderIntake intake)
    {
        var body = await Bodies.ReadJsonAsync(http, ["prompt"], mayBeMissing: true);
        return RendersApi.Accepted(await intake.AcceptAgainAsync(RendersApi.IdOf(id), body.Text("prompt"), RendersApi.KeyOf(http), http.Actor(), http.RequestAborted));
    }

    private static async Task<IResult> RemixAsync(string id, HttpContext http, IRenderIntake intake)
    {
        var body = await Bodies.ReadJsonAsync(http, RemixBody.Fields);
        return RendersApi.Accepted(await intake.AcceptRemixAsync(RendersApi.IdOf(id), RemixBody.From(body), RendersApi.KeyOf(http), http.Actor(), http.RequestAborted));
    }

    private static IResult Changed(Render render) => Results.Ok(RenderJson.Of(render));
}
