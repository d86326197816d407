using Bickford.Renders.Pacing;
using Bickford.Renders.Policies;
using Bickford.Renders.Ports;
using Bickford.Renders.Videos;

namespace Bickford.Renders.Steps;

/// <summary>
/// Create: commit the intent, then one POST. A row that has an intent already is one whose answer was lost, so the provider is
/// searched first; only a look-up that proves that there is no video leads to another POST.
/// </summary>
internal sealed class CreateStep(
    IRenderStore store,
    IVideosApi api,
    IVideoStore videos,
    CreateSearch search,
    CreateRoom room,
    CreateBudget budget,
    RequestPacing pacing,
    LearntTimes times,
    RenderOptions options,
    TimeProvider clock) : IStep
{
    public RenderStep Step => RenderStep.Create;

    public async Task<StepOutcome?> RunAsync(StepRun run)
    {
        var row = run.Row;
        if (row.CreateStartedAt is not null)
        {
            var evidence = await search.FindAsync(row, run.Token);
            switch (CreateLookup.Decide(row, evidence, clock.GetUtcNow(), options.CreateSettle))
            {
                case LookupDecision.Adopt adopt:
                    return new StepOutcome.Created(adopt.Video, Adopted: true);
                case LookupDecision.Wait wait:
                    return new StepOutcome.Waiting(wait.For);
                case LookupDecision.Park park:
                    return Ended(FaultKind.NeedsOperator, RenderCause.AmbiguousCreate, park.Why);
            }
        }

        var now = clock.GetUtcNow();
        var source = row.RemixOf is { } id ? RemixSource.Decide(row, await store.GetAsync(id, run.Token), now) : null;
        switch (source)
        {
            case SourceDecision.Wait:
                return new StepOutcome.NoSource();
            case SourceDecision.Refuse refuse:
                return Ended(FaultKind.Permanent, refuse.Cause, refuse.Why);
        }

        if (now >= RemixSource.DeadlineOf(row, now))
            return Ended(FaultKind.Permanent, RenderCause.Deadline, "the deadline passed before the render could be created");
        if (await budget.WhyNotAsync(row, run.Token) is { } why)
            return new StepOutcome.OverBudget(why);
        if (!await room.MayHaveRoomAsync(row, run.Token))
            return new StepOutcome.NoRoom();
        var reference = await ReferenceAsync(row, run.Token);
        var plan = await times.PlanForAsync(row, run.Token);

        // Before the intent: nothing that takes long comes between it and the POST.
        await pacing.WaitAsync(run.Token);

        run.Token.ThrowIfCancellationRequested();
        if (!await run.CommitAsync(new StepOutcome.CreateStarted((source as SourceDecision.Ready)?.VideoId)))
            return null;
        // A worker that was paused here for longer than its lease must not send what another may be sending.
        return run.HoldsLease ? await SendAsync(run.Row, reference, plan) : null;
    }

    // Shutdown does not cut a create that is on its way: its answer is worth waiting for. The client's own time-out ends it.
    private async Task<StepOutcome> SendAsync(Render row, VideoReference? reference, LookPlan? plan)
    {
        try
        {
            var video = (row.RemixVideoId, row.RemixKind) switch
            {
                ({ } source, RemixKind.Edit) => await api.EditAsync(source, row.Prompt, CancellationToken.None),
                ({ } source, RemixKind.Extension) => await api.ExtendAsync(source, row.Prompt, row.Seconds, CancellationToken.None),
                ({ } source, _) => await api.RemixAsync(source, row.Prompt, CancellationToken.None),
                _ => await api.CreateAsync(new CreateVideoRequest(row.Prompt)
                {
                    Model = row.Model,
                    Size = row.Size,
                    Seconds = row.Seconds,
                    Reference = reference,
                }, CancellationToken.None),
            };
            return new StepOutcome.Created(video, Adopted: false, plan);
        }
        catch (VideosApiException e)
        {
            return new StepOutcome.Faulted(StepFault.From(e, RenderStep.Create) with { RefusesCreate = e.Effect == RequestEffect.None });
        }
        catch (Exception e)
        {
            // A client that breaks its promise and throws something else: the video may exist.
            return Ended(FaultKind.AmbiguousCreate, RenderCause.AmbiguousCreate, $"{e.GetType().Name}: {e.Message}");
        }
    }

    private async Task<VideoReference?> ReferenceAsync(Render row, CancellationToken token)
    {
        if (row.Reference is not { } reference || row.RemixOf is not null)
            return null;
        await using var stream = await videos.OpenReadAsync(reference.Key, token)
            ?? throw new VideoStoreException($"the reference image {videos.UriOf(reference.Key)} is gone");
        var content = await BoundedStream.ReadAllAsync(stream, RenderOptions.MaxReferenceBytes, token);
        if (Hashing.Sha256(content) != reference.Sha256)
            throw new VideoStoreException($"the reference image {videos.UriOf(reference.Key)} is not what was stored");
        return new VideoReference(content, reference.FileName, reference.ContentType);
    }

    private static StepOutcome.Faulted Ended(FaultKind kind, RenderCause cause, string message) => new(new StepFault(kind, cause, message));
}
