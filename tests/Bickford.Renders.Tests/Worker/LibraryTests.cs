using System.Text.Json.Nodes;
using Bickford.Renders.Ports;
using Bickford.Renders.Videos;
using NSubstitute;

namespace Bickford.Renders.Tests.Worker;

/// <summary><c>renders library</c>.</summary>
public sealed class LibraryTests
{
    private static readonly LibraryVideo Stored = new("video_1", LibraryState.Stored) { RenderId = Sample.Id, RenderStatus = RenderStatus.Completed, StoredHere = true, ProviderStatus = "completed" };
    private static readonly LibraryVideo Foreign = new("video_[red]", LibraryState.Foreign) { ProviderStatus = "completed", MayBeOf = Sample.Id };
    private static readonly LibraryVideo Lost = new("video_3", LibraryState.Missing) { RenderId = Sample.Id, RenderStatus = RenderStatus.Failed };

    private readonly CliWorld _world = new();
    private readonly IProviderLibrary _library = Substitute.For<IProviderLibrary>();

    public LibraryTests()
    {
        _world.Parts[typeof(IProviderLibrary)] = _library;
        _world.Parts[typeof(IVideosApi)] = Substitute.For<IVideosApi>();
    }

    [Fact]
    public async Task What_needs_a_look_comes_first_and_all_is_summed_up()
    {
        Holds(Stored, Foreign, Lost);

        var result = await _world.RunAsync("library");

        result.ExitCode.ShouldBe(1, result.Error);
        result.Out.IndexOf("video_3", StringComparison.Ordinal).ShouldBeLessThan(result.Out.IndexOf("video_1", StringComparison.Ordinal));
        result.Out.ShouldContain("2 at the provider: 1 stored here, 0 pending, 0 left, 1 foreign.");
        result.Out.ShouldContain("1 is not there and not stored here either");
        result.Out.ShouldContain("renders adopt 9f04f303 video_[red]");
    }

    [Fact]
    public async Task Only_some_are_shown_and_machines_get_all()
    {
        Holds([.. Enumerable.Range(0, 60).Select(i => Stored with { VideoId = $"video_{i}" }), Foreign]);

        var text = await _world.RunAsync("library", "--limit", "3");
        var foreign = await _world.RunAsync("library", "--only", "foreign", "--json");
        var json = JsonNode.Parse((await _world.RunAsync("library", "--json")).Out)!;

        text.ExitCode.ShouldBe(0, text.Error);
        text.Out.ShouldContain("58 more");
        text.Out.ShouldContain("60 stored here");
        JsonNode.Parse(foreign.Out)!["videos"]!.AsArray().ShouldHaveSingleItem()!["video_id"]!.GetValue<string>().ShouldBe("video_[red]");
        json["videos"]!.AsArray().Count.ShouldBe(61);
        (json["counts"]!["Stored"]!.GetValue<int>(), json["complete"]!.GetValue<bool>()).ShouldBe((60, true));
    }

    [Fact]
    public async Task An_empty_library_is_told_in_words()
    {
        Holds();

        (await _world.RunAsync("library")).Out.Trim().ShouldBe("The provider has no videos, and no render names one.");
    }

    [Theory]
    [InlineData("--only: 'alien' is not allowed; allowed: Stored, Pending, Left, Foreign, Missing", "--only", "alien")]
    [InlineData("--limit: '-1' is not allowed; allowed: 0 to 100000", "--limit", "-1")]
    public async Task What_it_cannot_be_asked_is_refused_in_one_line(string said, params string[] arguments)
    {
        var result = await _world.RunAsync(["library", .. arguments]);

        (result.ExitCode, result.Error.Split(';')[0]).ShouldBe((2, said.Split(';')[0]));
        result.Error.ShouldContain(said);
    }

    [Fact]
    public async Task A_provider_without_a_list_is_told_in_one_line()
    {
        _library.CompareAsync(Arg.Any<Action<LibraryVideo>>(), Arg.Any<CancellationToken>()).Returns(Task.FromException<LibrarySum>(new VideosApiException(VideosFault.NotSupported, "no list here")));

        var result = await _world.RunAsync("library");

        (result.ExitCode, result.Error.Trim()).ShouldBe((1, "provider: no list here"));
    }

    private void Holds(params LibraryVideo[] videos) => _library.CompareAsync(Arg.Any<Action<LibraryVideo>>(), Arg.Any<CancellationToken>()).Returns(call =>
    {
        Array.ForEach(videos, call.Arg<Action<LibraryVideo>>());
        var counts = Enum.GetValues<LibraryState>().ToDictionary(state => state, state => videos.Count(video => video.State == state));
        return new LibrarySum(counts, videos.Count(video => video is { State: LibraryState.Missing, StoredHere: false }), true);
    });
}
