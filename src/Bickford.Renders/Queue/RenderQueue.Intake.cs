using Bickford.Renders.Policies;
using Bickford.Renders.Ports;
using Bickford.Renders.Telemetry;

namespace Bickford.Renders.Queue;

/// <content>What is taken in for others.</content>
internal sealed partial class RenderQueue
{
    public Task<AcceptedRender> EnqueueAsync(RenderRequest request, string? idempotencyKey, string? actor, CancellationToken cancellationToken = default) =>
        AcceptAsync(request, idempotencyKey, actor, new Lineage(null, null), cancellationToken);

    public async Task<IReadOnlyList<AcceptedRender>> EnqueueAllAsync(IReadOnlyList<RenderOrder> orders, string? actor, CancellationToken cancellationToken = default)
    {
        if (orders.Count == 0)
            return [];
        NewRow[] rows = [.. orders.Select((order, index) => Opening(order, index, actor))];
        var results = await store.InsertAllAsync(rows, cancellationToken);
        var last = results.Count - 1;
        if (results[last].Render.RequestHash != rows[last].Render.RequestHash)
            throw new RenderBatchException(last, KeyTaken(rows[last].Render, results[last].Render));
        foreach (var (row, result) in rows.Zip(results).Where(pair => pair.Second.Created))
            RenderTelemetry.Committed(result.Render, row.Entries, options);
        await HandOverAsync([.. results.Where(result => result.Created).Select(result => result.Render)]);
        return [.. results.Select(result => new AcceptedRender(result.Render, result.Created))];
    }

    public async Task<AcceptedRender> AcceptAgainAsync(Guid id, string? prompt, string? idempotencyKey, string? actor, CancellationToken cancellationToken = default)
    {
        var old = await FindAsync(id, cancellationToken);
        if (old.RemixOf is { } source)
            return await AcceptRemixAsync(await FindAsync(source, cancellationToken), Again(old, prompt), idempotencyKey, actor, old.Id, cancellationToken);
        var request = new RenderRequest(prompt ?? old.Prompt)
        {
            Model = old.Model,
            Size = old.Size,
            Seconds = old.Seconds,
            Reference = await ReferenceOfAsync(old, cancellationToken),
            Tags = old.Tags,
            Priority = old.Priority,
        };
        return await AcceptAsync(request, idempotencyKey, actor, new Lineage(old.Id, null), cancellationToken);
    }

    public async Task<AcceptedRender> AcceptRemixAsync(Guid id, RemixRequest request, string? idempotencyKey, string? actor, CancellationToken cancellationToken = default) =>
        await AcceptRemixAsync(await FindAsync(id, cancellationToken), request, idempotencyKey, actor, null, cancellationToken);

    private static RemixRequest Again(Render old, string? prompt) =>
        new(prompt ?? old.Prompt) { Kind = old.RemixKind, Seconds = old.RemixKind == RemixKind.Extension ? old.Seconds : null };

    private NewRow Opening(RenderOrder order, int index, string? actor)
    {
        try
        {
            // Their images would have to be in the store before the transaction, and be taken out again without it.
            if (order.Request.Reference is { } reference)
                throw new RenderRequestException("reference", reference.FileName, "none among many: a render with a reference image is asked for by itself");
            // Thousands of renders in the trace of one call would tell nothing about any: each has its own.
            var (row, _, decision) = NewRow(order.Request, order.IdempotencyKey, new Lineage(null, null), caller: null);
            var opening = RenderMachine.Enqueued(row, actor, decision);
            return new NewRow(opening.Next, opening.Entries);
        }
        catch (RenderRequestException e)
        {
            throw new RenderBatchException(index, e);
        }
    }
}
