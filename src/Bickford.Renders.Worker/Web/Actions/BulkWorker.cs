using Bickford.Renders.Worker.Output;

namespace Bickford.Renders.Worker.Web.Actions;

/// <summary>Does a part of a bulk action: as much as fits into one request.</summary>
internal sealed class BulkWorker(IRenders renders, TimeProvider clock)
{
    public const int MostPerRequest = 100;

    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(5);

    /// <summary>The run as it stands afterwards. Each render is a change of its own: what is done stays done, whatever becomes of the rest.</summary>
    public async Task<BulkRun> GoOnAsync(BulkRun run, string actor, CancellationToken cancellationToken)
    {
        var started = clock.GetTimestamp();
        for (var done = 0; run.Left > 0 && done < MostPerRequest && clock.GetElapsedTime(started) < s_longest;)
        {
            var ids = await NextAsync(run, (int)Math.Min(run.Left, MostPerRequest - done), cancellationToken);
            if (ids.Count == 0)
                return run with { IsOver = true };
            foreach (var id in ids)
            {
                run = Passed(await OneAsync(run, id, actor, cancellationToken), id);
                done++;
                if (clock.GetElapsedTime(started) >= s_longest)
                    break;
            }
        }

        return run.Left == 0 ? run with { IsOver = true } : run;
    }

    private async Task<IReadOnlyList<Guid>> NextAsync(BulkRun run, int limit, CancellationToken cancellationToken) =>
        run.Filter is not { } filter ? [.. run.Picked.Take(limit)]
        : Bulk.Narrow(filter, run.What) is not { } narrow ? []
        : [.. (await renders.ListAsync(narrow, run.Cursor, limit, cancellationToken)).Items.Select(static render => render.Id)];

    private async Task<BulkRun> OneAsync(BulkRun run, Guid id, string actor, CancellationToken cancellationToken)
    {
        try
        {
            var cost = run.What switch
            {
                BulkWhat.Resume => await FreeAsync(renders.ResumeAsync(id, actor, cancellationToken)),
                BulkWhat.Cancel => await FreeAsync(renders.CancelAsync(id, actor, cancellationToken)),
                // The key makes a request that is sent twice pay once.
                _ => (await renders.RenderAgainAsync(id, null, PayOnce.KeyOf(run.Form, id)!, actor, cancellationToken)).Cost ?? 0,
            };
            return run with { Done = run.Done + 1, Cost = run.Cost + cost };
        }
        catch (Exception e) when (RenderActions.IsAnswer(e))
        {
            return run with { Refused = run.Refused + 1, FirstRefusal = run.FirstRefusal ?? SafeText.Cut(e.Message, 200) };
        }
    }

    private static BulkRun Passed(BulkRun run, Guid id) =>
        run.Filter is null ? run with { Picked = [.. run.Picked.Where(one => one != id)] } : run with { Cursor = id.ToString("N") };

    private static async Task<decimal> FreeAsync(Task<Render> change)
    {
        await change;
        return 0;
    }
}
