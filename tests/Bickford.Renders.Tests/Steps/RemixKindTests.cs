using Bickford.Renders.Tests.Support;
using Bickford.Renders.Videos;

namespace Bickford.Renders.Tests.Steps;

/// <summary>Edits and extensions: remixes by other requests.</summary>
public sealed class RemixKindTests
{
    private static readonly RenderRequest Lighthouse = new("A lighthouse in fog") { Model = "sora-2", Size = "1280x720", Seconds = 8 };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_edit_is_as_long_as_its_source_and_an_extension_costs_what_it_adds()
    {
        using var world = new World(Priced);
        var source = await world.CompleteAsync(Lighthouse);

        var edit = await world.Renders.RemixAsync(source.Id, new RemixRequest("At night") { Kind = RemixKind.Edit }, cancellationToken: Token);
        var extension = await world.Renders.RemixAsync(source.Id, new RemixRequest("It goes on") { Kind = RemixKind.Extension, Seconds = 4 }, cancellationToken: Token);
        var usual = await world.Renders.RemixAsync(source.Id, new RemixRequest("It goes on and on") { Kind = RemixKind.Extension }, cancellationToken: Token);

        (edit.Seconds, edit.Cost, edit.RemixKind).ShouldBe((8, 0.8m, RemixKind.Edit));
        (extension.Seconds, extension.Cost, extension.RemixKind).ShouldBe((4, 0.4m, RemixKind.Extension));
        usual.Seconds.ShouldBe(4, "the model's first choice");
        foreach (var render in new[] { edit, extension, usual })
            (await world.RunToEndAsync(render.Id)).Status.ShouldBe(RenderStatus.Completed);
        world.Provider.Changed.ShouldBe([("video_1", "At night", null), ("video_1", "It goes on", 4), ("video_1", "It goes on and on", 4)], ignoreOrder: true);
        world.Provider.Remixed.ShouldBeEmpty();
    }

    [Fact]
    public async Task Rendered_again_an_extension_is_an_extension_of_the_same_length()
    {
        using var world = new World(Priced);
        var source = await world.CompleteAsync(Lighthouse);
        var extension = await world.Renders.RemixAsync(source.Id, new RemixRequest("It goes on") { Kind = RemixKind.Extension, Seconds = 8 }, cancellationToken: Token);

        var again = await world.Renders.RenderAgainAsync(extension.Id, cancellationToken: Token);

        (again.RemixOf, again.RemixKind, again.Seconds, again.AgainOf).ShouldBe((source.Id, RemixKind.Extension, 8, extension.Id));
    }

    [Fact]
    public async Task A_length_is_for_extensions_alone_and_of_the_models_choices()
    {
        using var world = new World(Priced);
        var source = await world.CompleteAsync(Lighthouse);

        (await Should.ThrowAsync<RenderRequestException>(world.Renders.RemixAsync(source.Id, new RemixRequest("At night") { Seconds = 4 }, cancellationToken: Token)))
            .Message.ShouldBe("seconds: '4' is not allowed; allowed: none: a remix is as long as its source; only an extension has a length of its own");
        (await Should.ThrowAsync<RenderRequestException>(world.Renders.RemixAsync(source.Id, new RemixRequest("On") { Kind = RemixKind.Extension, Seconds = 5 }, cancellationToken: Token)))
            .Field.ShouldBe("seconds");
    }

    [Fact]
    public async Task The_same_key_for_another_kind_is_another_request()
    {
        using var world = new World(Priced);
        var source = await world.CompleteAsync(Lighthouse);
        await world.Renders.RemixAsync(source.Id, "At night", "k", cancellationToken: Token);

        await Should.ThrowAsync<RenderConflictException>(world.Renders.RemixAsync(source.Id, new RemixRequest("At night") { Kind = RemixKind.Edit }, "k", cancellationToken: Token));
    }

    [Fact]
    public async Task A_server_that_has_no_edits_fails_the_render_at_once_and_for_nothing()
    {
        using var world = new World(Priced);
        var source = await world.CompleteAsync(Lighthouse);
        var edit = await world.Renders.RemixAsync(source.Id, new RemixRequest("At night") { Kind = RemixKind.Edit }, cancellationToken: Token);
        world.Provider.OnCreating = () => throw new VideosApiException(VideosFault.NotSupported, "POST /videos/edits: HTTP 404; this server has no such operation", RequestEffect.None);

        var end = await world.RunToEndAsync(edit.Id);

        (end.Status, end.Cause, end.CreateStartedAt).ShouldBe((RenderStatus.Failed, RenderCause.InvalidRequest, null));
        end.Message.ShouldBe("POST /videos/edits: HTTP 404; this server has no such operation");
    }

    [Fact]
    public async Task An_extension_whose_answer_was_lost_is_found_although_the_server_tells_the_whole_length()
    {
        using var world = new World(Priced);
        var source = await world.CompleteAsync(Lighthouse);
        var extension = await world.Renders.RemixAsync(source.Id, new RemixRequest("It goes on") { Kind = RemixKind.Extension, Seconds = 8 }, cancellationToken: Token);
        world.Provider.OnCreated = _ => throw new VideosApiException(VideosFault.Unavailable, "no answer", RequestEffect.Unknown);

        var end = await world.RunToEndAsync(extension.Id);

        (end.Status, end.VideoId).ShouldBe((RenderStatus.Completed, "video_2"));
        world.Provider.Posts.ShouldBe(2);
        (await world.EventsAsync(extension.Id)).ShouldContain("render.adopted");
    }

    private static void Priced(RenderOptions options)
    {
        var model = new ModelOptions { Price = 0.1m };
        model.Sizes.Add("1280x720");
        model.Seconds.Add(4);
        model.Seconds.Add(8);
        options.Models["sora-2"] = model;
    }
}
