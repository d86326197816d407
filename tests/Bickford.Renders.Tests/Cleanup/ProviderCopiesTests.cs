using Bickford.Renders.Ports;
using Bickford.Renders.Steps;
using Bickford.Renders.Tests.Support;
using Bickford.Renders.Videos;

namespace Bickford.Renders.Tests.Cleanup;

/// <summary>Promise 5: a provider's copy goes only after ours was read back.</summary>
public sealed class ProviderCopiesTests : IDisposable
{
    private static readonly RenderRequest Request = new("A lighthouse in fog") { Model = "sora-2", Size = "1280x720", Seconds = 4 };

    private readonly World _world = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _world.Dispose();

    [Fact]
    public async Task A_copy_is_deleted_a_day_after_ours_was_stored_with_an_event_before_and_one_after()
    {
        var render = await _world.CompleteAsync(Request);
        (await _world.CleanUpAsync()).ShouldBeEmpty();
        _world.Clock.Advance(TimeSpan.FromDays(1));

        var item = (await _world.CleanUpAsync()).ShouldHaveSingleItem();

        (item.Kind, item.Name, item.RenderId, item.Outcome, item.Problem).ShouldBe((CleanupKind.ProviderCopy, render.VideoId, render.Id, CleanupOutcome.Deleted, null));
        item.Bytes.ShouldBe(render.Assets[0].Bytes);
        item.Why.ShouldContain("Retention:ProviderCopiesAfter");
        _world.Provider.Deleted.ShouldBe([render.VideoId!]);
        (await _world.EventsAsync(render.Id)).TakeLast(3).ShouldBe(["render.completed", "render.provider_copy_deleting", "render.provider_copy_deleted"]);
        var row = await _world.RowAsync(render.Id);
        (row.ProviderCopyDeletingAt, row.ProviderCopyDeletedAt).ShouldBe((_world.Clock.GetUtcNowMs(), _world.Clock.GetUtcNowMs()));
        row.Assets.ShouldBe(render.Assets);
        (await _world.Store.Ledger.VerifyAsync(Token)).Verified.ShouldBeTrue();
        (await _world.CleanUpAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_dry_run_says_what_would_go_and_changes_nothing()
    {
        var render = await DueAsync();

        (await _world.CleanUpAsync(dryRun: true)).ShouldHaveSingleItem().Outcome.ShouldBe(CleanupOutcome.Planned);
        (await _world.CleanUpAsync(dryRun: true)).Count.ShouldBe(1);

        _world.Provider.Deleted.ShouldBeEmpty();
        (await _world.RowAsync(render.Id)).ShouldBe(render);
    }

    [Theory]
    [InlineData(AssetKind.Video, false)]
    [InlineData(AssetKind.Video, true)]
    [InlineData(AssetKind.Thumbnail, false)]
    [InlineData(AssetKind.Spritesheet, true)]
    public async Task When_ours_is_damaged_or_missing_the_providers_stays(AssetKind kind, bool missing)
    {
        var render = await DueAsync();
        var key = RenderKeys.Asset(render, kind);
        if (missing)
            await _world.Videos.DeleteAsync(key, Token);
        else
            _world.Videos.Corrupt(key, [.. _world.Videos.Read(key)![..^1], 0xFF]);

        foreach (var dryRun in new[] { true, false })
        {
            var item = (await _world.CleanUpAsync(dryRun)).ShouldHaveSingleItem();
            item.Outcome.ShouldBe(CleanupOutcome.Kept);
            item.Problem!.ShouldContain($"our {kind} at memory:///{key} is missing or damaged");
        }

        _world.Provider.Deleted.ShouldBeEmpty();
        (await _world.EventsAsync(render.Id))[^1].ShouldBe("render.completed");
    }

    [Fact]
    public async Task When_ours_lies_in_another_store_than_the_one_that_is_set_the_providers_stays()
    {
        var render = await DueAsync();
        var moved = render with { Version = render.Version + 1, Assets = [.. render.Assets.Select(asset => asset with { Uri = asset.Uri!.Replace("memory:", "s3:", StringComparison.Ordinal) })] };
        await _world.Store.CommitAsync(moved, render.Version, [], Token);

        (await _world.CleanUpAsync()).ShouldHaveSingleItem().Problem!.ShouldContain("our Video lies at s3:///");

        _world.Provider.Deleted.ShouldBeEmpty();
    }

    [Fact]
    public async Task One_that_fails_stops_no_other()
    {
        var first = await _world.CompleteAsync(Request);
        var second = await _world.CompleteAsync(Request);
        var third = await _world.CompleteAsync(Request);
        _world.Clock.Advance(TimeSpan.FromDays(1));
        _world.Provider.OnDelete = id =>
        {
            if (id == first.VideoId)
                throw new VideosApiException(VideosFault.Unavailable, "the provider answered 500");
        };

        var items = await _world.CleanUpAsync();

        items.Select(item => (item.Name, item.Outcome)).ShouldBe([(first.VideoId!, CleanupOutcome.Failed), (second.VideoId!, CleanupOutcome.Deleted), (third.VideoId!, CleanupOutcome.Deleted)]);
        items[0].Problem.ShouldBe("the provider answered 500");
        _world.Provider.OnDelete = null;
        var again = (await _world.CleanUpAsync()).ShouldHaveSingleItem();
        (again.Name, again.Outcome).ShouldBe((first.VideoId!, CleanupOutcome.Deleted));
        again.Why.ShouldContain("was begun");
        (await _world.EventsAsync(first.Id)).Count(type => type == "render.provider_copy_deleting").ShouldBe(1);
    }

    [Fact]
    public async Task A_provider_that_is_down_is_not_asked_for_every_copy()
    {
        for (var i = 0; i < 6; i++)
            await _world.CompleteAsync(Request);
        _world.Clock.Advance(TimeSpan.FromDays(1));
        _world.Provider.OnDelete = _ => throw new VideosApiException(VideosFault.Unavailable, "it does not answer");

        (await _world.CleanUpAsync()).Count.ShouldBe(3);
    }

    [Fact]
    public async Task A_server_without_DELETE_is_asked_once()
    {
        await DueAsync();
        var asked = 0;
        _world.Provider.OnDelete = _ =>
        {
            asked++;
            throw new VideosApiException(VideosFault.NotSupported, "405");
        };
        await _world.CompleteAsync(Request);
        _world.Clock.Advance(TimeSpan.FromDays(1));

        var item = (await _world.CleanUpAsync()).ShouldHaveSingleItem();

        item.Problem.ShouldBe("the provider cannot delete videos (405); set Retention:ProviderCopiesAfter to off");
        asked.ShouldBe(1);
    }

    [Fact]
    public async Task No_more_are_deleted_in_one_run_than_allowed()
    {
        using var world = new World(o => o.Retention.MaxDeletions = 2);
        for (var i = 0; i < 3; i++)
            await world.CompleteAsync(Request);
        world.Clock.Advance(TimeSpan.FromDays(1));

        (await world.CleanUpAsync(dryRun: true)).Count.ShouldBe(2);
        (await world.CleanUpAsync()).Count.ShouldBe(2);
        (await world.CleanUpAsync()).Count.ShouldBe(1);
        world.Provider.Deleted.Count.ShouldBe(3);
    }

    [Fact]
    public async Task A_copy_that_an_open_remix_needs_waits_for_it()
    {
        var source = await DueAsync();
        var remix = await _world.Renders.RemixAsync(source.Id, "at night", null, null, Token);

        (await _world.CleanUpAsync()).ShouldBeEmpty();
        await _world.RunToEndAsync(remix.Id);

        (await _world.CleanUpAsync()).ShouldHaveSingleItem().Name.ShouldBe(source.VideoId);
    }

    [Fact]
    public async Task A_remix_of_a_deleted_copy_is_refused_with_its_cause()
    {
        var source = await DueAsync();
        await _world.CleanUpAsync();

        (await Should.ThrowAsync<RenderConflictException>(_world.Renders.RemixAsync(source.Id, "at night", null, null, Token)))
            .Message.ShouldContain("was deleted by clean-up at 2026-03-05");
    }

    [Fact]
    public async Task Off_means_off()
    {
        using var world = new World(o => o.Retention.ProviderCopiesAfter = null);
        await world.CompleteAsync(Request);
        world.Clock.Advance(TimeSpan.FromDays(4000));

        (await world.CleanUpAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task Under_a_limit_clean_up_takes_a_quarter_of_the_requests()
    {
        using var world = new World(o => o.RequestsPerMinute = 60);
        for (var i = 0; i < 5; i++)
            await world.CompleteAsync(Request);
        world.Clock.Advance(TimeSpan.FromDays(1));
        var times = new List<DateTimeOffset>();
        world.Provider.OnDelete = _ => times.Add(world.Clock.GetUtcNow());

        await world.CleanUpAsync();

        times.Count.ShouldBe(5);
        times.Zip(times.Skip(1), (a, b) => (b - a).TotalSeconds).ShouldAllBe(gap => gap >= 4.08);
    }

    [Fact]
    public async Task A_deletion_whose_turn_has_not_come_waits_for_it()
    {
        await DueAsync();
        var refused = 0;
        _world.Provider.OnDelete = _ =>
        {
            if (refused++ < 2)
                throw new Renders.Pacing.RequestDeferredException(TimeSpan.FromSeconds(3));
        };
        var before = _world.Clock.GetUtcNow();

        (await _world.CleanUpAsync()).ShouldHaveSingleItem().Outcome.ShouldBe(CleanupOutcome.Deleted);

        (_world.Clock.GetUtcNow() - before).ShouldBe(TimeSpan.FromSeconds(6));
    }

    private async Task<Render> DueAsync()
    {
        var render = await _world.CompleteAsync(Request);
        _world.Clock.Advance(TimeSpan.FromDays(1));
        return await _world.RowAsync(render.Id);
    }
}
