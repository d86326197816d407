using System.Data.Common;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Bickford.Renders.Ledger;
using Bickford.Renders.Media;
using Bickford.Renders.Policies;
using Bickford.Renders.Ports;
using Bickford.Renders.Steps;
using Bickford.Renders.Telemetry;
using Bickford.Renders.Videos;
using Microsoft.Extensions.Logging;

namespace Bickford.Renders.Queue;

/// <summary>The library call over the row store. The engine is only told; the row is what counts.</summary>
internal sealed partial class RenderQueue(
    IRenderStore store,
    IJobScheduler scheduler,
    IVideoStore videos,
    IVideosApi api,
    RenderMachine machine,
    IRenderPolicy policy,
    RenderNotifier notifier,
    WaitingRemixes remixes,
    RenderOptions options,
    TimeProvider clock,
    IdSource ids,
    ILogger<RenderQueue> logger,
    IImageFitter? fitter = null) : IRenders, IRenderIntake
{
    public async Task<Render> EnqueueAsync(RenderRequest request, string? idempotencyKey = null, CancellationToken cancellationToken = default) =>
        (await EnqueueAsync(request, idempotencyKey, null, cancellationToken)).Render;

    public async Task<Render> EnqueueAsync(RenderRequest request, DbTransaction transaction, string? idempotencyKey = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(transaction);
        return (await AcceptAsync(request, idempotencyKey, null, new Lineage(null, null), cancellationToken, transaction)).Render;
    }

    public Task<Render?> GetAsync(Guid id, CancellationToken cancellationToken = default) => store.GetAsync(id, cancellationToken);

    public async Task<RenderPage> ListAsync(RenderFilter? filter = null, string? cursor = null, int limit = 50, CancellationToken cancellationToken = default)
    {
        if (limit is < 1 or > 500)
            throw new RenderRequestException("limit", limit.ToString(CultureInfo.InvariantCulture), "1 to 500");
        Guid? before = cursor is null ? null
            : Guid.TryParseExact(cursor, "N", out var id) ? id
            : throw new RenderRequestException("cursor", cursor, "the cursor of a page before this one");
        var items = await store.ListAsync(filter ?? new RenderFilter(), before, limit + 1, cancellationToken);
        return items.Count > limit
            ? new RenderPage([.. items.Take(limit)], items[limit - 1].Id.ToString("N"))
            : new RenderPage(items, null);
    }

    public async Task<Render> WaitAsync(Guid id, IProgress<Render>? progress = null, CancellationToken cancellationToken = default)
    {
        long seen = 0;
        var pause = TimeSpan.FromMilliseconds(50);
        while (true)
        {
            var row = await FindAsync(id, cancellationToken);
            if (row.Version != seen)
            {
                seen = row.Version;
                pause = TimeSpan.FromMilliseconds(50);
                progress?.Report(row);
            }

            if (!row.Status.IsOpen())
                return row;
            await Task.Delay(pause, clock, cancellationToken);
            pause = pause < TimeSpan.FromSeconds(0.5) ? pause * 1.5 : pause;
        }
    }

    public async Task<Render> EnqueueAndWaitAsync(RenderRequest request, string? idempotencyKey = null, IProgress<Render>? progress = null, CancellationToken cancellationToken = default)
    {
        var render = await EnqueueAsync(request, idempotencyKey, cancellationToken);
        return await WaitAsync(render.Id, progress, cancellationToken);
    }

    public async Task<Render> RenderAgainAsync(Guid id, string? prompt = null, string? idempotencyKey = null, string? actor = null, CancellationToken cancellationToken = default) =>
        (await AcceptAgainAsync(id, prompt, idempotencyKey, actor, cancellationToken)).Render;

    public async Task<Render> RemixAsync(Guid id, string prompt, string? idempotencyKey = null, string? actor = null, CancellationToken cancellationToken = default) =>
        await RemixAsync(id, new RemixRequest(prompt), idempotencyKey, actor, cancellationToken);

    public async Task<Render> RemixAsync(Guid id, RemixRequest request, string? idempotencyKey = null, string? actor = null, CancellationToken cancellationToken = default) =>
        (await AcceptRemixAsync(id, request, idempotencyKey, actor, cancellationToken)).Render;

    private async Task<AcceptedRender> AcceptRemixAsync(Render source, RemixRequest remix, string? key, string? actor, Guid? againOf, CancellationToken token)
    {
        // What was accepted before stays accepted, whatever became of the source since: the same key names the same render.
        if (RemixSource.WhyNot(source) is { } why && (key is null || await store.FindByKeyAsync(key, token) is null))
            throw new RenderConflictException(why);
        if (remix.Seconds is not null && remix.Kind != RemixKind.Extension)
            throw new RenderRequestException("seconds", remix.Seconds.Value.ToString(CultureInfo.InvariantCulture), $"none: {Article(remix.Kind)} is as long as its source; only an extension has a length of its own");
        var request = new RenderRequest(remix.Prompt)
        {
            Model = source.Model,
            Size = source.Size,
            Seconds = remix.Kind == RemixKind.Extension ? remix.Seconds : source.Seconds,
            Tags = source.Tags,
            Priority = source.Priority,
        };
        return await AcceptAsync(request, key, actor, new Lineage(againOf, source.Id, remix.Kind), token);

        static string Article(RemixKind kind) => kind == RemixKind.Edit ? "an edit" : "a remix";
    }

    private async Task<AcceptedRender> AcceptAsync(RenderRequest request, string? key, string? actor, Lineage lineage, CancellationToken token, DbTransaction? transaction = null)
    {
        using var span = RenderSpan.BeginEnqueue();
        var (row, referenceType, decision) = NewRow(request, key, lineage, Activity.Current);
        RenderSpan.Describe(span, row, options);
        if (request.Reference is { } reference)
            row = row with { Reference = await StoreReferenceAsync(row, reference, referenceType!, token) };

        var opening = RenderMachine.Enqueued(row, actor, decision);
        var (render, created) = transaction is null
            ? await store.InsertAsync(opening.Next, opening.Entries, token)
            : await store.InsertAsync(opening.Next, opening.Entries, transaction, token);
        if (!created)
        {
            if (row.Reference is not null)
                await videos.DeleteAsync(row.Reference.Key, token);
            return render.RequestHash == row.RequestHash ? new AcceptedRender(render, IsNew: false) : throw KeyTaken(row, render);
        }

        RenderTelemetry.Committed(render, opening.Entries, options);
        // Whether a caller's transaction commits is not known here: the database signals it to the workers when it does.
        if (transaction is null)
            await HandOverAsync(render);
        return new AcceptedRender(render, IsNew: true);
    }

    private (Render Row, string? ReferenceType, RenderDecision? Decision) NewRow(RenderRequest request, string? key, Lineage lineage, Activity? caller)
    {
        // The request as given is what its key stands for: a policy may choose otherwise tomorrow.
        var hash = HashOf(request, lineage);
        (request, var decision) = RenderDecision.For(request, policy);
        var valid = RequestValidation.Check(request, options);
        RequestValidation.CheckKey(key);
        var now = clock.GetUtcNowMs();
        var id = ids.Next(now);
        var row = new Render
        {
            Id = id,
            IdempotencyKey = key,
            RequestHash = hash,
            Prompt = valid.Prompt,
            Model = valid.Model,
            Size = valid.Size,
            Seconds = valid.Seconds,
            Tags = [.. request.Tags],
            Priority = request.Priority,
            Keep = request.Keep,
            Batch = request.Batch,
            AgainOf = lineage.AgainOf,
            RemixOf = lineage.RemixOf,
            RemixKind = lineage.Kind,
            Status = RenderStatus.Queued,
            Step = RenderStep.Create,
            DueAt = now,
            Version = 1,
            DeadlineAt = now + options.Deadline,
            Cost = valid.Cost,
            TraceParent = RenderTrace.ParentOf(id, caller),
            CreatedAt = now,
            UpdatedAt = now,
        };
        return (row, valid.ReferenceType, decision);
    }

    private static RenderConflictException KeyTaken(Render row, Render owner) =>
        new($"idempotency key '{row.IdempotencyKey}' belongs to another request (render {owner.ShortId})");

    private async Task<StoredReference> StoreReferenceAsync(Render row, ReferenceImage image, string type, CancellationToken token)
    {
        var source = image;
        if (source.Fit != ReferenceFit.None)
            (image, type) = await FittedAsync(source, row.Size!, token);
        // Where a picture was taken and by whom is nobody's business but its owner's.
        var content = ImageMetadata.Strip(image.Content);
        var (handedIn, kept) = (Hashing.Sha256(source.Content), Hashing.Sha256(content));
        var reference = new StoredReference(RenderKeys.Reference(row.Id, row.CreatedAt, type), Path.GetFileName(image.FileName), type, content.Length, kept)
        {
            Fit = source.Fit == ReferenceFit.None ? null : source.Fit,
            SourceSha256 = handedIn == kept ? null : handedIn,
        };
        using var stream = new MemoryStream(content.ToArray(), writable: false);
        await videos.PutAsync(reference.Key, stream, new ObjectContent(reference.Bytes, reference.Sha256, type), token);
        return reference;
    }

    private async Task<(ReferenceImage Image, string Type)> FittedAsync(ReferenceImage image, string size, CancellationToken token)
    {
        if (fitter is null)
            throw new RenderRequestException("fit", image.Fit.ToString(), "None: no library for images is registered (UseSkia)");
        var sides = size.Split('x');
        var fitted = await fitter.FitAsync(image, int.Parse(sides[0], CultureInfo.InvariantCulture), int.Parse(sides[1], CultureInfo.InvariantCulture), token);
        // What a fitter gives back is checked as what a caller hands in.
        return ImageHeader.Read(fitted.Content.Span) is { } header && fitted.Content.Length <= RenderOptions.MaxReferenceBytes && string.Create(CultureInfo.InvariantCulture, $"{header.Width}x{header.Height}") == size
            ? (fitted, header.ContentType)
            : throw new RenderRequestException("reference", image.FileName, $"an image that fits into {RenderOptions.MaxReferenceBytes} bytes at {size} pixels");
    }

    private async Task<ReferenceImage?> ReferenceOfAsync(Render old, CancellationToken token)
    {
        if (old.Reference is not { } reference)
            return null;
        await using var stream = await videos.OpenReadAsync(reference.Key, token)
            ?? throw new RenderConflictException(old.FilesDeletingAt is { } deletedAt
                ? $"the reference image of render {old.ShortId} was deleted by clean-up at {deletedAt:yyyy-MM-dd HH:mm} UTC"
                : $"the reference image of render {old.ShortId} is gone from the video store");
        return new ReferenceImage(await BoundedStream.ReadAllAsync(stream, RenderOptions.MaxReferenceBytes, token), reference.FileName);
    }

    private async Task HandOverAsync(params IReadOnlyCollection<Render> renders)
    {
        StepJob[] jobs = [.. renders.Select(StepJob.For).OfType<StepJob>()];
        if (jobs.Length == 0)
            return;
        try
        {
            await scheduler.ScheduleAsync(jobs, CancellationToken.None);
        }
        catch (Exception e)
        {
            // The rows are durable: the reconcile job of a worker hands them over.
            logger.LogWarning("{Render}: the engine did not take the job, reconcile will: {Error}", renders.First().ShortId, e.Message);
        }
    }

    private async Task<Render> FindAsync(Guid id, CancellationToken token) =>
        await store.GetAsync(id, token) ?? throw new RenderNotFoundException(id.ToString("D"));

    // The request as given: the same call stays the same request when a default in the settings changes.
    private static string HashOf(RenderRequest request, Lineage lineage)
    {
        var fields = new JsonObject
        {
            ["prompt"] = request.Prompt,
            ["model"] = request.Model,
            ["size"] = request.Size,
            ["seconds"] = request.Seconds,
            ["reference"] = request.Reference is { } r ? Hashing.Sha256(r.Content) : null,
            ["tags"] = new JsonArray([.. request.Tags.Select(t => JsonValue.Create(t))]),
            ["priority"] = request.Priority,
            ["again_of"] = lineage.AgainOf?.ToString("D"),
            ["remix_of"] = lineage.RemixOf?.ToString("D"),
        };
        // Requests from before there was this field have the hash that they had.
        if (request.Keep)
            fields["keep"] = true;
        if (request.Reference is { Fit: not ReferenceFit.None and var fit })
            fields["fit"] = fit.ToString();
        if (request.Batch is { } batch)
            fields["batch"] = batch;
        if (request.Intent is { } intent)
            fields["intent"] = intent.ToString();
        if (lineage.Kind != RemixKind.Remix)
            fields["remix_kind"] = lineage.Kind.ToString();
        return Hashing.Sha256(System.Text.Encoding.UTF8.GetBytes(CanonicalJson.Of(fields)));
    }

    private readonly record struct Lineage(Guid? AgainOf, Guid? RemixOf, RemixKind Kind = RemixKind.Remix);
}
