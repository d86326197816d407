using System.Data.Common;
using Bickford.Renders.Ledger;
using Bickford.Renders.Policies;
using Bickford.Renders.Ports;
using Bickford.Renders.Videos;

namespace Bickford.Renders.Worker.Diagnostics;

/// <summary>Kill points around the commits.</summary>
internal sealed class KillingRenderStore(IRenderStore inner, KillPoints points) : IRenderStore
{
    public async Task<InsertResult> InsertAsync(Render render, IReadOnlyList<LedgerEntry> entries, CancellationToken cancellationToken = default)
    {
        points.Pass("enqueue.before-insert");
        var result = await inner.InsertAsync(render, entries, cancellationToken);
        points.Pass("enqueue.after-insert");
        return result;
    }

    public async Task<InsertResult> InsertAsync(Render render, IReadOnlyList<LedgerEntry> entries, DbTransaction transaction, CancellationToken cancellationToken = default)
    {
        points.Pass("enqueue.before-insert");
        var result = await inner.InsertAsync(render, entries, transaction, cancellationToken);
        points.Pass("enqueue.after-insert");
        return result;
    }

    public async Task<IReadOnlyList<InsertResult>> InsertAllAsync(IReadOnlyList<NewRow> rows, CancellationToken cancellationToken = default)
    {
        points.Pass("enqueue.before-insert");
        var results = await inner.InsertAllAsync(rows, cancellationToken);
        points.Pass("enqueue.after-insert");
        return results;
    }

    public Task<CommitResult> CommitAsync(Render next, long expectedVersion, IReadOnlyList<LedgerEntry> entries, CancellationToken cancellationToken = default) =>
        CommitAsync(next, entries, () => inner.CommitAsync(next, expectedVersion, entries, cancellationToken));

    public Task<CommitResult> CommitIntentAsync(
        Render next, long expectedVersion, IReadOnlyList<LedgerEntry> entries, IntentLimits limits, CancellationToken cancellationToken = default) =>
        CommitAsync(next, entries, () => inner.CommitIntentAsync(next, expectedVersion, entries, limits, cancellationToken));

    private async Task<CommitResult> CommitAsync(Render next, IReadOnlyList<LedgerEntry> entries, Func<Task<CommitResult>> commit)
    {
        var what = entries.Count == 0 ? "" : entries[0].Type;
        var step = what switch
        {
            "render.created" or "render.adopted" => "create",
            "render.downloaded" => "download",
            "render.stored" => "upload",
            "render.completed" => "record",
            _ => "",
        };
        if (what == "render.create_started")
            points.Pass("create.before-intent");
        if (step is not ("" or "create"))
            points.Pass($"{step}.before-commit");
        var result = await commit();
        if (what == "render.create_started")
            points.Pass("create.after-intent");
        else if (step != "")
            points.Pass($"{step}.after-commit");
        else if (next is { Step: RenderStep.Poll, Status: RenderStatus.Rendering } || what == "render.rendered")
            points.Pass("poll.after-commit");
        return result;
    }

    public Task<Render?> GetAsync(Guid id, CancellationToken cancellationToken = default) => inner.GetAsync(id, cancellationToken);

    public Task<IReadOnlyList<Render>> ListAsync(RenderFilter filter, Guid? before, int limit, CancellationToken cancellationToken = default) =>
        inner.ListAsync(filter, before, limit, cancellationToken);

    public Task<IReadOnlyList<Guid>> FindIdsAsync(string ending, int limit, CancellationToken cancellationToken = default) =>
        inner.FindIdsAsync(ending, limit, cancellationToken);

    public Task<Render?> TryLeaseAsync(Guid id, RenderStep step, long version, string owner, TimeSpan duration, CancellationToken cancellationToken = default) =>
        inner.TryLeaseAsync(id, step, version, owner, duration, cancellationToken);

    public Task<Render?> LeaseNextCreateAsync(DateTimeOffset now, string owner, TimeSpan duration, CancellationToken cancellationToken = default) =>
        inner.LeaseNextCreateAsync(now, owner, duration, cancellationToken);

    public Task<IReadOnlyList<Render>> LeaseLooksAsync(StepJob job, DateTimeOffset now, string owner, TimeSpan duration, CancellationToken cancellationToken = default) =>
        inner.LeaseLooksAsync(job, now, owner, duration, cancellationToken);

    public Task<StepJob?> FindNextLookAsync(Guid id, CancellationToken cancellationToken = default) => inner.FindNextLookAsync(id, cancellationToken);

    public Task<string?> FindNewerVideoAsync(Guid id, CancellationToken cancellationToken = default) => inner.FindNewerVideoAsync(id, cancellationToken);

    public async Task<IReadOnlyList<CommitResult>> CommitAllAsync(IReadOnlyList<RowCommit> commits, CancellationToken cancellationToken = default)
    {
        var results = await inner.CommitAllAsync(commits, cancellationToken);
        points.Pass("poll.after-commit");
        return results;
    }

    public Task<Render?> RenewLeaseAsync(Guid id, string owner, TimeSpan duration, CancellationToken cancellationToken = default) =>
        inner.RenewLeaseAsync(id, owner, duration, cancellationToken);

    public Task<IReadOnlyList<StepJob>> ListOverdueAsync(DateTimeOffset dueBefore, int limit, StepJob? after = null, CancellationToken cancellationToken = default) =>
        inner.ListOverdueAsync(dueBefore, limit, after, cancellationToken);

    public Task<IReadOnlyList<StepJob>> ListDueAsync(RenderStep step, DateTimeOffset dueBefore, int limit, CancellationToken cancellationToken = default) =>
        inner.ListDueAsync(step, dueBefore, limit, cancellationToken);

    public Task<IReadOnlyList<StepJob>> ListOpenAsync(Guid? after, int limit, CancellationToken cancellationToken = default) =>
        inner.ListOpenAsync(after, limit, cancellationToken);

    public Task<IReadOnlyList<StepJob>> ListWaitingForSourceAsync(IReadOnlyCollection<Guid>? sources, int limit, CancellationToken cancellationToken = default) =>
        inner.ListWaitingForSourceAsync(sources, limit, cancellationToken);

    public Task<Render?> FindByKeyAsync(string idempotencyKey, CancellationToken cancellationToken = default) => inner.FindByKeyAsync(idempotencyKey, cancellationToken);

    public Task<IReadOnlyList<Render>> ListOpenCreatesAsync(string prompt, string model, CancellationToken cancellationToken = default) =>
        inner.ListOpenCreatesAsync(prompt, model, cancellationToken);

    public Task<IReadOnlyList<TimeSpan>> ListTimesAsync(string model, string? size, int? seconds, int limit, CancellationToken cancellationToken = default) =>
        inner.ListTimesAsync(model, size, seconds, limit, cancellationToken);

    public Task<IReadOnlySet<string>> FindOwnedVideoIdsAsync(IReadOnlyCollection<string> videoIds, CancellationToken cancellationToken = default) =>
        inner.FindOwnedVideoIdsAsync(videoIds, cancellationToken);
}

/// <summary>Kill points around the provider's answers.</summary>
internal sealed class KillingVideosApi(IVideosApi inner, KillPoints points) : IVideosApi
{
    private const int MiddleBytes = 300_000;

    public Task<Video> CreateAsync(CreateVideoRequest request, CancellationToken cancellationToken = default) => PassedAsync(inner.CreateAsync(request, cancellationToken));

    private async Task<Video> PassedAsync(Task<Video> post)
    {
        var video = await post;
        points.Pass("create.after-post");
        return video;
    }

    public Task<Video> RemixAsync(string videoId, string prompt, CancellationToken cancellationToken = default) => PassedAsync(inner.RemixAsync(videoId, prompt, cancellationToken));

    public Task<Video> EditAsync(string videoId, string prompt, CancellationToken cancellationToken = default) => PassedAsync(inner.EditAsync(videoId, prompt, cancellationToken));

    public Task<Video> ExtendAsync(string videoId, string prompt, int? seconds = null, CancellationToken cancellationToken = default) =>
        PassedAsync(inner.ExtendAsync(videoId, prompt, seconds, cancellationToken));

    public async Task<Video> GetAsync(string videoId, CancellationToken cancellationToken = default)
    {
        points.Pass("poll.before-look");
        var video = await inner.GetAsync(videoId, cancellationToken);
        points.Pass("poll.after-look");
        return video;
    }

    public async Task<VideoContent> DownloadAsync(string videoId, AssetKind kind = AssetKind.Video, ContentResume? resume = null, CancellationToken cancellationToken = default)
    {
        points.Pass("download.before");
        var content = await inner.DownloadAsync(videoId, kind, resume, cancellationToken);
        var body = new CountingStream(content.Body, MiddleBytes, () => points.Pass("download.middle"));
        return new VideoContent(body, content.Offset, content.Length, content.ContentType, content.ETag, new Owner(content));
    }

    public Task<VideoPage> ListPageAsync(VideoOrder order = VideoOrder.Descending, string? after = null, int limit = 100, CancellationToken cancellationToken = default) =>
        inner.ListPageAsync(order, after, limit, cancellationToken);

    public IAsyncEnumerable<Video> ListAsync(VideoOrder order = VideoOrder.Descending, CancellationToken cancellationToken = default) =>
        inner.ListAsync(order, cancellationToken);

    public Task<bool> DeleteAsync(string videoId, CancellationToken cancellationToken = default) => inner.DeleteAsync(videoId, cancellationToken);

    private sealed class Owner(VideoContent content) : IDisposable
    {
        public void Dispose() => content.DisposeAsync().AsTask().GetAwaiter().GetResult();
    }
}

/// <summary>Kill points inside and around the store.</summary>
internal sealed class KillingVideoStore(IVideoStore inner, KillPoints points) : IVideoStore
{
    public string UriOf(string key) => inner.UriOf(key);

    public async Task<string> PutAsync(string key, Stream source, ObjectContent content, CancellationToken cancellationToken = default)
    {
        if (key.EndsWith("/render.json", StringComparison.Ordinal))
        {
            points.Pass("record.before-record");
            return await inner.PutAsync(key, source, content, cancellationToken);
        }

        var counted = new CountingStream(source, content.Bytes / 2, () => points.Pass("upload.middle"));
        var uri = await inner.PutAsync(key, counted, content, cancellationToken);
        points.Pass("upload.after-put");
        return uri;
    }

    public Task<bool> VerifyAsync(string key, ObjectContent content, CancellationToken cancellationToken = default) => inner.VerifyAsync(key, content, cancellationToken);

    public Task<Stream?> OpenReadAsync(string key, CancellationToken cancellationToken = default) => inner.OpenReadAsync(key, cancellationToken);

    public Task DeleteAsync(string key, CancellationToken cancellationToken = default) => inner.DeleteAsync(key, cancellationToken);

    public Task<IReadOnlyList<StoreLeftover>> ListLeftoversAsync(CancellationToken cancellationToken = default) => inner.ListLeftoversAsync(cancellationToken);

    public Task SweepAsync(CancellationToken cancellationToken = default) => inner.SweepAsync(cancellationToken);
}
