using System.Text.Json.Nodes;
using Bickford.Renders.Ports;
using Bickford.Renders.Videos;
using Bickford.Renders.Worker.Composition;
using NSubstitute;

namespace Bickford.Renders.Tests.Worker;

/// <summary><c>renders cleanup</c> and <c>renders keep</c>.</summary>
public sealed class CleanupTests
{
    private static readonly CleanupItem Copy = new(CleanupKind.ProviderCopy, "video_[red]", "stored 3 days ago, deleted there after 24 hours (Retention:ProviderCopiesAfter)", CleanupOutcome.Planned) { RenderId = Sample.Id, Bytes = 3 << 20 };

    private static readonly CleanupItem Files = new(CleanupKind.Files, "file:///v/2026/01a205ca-dda8-7953-81a4-f3f79f04f303/video.mp4", "Completed 31 days ago, kept for 30 days (Retention:Completed)", CleanupOutcome.Planned)
    {
        RenderId = Sample.Id,
        Bytes = 4 << 20,
        Others = ["file:///v/2026/01a205ca-dda8-7953-81a4-f3f79f04f303/thumbnail.webp"],
    };

    private readonly CliWorld _world = new();
    private readonly ICleanup _cleanup = Substitute.For<ICleanup>();

    public CleanupTests()
    {
        _world.Parts[typeof(ICleanup)] = _cleanup;
        _world.Parts[typeof(IVideosApi)] = Substitute.For<IVideosApi>();
    }

    [Fact]
    public async Task A_dry_run_tells_what_would_go_and_why()
    {
        Finds(true, Copy, Copy with { Name = "video_2" }, Files);

        var result = await _world.RunAsync("cleanup", "--dry-run");

        result.ExitCode.ShouldBe(0, result.Error);
        result.Out.ShouldContain("Would delete the provider's copies of videos that are stored here");
        result.Out.ShouldContain("video_[red]");
        result.Out.ShouldContain("/v/2026/01a205ca-dda8-7953-81a4-f3f79f04f303/video.mp4");
        result.Out.ShouldContain("with thumbnail.webp");
        result.Out.ShouldContain("Would delete 2 provider's copies (6.0 MiB), the files of 1 render (4.0 MiB). Nothing is deleted yet; to do it: renders cleanup");
    }

    [Fact]
    public async Task What_is_due_and_stays_is_told_and_is_the_exit_code()
    {
        Finds(false, Copy with { Outcome = CleanupOutcome.Deleted }, Copy with { Outcome = CleanupOutcome.Kept, Problem = "our Video is missing" }, Files with { Outcome = CleanupOutcome.Failed, Problem = "no\u001b[2J" });

        var result = await _world.RunAsync("cleanup");

        result.ExitCode.ShouldBe(1, result.Error);
        result.Out.ShouldContain("stays: our Video is missing");
        result.Out.ShouldContain("failed: no\uFFFD[2J");
        result.Out.ShouldContain("Deleted 1 provider's copy (3.0 MiB).");
        result.Out.ShouldContain("2 things that are due stay");
    }

    [Fact]
    public async Task Machines_read_it_as_one_value()
    {
        Finds(false, Copy with { Outcome = CleanupOutcome.Deleted }, Files with { Outcome = CleanupOutcome.Kept, Problem = "the render was changed meanwhile" });

        var json = JsonNode.Parse((await _world.RunAsync("cleanup", "--json")).Out)!;

        (json["dry_run"]!.GetValue<bool>(), json["deleted"]!.GetValue<int>(), json["kept"]!.GetValue<int>(), json["failed"]!.GetValue<int>()).ShouldBe((false, 1, 1, 0));
        json["items"]![0]!["kind"]!.GetValue<string>().ShouldBe("ProviderCopy");
        json["items"]![1]!["others"]!.AsArray().Count.ShouldBe(1);
        json["items"]![1]!["problem"]!.GetValue<string>().ShouldBe("the render was changed meanwhile");
    }

    [Fact]
    public async Task Where_nothing_is_due_the_rules_are_told()
    {
        Finds(true);
        _world.Options.Retention.Files[RenderStatus.Completed] = TimeSpan.FromDays(30);

        var result = await _world.RunAsync("cleanup", "--dry-run");

        result.ExitCode.ShouldBe(0, result.Error);
        result.Out.ShouldStartWith("Nothing is due. Provider's copies go after 1d; files of Completed renders go after 30d; videos that no render owns stay.");
    }

    [Fact]
    public async Task The_most_of_a_run_is_told_when_it_is_reached()
    {
        _world.Options.Retention.MaxDeletions = 2;
        Finds(true, Copy, Copy with { Name = "video_2" });

        (await _world.RunAsync("cleanup", "--dry-run")).Out.ShouldContain("Retention:MaxDeletions=2");
    }

    [Fact]
    public async Task While_another_is_under_way_it_says_so()
    {
        _cleanup.RunAsync(false, Arg.Any<CancellationToken>()).Returns(_ => Throwing(new RenderConflictException("another clean-up is under way")));

        var result = await _world.RunAsync("cleanup");

        (result.ExitCode, result.Error.Trim(), result.Out).ShouldBe((2, "cleanup: another clean-up is under way", ""));
    }

    [Fact]
    public async Task Without_a_provider_its_copies_cannot_be_looked_for()
    {
        _world.Parts[typeof(IVideosApi)] = new NoProvider();

        var result = await _world.RunAsync("cleanup", "--dry-run");
        _world.Options.Retention.ProviderCopiesAfter = null;
        Finds(true);

        (result.ExitCode, result.Error.Split(':')[1]).ShouldBe((2, "BaseUrl"));
        (await _world.RunAsync("cleanup", "--dry-run")).ExitCode.ShouldBe(0);
    }

    [Theory]
    [InlineData(true, "keep", "9f04f303")]
    [InlineData(false, "keep", "9f04f303", "--release")]
    public async Task Keeping_and_releasing_reach_the_library(bool keep, params string[] arguments)
    {
        _world.Store.FindIdsAsync("9f04f303", Arg.Any<int>(), Arg.Any<CancellationToken>()).Returns([Sample.Id]);
        _world.Renders.KeepAsync(Sample.Id, keep, "cli", Arg.Any<CancellationToken>()).Returns(Sample.Completed() with { Keep = keep });

        var result = await _world.RunAsync([.. arguments, "--json"]);

        result.ExitCode.ShouldBe(0, result.Error);
        JsonNode.Parse(result.Out)!["keep"]!.GetValue<bool>().ShouldBe(keep);
    }

    private void Finds(bool dryRun, params CleanupItem[] items) => _cleanup.RunAsync(dryRun, Arg.Any<CancellationToken>()).Returns(_ => items.ToAsyncEnumerable());

    private static async IAsyncEnumerable<CleanupItem> Throwing(Exception e)
    {
        await Task.CompletedTask;
        if (e is not null)
            throw e;
        yield break;
    }
}
