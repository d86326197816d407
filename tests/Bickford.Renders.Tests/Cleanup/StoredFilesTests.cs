using Bickford.Renders.Ports;
using Bickford.Renders.Tests.Support;
using Bickford.Renders.Videos;

namespace Bickford.Renders.Tests.Cleanup;

/// <summary>Files in the video store go by the rules of retention, all of a render's or none.</summary>
public sealed class StoredFilesTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Files_go_after_their_time_and_the_row_and_the_ledger_say_so()
    {
        using var world = NewWorld();
        var render = await world.CompleteAsync(Request() with { Reference = new ReferenceImage(TinyPng.Of(1280, 720), "frame.png") });
        world.Videos.Keys.Count.ShouldBe(5);
        world.Clock.Advance(TimeSpan.FromDays(30));

        var item = (await world.CleanUpAsync()).ShouldHaveSingleItem();

        (item.Kind, item.Name, item.Outcome).ShouldBe((CleanupKind.Files, render.Assets[0].Uri, CleanupOutcome.Deleted));
        item.Others.Select(name => name[(name.LastIndexOf('/') + 1)..]).ShouldBe(["thumbnail.webp", "spritesheet.jpg", "reference.png", "render.json"]);
        item.Bytes.ShouldBe(render.Assets.Sum(asset => asset.Bytes) + render.Reference!.Bytes);
        world.Videos.Keys.ShouldBeEmpty();
        var row = await world.RowAsync(render.Id);
        row.Assets.ShouldBe(render.Assets.Select(asset => asset with { Uri = null }));
        row.FilesDeletedAt.ShouldBe(world.Clock.GetUtcNowMs());
        (await world.EventsAsync(render.Id)).TakeLast(2).ShouldBe(["render.files_deleting", "render.files_deleted"]);
        var intent = (await world.Store.Ledger.TailAsync(2, Token))[1];
        intent.Payload.ShouldContain("\"uris\":[\"memory:///");
        intent.Payload.ShouldContain("reference.png");
        (await world.Store.Ledger.VerifyAsync(Token)).Verified.ShouldBeTrue();
        (await world.CleanUpAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task What_is_kept_stays_until_it_is_released()
    {
        using var world = NewWorld();
        var flagged = await world.CompleteAsync(Request() with { Keep = true });
        var later = await world.CompleteAsync(Request());
        await world.Renders.KeepAsync(later.Id, actor: "ann", cancellationToken: Token);
        await world.Renders.KeepAsync(later.Id, actor: "ann", cancellationToken: Token);
        world.Clock.Advance(TimeSpan.FromDays(30));

        (await world.CleanUpAsync()).ShouldBeEmpty();
        await world.Renders.KeepAsync(later.Id, keep: false, "ann", Token);

        (await world.CleanUpAsync()).ShouldHaveSingleItem().RenderId.ShouldBe(later.Id);
        (await world.EventsAsync(later.Id)).TakeLast(4).ShouldBe(["render.kept", "render.released", "render.files_deleting", "render.files_deleted"]);
        (await world.RowAsync(flagged.Id)).FilesDeletedAt.ShouldBeNull();
        (await Should.ThrowAsync<RenderConflictException>(world.Renders.KeepAsync(later.Id, true, null, Token))).Message.ShouldContain("were deleted by clean-up");
    }

    [Fact]
    public async Task Keeping_a_render_that_is_under_way_does_not_disturb_it()
    {
        using var world = NewWorld();
        var render = await world.EnqueueAsync();
        await world.RunAsync(render.Id);
        world.Provider.OnLook = async (_, token) => await world.Renders.KeepAsync(render.Id, actor: "ann", cancellationToken: token);

        var done = await world.RunToEndAsync(render.Id);

        (done.Status, done.Keep).ShouldBe((RenderStatus.Completed, true));
        world.Provider.Posts.ShouldBe(1);
    }

    [Fact]
    public async Task Tags_have_times_of_their_own_and_the_newest_stay()
    {
        using var world = NewWorld(o =>
        {
            o.Retention.Files.Clear();
            o.Retention.Tags["draft"] = TimeSpan.FromHours(1);
            o.Retention.Tags["master"] = null;
            o.Retention.KeepLast = 1;
        });
        var draft = await world.CompleteAsync(Request("draft"));
        await world.CompleteAsync(Request("draft", "master"));
        await world.CompleteAsync(Request());
        await world.CompleteAsync(Request("draft"));
        world.Clock.Advance(TimeSpan.FromHours(2));

        var item = (await world.CleanUpAsync()).ShouldHaveSingleItem();

        item.RenderId.ShouldBe(draft.Id);
        item.Why.ShouldContain("Retention:Tags:draft");
    }

    [Fact]
    public async Task The_providers_copy_goes_first_while_ours_can_still_be_compared()
    {
        using var world = NewWorld(o => o.Retention.ProviderCopiesAfter = TimeSpan.FromDays(60));
        await world.CompleteAsync(Request());
        world.Clock.Advance(TimeSpan.FromDays(30));

        var items = await world.CleanUpAsync();

        items.Select(item => (item.Kind, item.Outcome)).ShouldBe([(CleanupKind.ProviderCopy, CleanupOutcome.Deleted), (CleanupKind.Files, CleanupOutcome.Deleted)]);
        world.Provider.Videos.ShouldBeEmpty();
        world.Videos.Keys.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_dry_run_counts_a_copy_that_goes_by_two_rules_once()
    {
        using var world = NewWorld(o => o.Retention.ProviderCopiesAfter = TimeSpan.FromDays(1));
        await world.CompleteAsync(Request());
        world.Clock.Advance(TimeSpan.FromDays(30));

        var planned = (await world.CleanUpAsync(dryRun: true)).Select(item => (item.Kind, item.Name)).ToList();

        planned.Select(item => item.Kind).ShouldBe([CleanupKind.ProviderCopy, CleanupKind.Files]);
        (await world.CleanUpAsync()).Select(item => (item.Kind, item.Name)).ShouldBe(planned);
    }

    [Fact]
    public async Task While_the_providers_copy_cannot_be_deleted_ours_stays()
    {
        using var world = NewWorld(o => o.Retention.ProviderCopiesAfter = TimeSpan.FromDays(60));
        await world.CompleteAsync(Request());
        world.Clock.Advance(TimeSpan.FromDays(30));
        world.Provider.OnDelete = _ => throw new VideosApiException(VideosFault.Unavailable, "it does not answer");

        var items = await world.CleanUpAsync();

        items.Select(item => (item.Kind, item.Outcome)).ShouldBe([(CleanupKind.ProviderCopy, CleanupOutcome.Failed), (CleanupKind.Files, CleanupOutcome.Failed)]);
        items[1].Problem.ShouldBe("the provider's copy could not be deleted first");
        world.Videos.Keys.ShouldNotBeEmpty();
    }

    [Fact]
    public async Task A_failed_renders_reference_image_goes_and_it_cannot_be_resumed_after_that()
    {
        using var world = NewWorld(o => o.Retention.Files[RenderStatus.Failed] = TimeSpan.FromDays(1));
        world.Provider.OnCreating = () => throw new VideosApiException(VideosFault.InvalidRequest, "no");
        var render = await world.CompleteAsync(Request() with { Reference = new ReferenceImage(TinyPng.Of(1280, 720), "frame.png") });
        render.Status.ShouldBe(RenderStatus.Failed);
        world.Clock.Advance(TimeSpan.FromDays(1));

        (await world.CleanUpAsync()).ShouldHaveSingleItem().Name.ShouldEndWith("reference.png");

        world.Videos.Keys.ShouldBeEmpty();
        (await Should.ThrowAsync<RenderConflictException>(world.Renders.ResumeAsync(render.Id, null, Token))).Message.ShouldContain("were deleted by clean-up");
        (await Should.ThrowAsync<RenderConflictException>(world.Renders.RenderAgainAsync(render.Id, cancellationToken: Token))).Message.ShouldContain("was deleted by clean-up");
    }

    [Fact]
    public async Task A_render_that_was_changed_since_it_was_found_stays()
    {
        using var world = NewWorld();
        var render = await world.CompleteAsync(Request());
        world.Clock.Advance(TimeSpan.FromDays(30));
        world.Calls.Before = call =>
        {
            if (call != "commit")
                return;
            world.Calls.Before = null;
            world.Renders.KeepAsync(render.Id).GetAwaiter().GetResult();
        };

        var item = (await world.CleanUpAsync()).ShouldHaveSingleItem();

        (item.Outcome, item.Problem).ShouldBe((CleanupOutcome.Kept, "the render was changed meanwhile"));
        world.Videos.Keys.Count.ShouldBe(4);
    }

    private static RenderRequest Request(params string[] tags) => new("A lighthouse in fog") { Model = "sora-2", Size = "1280x720", Seconds = 4, Tags = tags };

    private static World NewWorld(Action<RenderOptions>? configure = null) => new(o =>
    {
        o.Retention.ProviderCopiesAfter = null;
        o.Retention.Files[RenderStatus.Completed] = TimeSpan.FromDays(30);
        configure?.Invoke(o);
    });
}
