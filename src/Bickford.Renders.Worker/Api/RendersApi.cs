using Bickford.Renders.Ports;
using Bickford.Renders.Worker.Doors;
using Bickford.Renders.Worker.Output;
using Microsoft.AspNetCore.Http.Extensions;

namespace Bickford.Renders.Worker.Api;

/// <summary>A page of renders, newest first.</summary>
/// <param name="Renders">The renders.</param>
/// <param name="NextCursor">Pass it as cursor to get the next page; null at the end.</param>
internal sealed record RenderListView(IReadOnlyList<RenderView> Renders, string? NextCursor);

/// <summary>The renders of a batch, in the order of its lines.</summary>
/// <param name="Renders">The renders.</param>
/// <param name="Created">How many of them are new; the others had been accepted before under their keys.</param>
internal sealed record RenderBatchView(IReadOnlyList<RenderView> Renders, int Created);

/// <summary>Renders: ask for them, look at them.</summary>
internal static class RendersApi
{
    private const int DefaultLimit = 50;
    private const int MostPerPage = 500;

    public static void Map(RouteGroupBuilder api)
    {
        api.MapPost("/renders", EnqueueAsync).NeedsAct().Takes(Described.IdempotencyKey)
            .WithName("enqueue").WithSummary("Ask for a render: 201 with its Location, or 200 with the render that the idempotency key has brought before")
            .Accepts<NewRender>("application/json", "multipart/form-data")
            .Produces<RenderView>(201).Produces<RenderView>().Problems(400, 403, 409, 413, 415, 503);

        api.MapPost("/renders/batch", EnqueueAllAsync).NeedsAct().Takes()
            .WithName("enqueueBatch").WithSummary("Ask for up to 1,000 renders, a JSON object a line: all are accepted, or none")
            .Accepts<NewRenderLine>(Bodies.LineTypes[0], [.. Bodies.LineTypes.Skip(1)])
            .Produces<RenderBatchView>(201).Produces<RenderBatchView>().Problems(400, 403, 409, 413, 415, 503);

        api.MapGet("/renders", ListAsync)
            .Takes(
                new("status", "Any of these, repeated or with commas between: " + string.Join(", ", Enum.GetNames<RenderStatus>())),
                new("cause", "Any of these: " + string.Join(", ", Enum.GetNames<RenderCause>())),
                new("model", "Of this model."),
                new("tag", "With this tag."),
                new("batch", "Of this batch."),
                new("text", "With this text in the prompt."),
                new("cursor", "The next_cursor of the page before."),
                new("limit", "1 to 500; else 50.", IsNumber: true))
            .WithName("listRenders").WithSummary("Renders, newest first; the header Link names the next page")
            .Produces<RenderListView>().Problems(400, 503);

        api.MapGet("/batches/{name}", SumBatchAsync).Takes()
            .WithName("getBatch").WithSummary("How a batch stands: its renders by status, their progress and cost")
            .Produces<BatchView>().Problems(404, 503);

        api.MapGet("/renders/{id}", GetAsync).Takes(Described.IfNoneMatch)
            .WithName("getRender").WithSummary("A render; its ETag is its version")
            .Produces<RenderView>().Produces(304).Problems(404, 503);
    }

    /// <summary>The id in the address.</summary>
    /// <exception cref="RenderNotFoundException">It is none.</exception>
    public static Guid IdOf(string id) =>
        Guid.TryParseExact(id, "D", out var parsed) || Guid.TryParseExact(id, "N", out parsed) ? parsed : throw new RenderNotFoundException(id.Length > 80 ? id[..80] + "…" : id);

    /// <summary>The key in the header; null for none.</summary>
    /// <exception cref="RenderRequestException">There are several, or it is empty.</exception>
    public static string? KeyOf(HttpContext http) => http.Request.Headers["Idempotency-Key"] switch
    {
        { Count: 0 } => null,
        { Count: 1 } values when values[0] is { Length: > 0 } key => key,
        var values => throw new RenderRequestException("Idempotency-Key", values.ToString(), "one key of 1 to 200 characters, or no such header"),
    };

    /// <summary>A render that was asked for.</summary>
    public static IResult Accepted(AcceptedRender accepted)
    {
        var view = RenderJson.Of(accepted.Render);
        return accepted.IsNew ? Results.Created($"/api/renders/{accepted.Render.Id:D}", view) : Results.Ok(view);
    }

    private static async Task<IResult> EnqueueAsync(HttpContext http, IRenderIntake intake) =>
        Accepted(await intake.EnqueueAsync(await Bodies.ReadRenderAsync(http), KeyOf(http), http.Actor(), http.RequestAborted));

    private static async Task<IResult> EnqueueAllAsync(HttpContext http, IRenderIntake intake)
    {
        // One key for many would be a key of none of them.
        if (KeyOf(http) is { } key)
            throw new RenderRequestException("Idempotency-Key", key, "no such header on a batch; give each line an idempotency_key of its own");
        var accepted = await intake.EnqueueAllAsync(await Bodies.ReadLinesAsync(http), http.Actor(), http.RequestAborted);
        var view = new RenderBatchView([.. accepted.Select(one => RenderJson.Of(one.Render))], accepted.Count(one => one.IsNew));
        return Results.Json(view, statusCode: view.Created > 0 ? StatusCodes.Status201Created : StatusCodes.Status200OK);
    }

    private static async Task<IResult> ListAsync(HttpContext http, IRenders renders)
    {
        var query = http.Request.Query;
        var filter = new RenderFilter
        {
            Statuses = query.Many<RenderStatus>("status"),
            Causes = query.Many<RenderCause>("cause"),
            Model = query.One("model"),
            Tag = query.One("tag"),
            Batch = query.One("batch"),
            Text = query.One("text"),
        };
        var page = await renders.ListAsync(filter, query.One("cursor"), (int)query.Whole("limit", DefaultLimit, 1, MostPerPage), http.RequestAborted);
        if (page.NextCursor is { } cursor)
        {
            var next = new QueryBuilder(query.Where(parameter => parameter.Key != "cursor")) { { "cursor", cursor } };
            http.Response.Headers.Link = $"</api/renders{next}>; rel=\"next\"";
        }

        return Results.Ok(new RenderListView([.. page.Items.Select(RenderJson.Of)], page.NextCursor));
    }

    private static async Task<IResult> SumBatchAsync(string name, HttpContext http, IRenderViews views)
    {
        // The one character that routing leaves encoded.
        name = name.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);
        return Results.Ok(BatchView.Of(await views.SumBatchAsync(name, http.RequestAborted)
            ?? throw new ApiException(new("Not found", 404, $"batch: no batch '{(name.Length > 80 ? name[..80] + "…" : name)}'; GET /api/renders shows which renders have one", "batch"))));
    }

    private static async Task<IResult> GetAsync(string id, HttpContext http, IRenders renders)
    {
        var render = await renders.GetAsync(IdOf(id), http.RequestAborted) ?? throw new RenderNotFoundException(id);
        var tag = Conditional.TagOf(render);
        http.Response.Headers.ETag = tag.ToString();
        http.Response.Headers.CacheControl = "private, no-cache";
        return Conditional.IsKnown(http, tag) ? Results.StatusCode(StatusCodes.Status304NotModified) : Results.Ok(RenderJson.Of(render));
    }
}
