using Bickford.Renders.Pacing;
using Bickford.Renders.Policies;
using Bickford.Renders.Ports;
using Bickford.Renders.Steps;
using Bickford.Renders.Telemetry;
using Bickford.Renders.Videos;
using Microsoft.Extensions.Logging;

namespace Bickford.Renders.Queue;

/// <content>What people do to a render that is there.</content>
internal sealed partial class RenderQueue
{
    public async Task<Render> ResumeAsync(Guid id, string? actor = null, CancellationToken cancellationToken = default) =>
        (await ChangeAsync(id, row => WithNewTurn(machine.Resume(row, clock.GetUtcNowMs(), actor)), cancellationToken)).Render;

    public async Task<Render> CancelAsync(Guid id, string? actor = null, CancellationToken cancellationToken = default)
    {
        var (render, changed) = await ChangeAsync(id, row => RenderMachine.Cancel(row, clock.GetUtcNowMs(), actor), cancellationToken);
        if (changed)
        {
            await notifier.StoppedAsync(render);
            await remixes.WakeAsync([render]);
        }

        return render;
    }

    public async Task<Render> KeepAsync(Guid id, bool keep = true, string? actor = null, CancellationToken cancellationToken = default) =>
        (await ChangeAsync(id, row => RenderMachine.Keep(row, keep, clock.GetUtcNowMs(), actor), cancellationToken)).Render;

    public async Task<Render> AdoptAsync(Guid id, string videoId, string? actor = null, CancellationToken cancellationToken = default)
    {
        if (string.IsNullOrWhiteSpace(videoId) || videoId.Length > 512 || videoId.Any(char.IsControl))
            throw new RenderRequestException("videoId", videoId, "the provider's id: 1 to 512 characters without control characters");
        var now = clock.GetUtcNowMs();
        machine.Adopt(await FindAsync(id, cancellationToken), videoId, now, actor); // refuse what cannot be, before asking the provider
        try
        {
            await api.GetAsync(videoId, cancellationToken);
        }
        catch (VideosApiException e) when (e.Fault is VideosFault.NotFound or VideosFault.InvalidRequest)
        {
            throw new RenderRequestException("videoId", videoId, "the id of a video the provider knows", e.Message);
        }
        catch (RequestDeferredException e)
        {
            throw new VideosApiException(VideosFault.RateLimit, $"{e.Message} (Sora:RequestsPerMinute, or the provider asked to slow down); try again then") { RetryAfter = e.After };
        }
        catch (RowStoreException e)
        {
            throw e.InnerException ?? e;
        }

        return (await ChangeAsync(id, row => WithNewTurn(machine.Adopt(row, videoId, clock.GetUtcNowMs(), actor)), cancellationToken)).Render;
    }

    // The old one may be long past, or far ahead of those that wait now.
    private static Transition WithNewTurn(Transition transition) => transition with { Next = transition.Next with { Turn = -1 } };

    private async Task<Render> WithTurnAsync(Render committed)
    {
        if (committed.Turn >= 0)
            return committed;
        try
        {
            return committed with { Turn = (await store.GetAsync(committed.Id, CancellationToken.None))?.Turn ?? 0 };
        }
        catch (Exception e)
        {
            // It is done, and the row has its turn: only the engine takes it for an early one.
            logger.LogDebug(e, "{Render}: its turn cannot be read", committed.ShortId);
            return committed with { Turn = 0 };
        }
    }

    private async Task<(Render Render, bool Changed)> ChangeAsync(Guid id, Func<Render, Transition?> change, CancellationToken token)
    {
        while (true)
        {
            var row = await FindAsync(id, token);
            if (change(row) is not { } transition)
                return (row, false);
            switch (await store.CommitAsync(transition.Next, row.Version, transition.Entries, token))
            {
                case CommitResult.Committed:
                    RenderTelemetry.Committed(transition.Next, transition.Entries, options);
                    var next = await WithTurnAsync(transition.Next);
                    await HandOverAsync(next);
                    return (next, true);
                case CommitResult.VideoIdTaken:
                    throw new RenderConflictException($"video {transition.Next.VideoId} belongs to another render");
            }
        }
    }
}
