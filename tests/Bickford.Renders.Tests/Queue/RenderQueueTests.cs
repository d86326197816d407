using Bickford.Renders.Ledger;
using Bickford.Renders.Media;
using Bickford.Renders.Tests.Media;
using Bickford.Renders.Tests.Support;

namespace Bickford.Renders.Tests.Queue;

public sealed class RenderQueueTests : IDisposable
{
    private readonly World _world = new();

    public void Dispose() => _world.Dispose();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private IRenders Renders => _world.Renders;

    [Fact]
    public async Task The_same_key_with_the_same_request_is_the_same_render()
    {
        var first = await _world.EnqueueAsync(key: "order-7");
        var second = await _world.EnqueueAsync(key: "order-7");
        second.Id.ShouldBe(first.Id);
        (await Renders.ListAsync(cancellationToken: Token)).Items.Count.ShouldBe(1);
        _world.Scheduler.Jobs.Count.ShouldBe(1);

        await _world.RunToEndAsync(first.Id);
        (await _world.EnqueueAsync(key: "order-7")).Status.ShouldBe(RenderStatus.Completed);
        _world.Provider.Posts.ShouldBe(1);
    }

    [Fact]
    public async Task The_same_key_with_another_request_is_refused_by_name()
    {
        var first = await _world.EnqueueAsync(key: "order-7");
        var error = await Should.ThrowAsync<RenderConflictException>(() => _world.EnqueueAsync("another prompt", "order-7"));
        error.Message.ShouldContain("order-7");
        error.Message.ShouldContain(first.ShortId);
    }

    [Fact]
    public async Task An_enqueue_whose_answer_was_lost_is_made_good_by_its_key_and_leaves_no_second_reference_behind()
    {
        var request = new RenderRequest("p") { Model = "m", Size = "48x32", Reference = new(TestMedia.Png, "a.png") };
        _world.Calls.After = name =>
        {
            if (name == "insert")
                throw new IOException("connection reset");
        };
        await Should.ThrowAsync<IOException>(() => Renders.EnqueueAsync(request, "k", Token));
        _world.Calls.After = null;
        var row = await Renders.EnqueueAsync(request, "k", Token);
        (await Renders.ListAsync(cancellationToken: Token)).Items.Select(r => r.Id).ShouldBe([row.Id]);
        _world.Videos.Keys.ShouldBe([row.Reference!.Key]);
    }

    [Fact]
    public async Task A_reference_that_is_made_to_fit_is_stored_so_and_the_ledger_has_the_hashes_of_both()
    {
        var request = new RenderRequest("p") { Model = "m", Size = "64x64", Reference = new(TestMedia.Png, "a.png") { Fit = ReferenceFit.Pad } };

        var row = await Renders.EnqueueAsync(request, "k", Token);

        var stored = row.Reference.ShouldNotBeNull();
        (stored.Fit, stored.SourceSha256).ShouldBe((ReferenceFit.Pad, Hashing.Sha256(TestMedia.Png)));
        await using var file = (await _world.Videos.OpenReadAsync(stored.Key, Token)).ShouldNotBeNull();
        var bytes = new byte[stored.Bytes];
        await file.ReadExactlyAsync(bytes, Token);
        Hashing.Sha256(bytes).ShouldBe(stored.Sha256);
        ImageHeader.Read(bytes).ShouldBe(new ImageInfo("image/png", 64, 64));
        var payload = (await EnqueuedAsync(row))["input_reference"]!;
        (payload["sha256"]!.GetValue<string>(), payload["source_sha256"]!.GetValue<string>(), payload["fit"]!.GetValue<string>()).ShouldBe((stored.Sha256, stored.SourceSha256, "Pad"));
        (await Renders.EnqueueAsync(request, "k", Token)).Id.ShouldBe(row.Id, "the same image with the same fit is the same request");
        await Should.ThrowAsync<RenderConflictException>(() => Renders.EnqueueAsync(request with { Reference = request.Reference with { Fit = ReferenceFit.Crop } }, "k", Token));
        _world.Videos.Keys.ShouldBe([stored.Key]);
    }

    [Fact]
    public async Task A_render_of_a_batch_has_its_name_on_the_row_and_the_ledger()
    {
        var row = await Renders.EnqueueAsync(new RenderRequest("p") { Model = "m", Batch = "spring" }, "k", Token);

        row.Batch.ShouldBe("spring");
        (await EnqueuedAsync(row))["batch"]!.GetValue<string>().ShouldBe("spring");
        await Should.ThrowAsync<RenderConflictException>(() => Renders.EnqueueAsync(new RenderRequest("p") { Model = "m", Batch = "summer" }, "k", Token));
    }

    [Fact]
    public async Task A_bad_request_writes_nothing()
    {
        await Should.ThrowAsync<RenderRequestException>(() => _world.EnqueueAsync(" "));
        _world.Calls.Count.ShouldBe(0);
    }

    [Fact]
    public async Task An_engine_that_is_down_does_not_lose_the_render()
    {
        _world.Scheduler.Fails = new InvalidOperationException("engine down");
        var row = await _world.EnqueueAsync();
        _world.Scheduler.Fails = null;
        _world.Clock.Advance(TimeSpan.FromSeconds(4));
        (await _world.Reconciler.ReconcileAsync(Token)).ShouldBe(1);
        _world.Scheduler.Jobs[^1].RenderId.ShouldBe(row.Id);
        (await _world.Reconciler.HandOverAllAsync(Token)).ShouldBe(1);
    }

    [Fact]
    public async Task Again_is_a_new_render_that_names_the_old_and_may_have_another_prompt()
    {
        var old = await _world.RunToEndAsync((await _world.EnqueueAsync()).Id);
        var same = await Renders.RenderAgainAsync(old.Id, cancellationToken: Token);
        (same.AgainOf, same.Prompt, same.Size, same.Seconds, same.VideoId).ShouldBe((old.Id, old.Prompt, old.Size, old.Seconds, null));
        (await Renders.RenderAgainAsync(old.Id, "edited", cancellationToken: Token)).Prompt.ShouldBe("edited");
        await Should.ThrowAsync<RenderNotFoundException>(() => Renders.RenderAgainAsync(Guid.CreateVersion7(Rows.Now), cancellationToken: Token));
    }

    [Fact]
    public async Task Again_takes_the_reference_image_along()
    {
        var request = new RenderRequest("p") { Model = "m", Size = "48x32", Reference = new(TestMedia.Png, "a.png") };
        var old = await Renders.EnqueueAsync(request, cancellationToken: Token);
        var again = await Renders.RenderAgainAsync(old.Id, cancellationToken: Token);
        again.Reference!.Sha256.ShouldBe(old.Reference!.Sha256);
        again.Reference.Key.ShouldNotBe(old.Reference.Key);
    }

    [Fact]
    public async Task A_remix_takes_a_running_or_finished_source_and_again_of_a_remix_stays_a_remix()
    {
        var source = await _world.EnqueueAsync();
        var remix = await Renders.RemixAsync(source.Id, "at night", cancellationToken: Token);
        (remix.RemixOf, remix.Size, remix.Status).ShouldBe((source.Id, source.Size, RenderStatus.Queued));
        var again = await Renders.RenderAgainAsync(remix.Id, cancellationToken: Token);
        (again.RemixOf, again.AgainOf, again.Prompt).ShouldBe((source.Id, remix.Id, "at night"));
    }

    [Fact]
    public async Task A_source_that_stopped_without_a_video_cannot_be_remixed()
    {
        var source = await _world.EnqueueAsync();
        var remix = await Renders.RemixAsync(source.Id, "at night", cancellationToken: Token);
        await Renders.CancelAsync(source.Id, cancellationToken: Token);
        (await Should.ThrowAsync<RenderConflictException>(() => Renders.RemixAsync(source.Id, "p", cancellationToken: Token))).Message.ShouldContain("no video");
        var failed = await _world.RunToEndAsync(remix.Id);
        (failed.Status, failed.Cause).ShouldBe((RenderStatus.Failed, RenderCause.InvalidRequest));
        failed.Message!.ShouldContain(source.ShortId);
        _world.Provider.Posts.ShouldBe(0);
    }

    [Fact]
    public async Task Cancelling_is_at_once_twice_is_no_error_and_a_completed_render_refuses()
    {
        var row = await _world.EnqueueAsync();
        (await Renders.CancelAsync(row.Id, "ann", Token)).Status.ShouldBe(RenderStatus.Cancelled);
        (await Renders.CancelAsync(row.Id, "ann", Token)).Status.ShouldBe(RenderStatus.Cancelled);
        (await _world.EventsAsync(row.Id)).Count(e => e == "render.cancelled").ShouldBe(1);
        _world.Observer.Stopped.ShouldBe([RenderStatus.Cancelled]);
        var done = await _world.RunToEndAsync((await _world.EnqueueAsync()).Id);
        await Should.ThrowAsync<RenderConflictException>(() => Renders.CancelAsync(done.Id, cancellationToken: Token));
    }

    [Fact]
    public async Task Adopting_checks_the_id_and_that_the_provider_knows_it_and_that_nobody_owns_it()
    {
        var done = await _world.RunToEndAsync((await _world.EnqueueAsync()).Id);
        var row = await ParkedAsync();
        foreach (var bad in new[] { "", " ", "a\nb", new string('v', 513) })
            (await Should.ThrowAsync<RenderRequestException>(() => Renders.AdoptAsync(row, bad, cancellationToken: Token))).Field.ShouldBe("videoId");
        (await Should.ThrowAsync<RenderRequestException>(() => Renders.AdoptAsync(row, "nope", cancellationToken: Token))).Field.ShouldBe("videoId");
        (await Should.ThrowAsync<RenderConflictException>(() => Renders.AdoptAsync(row, done.VideoId!, cancellationToken: Token))).Message.ShouldContain("another render");
        _world.Provider.AddForeign(Rows.VideoOf(done, "video_found"));
        await Renders.AdoptAsync(row, "video_found", "ann", Token);
        var adopted = await _world.RunToEndAsync(row);
        (adopted.Status, adopted.VideoId).ShouldBe((RenderStatus.Completed, "video_found"));
        _world.Provider.Posts.ShouldBe(1);
    }

    [Fact]
    public async Task Actions_survive_a_change_in_between()
    {
        var row = await _world.EnqueueAsync();
        var first = true;
        _world.Calls.Before = name =>
        {
            if (name != "commit" || !first)
                return;
            first = false;
            _world.Store.CommitAsync(row with { Version = 2 }, 1, []).GetAwaiter().GetResult();
        };
        (await Renders.CancelAsync(row.Id, "ann", Token)).Version.ShouldBe(3);
    }

    [Fact]
    public async Task Pages_have_every_render_once_newest_first()
    {
        var ids = new List<Guid>();
        for (var i = 0; i < 7; i++)
        {
            ids.Add((await _world.EnqueueAsync()).Id);
            _world.Clock.Advance(TimeSpan.FromMilliseconds(1));
        }

        var seen = new List<Guid>();
        string? cursor = null;
        do
        {
            var page = await Renders.ListAsync(cursor: cursor, limit: 3, cancellationToken: Token);
            seen.AddRange(page.Items.Select(r => r.Id));
            cursor = page.NextCursor;
        }
        while (cursor is not null);
        seen.ShouldBe(Enumerable.Reverse(ids));
        (await Should.ThrowAsync<RenderRequestException>(() => Renders.ListAsync(cursor: "x", cancellationToken: Token))).Field.ShouldBe("cursor");
        (await Should.ThrowAsync<RenderRequestException>(() => Renders.ListAsync(limit: 501, cancellationToken: Token))).Field.ShouldBe("limit");
    }

    [Fact]
    public async Task Waiting_reports_every_change_that_is_seen_and_ends_with_the_render()
    {
        var row = await _world.EnqueueAsync();
        var seen = new List<RenderStatus>();
        var wait = Renders.WaitAsync(row.Id, new Direct(r => seen.Add(r.Status)), Token);
        await _world.RunToEndAsync(row.Id);
        _world.Clock.Advance(TimeSpan.FromSeconds(1));
        (await wait.WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System, Token)).Status.ShouldBe(RenderStatus.Completed);
        seen[0].ShouldBe(RenderStatus.Queued);
        seen[^1].ShouldBe(RenderStatus.Completed);
        await Should.ThrowAsync<RenderNotFoundException>(() => Renders.WaitAsync(Guid.CreateVersion7(Rows.Now), cancellationToken: Token));
    }

    private async Task<Guid> ParkedAsync()
    {
        var row = await _world.EnqueueAsync("parked");
        var parked = row.Stopped(RenderStatus.Parked, RenderCause.AmbiguousCreate) with { Version = 2 };
        await _world.Store.CommitAsync(parked, 1, [], Token);
        return row.Id;
    }

    private sealed class Direct(Action<Render> report) : IProgress<Render>
    {
        public void Report(Render value) => report(value);
    }

    [Fact]
    public async Task Many_at_once_are_all_accepted_and_handed_to_the_engine_with_who_asked()
    {
        var orders = Enumerable.Range(0, 3).Select(i => new RenderOrder(new RenderRequest($"p{i}") { Model = "m" }, $"k{i}")).ToArray();

        var accepted = await _world.Intake.EnqueueAllAsync(orders, "somebody", Token);
        var again = await _world.Intake.EnqueueAllAsync(orders, "somebody", Token);

        accepted.Select(one => (one.Render.Prompt, one.IsNew)).ShouldBe([("p0", true), ("p1", true), ("p2", true)]);
        again.Select(one => (one.Render.Id, one.IsNew)).ShouldBe(accepted.Select(one => (one.Render.Id, false)));
        _world.Scheduler.Jobs.Count.ShouldBe(3, "those that were there are handed over already");
        (await _world.Store.Ledger.TailAsync(1, Token))[0].Payload.ShouldContain("\"actor\":\"somebody\"");
    }

    [Fact]
    public async Task Of_many_at_once_none_is_accepted_when_one_cannot_be()
    {
        await _world.EnqueueAsync("mine", "taken");
        RenderOrder Order(string prompt, string? key = null) => new(new RenderRequest(prompt) { Model = "m" }, key);

        (await Should.ThrowAsync<RenderBatchException>(() => _world.Intake.EnqueueAllAsync([Order("a"), Order(" ")], null, Token))).Index.ShouldBe(1);
        var taken = await Should.ThrowAsync<RenderBatchException>(() => _world.Intake.EnqueueAllAsync([Order("a"), Order("b"), Order("c", "taken"), Order("d")], null, Token));

        taken.Index.ShouldBe(2);
        taken.InnerException.ShouldBeOfType<RenderConflictException>();
        (await Renders.ListAsync(cancellationToken: Token)).Items.Count.ShouldBe(1);
        (await _world.Intake.EnqueueAllAsync([], null, Token)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Whether_a_render_is_new_is_told()
    {
        var request = new RenderRequest("p") { Model = "m" };
        (await _world.Intake.EnqueueAsync(request, "k", "me", Token)).IsNew.ShouldBeTrue();
        var row = await _world.Intake.EnqueueAsync(request, "k", "me", Token);
        row.IsNew.ShouldBeFalse();
        (await _world.Intake.AcceptAgainAsync(row.Render.Id, null, "a", "me", Token)).IsNew.ShouldBeTrue();
        (await _world.Intake.AcceptAgainAsync(row.Render.Id, null, "a", "me", Token)).IsNew.ShouldBeFalse();
    }

    private async Task<System.Text.Json.Nodes.JsonNode> EnqueuedAsync(Render row)
    {
        await foreach (var entry in _world.Store.Ledger.ReadAsync(0, LedgerHash.StreamOf(row.Id), Token))
            return System.Text.Json.Nodes.JsonNode.Parse(entry.Payload)!;
        throw new InvalidOperationException("the render has no event");
    }
}
