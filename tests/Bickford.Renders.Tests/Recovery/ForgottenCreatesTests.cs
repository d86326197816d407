using Bickford.Renders.Policies;
using Bickford.Renders.Recovery;
using Bickford.Renders.Tests.Support;
using Bickford.Renders.Videos;

namespace Bickford.Renders.Tests.Recovery;

/// <summary>Whose the provider's videos are, of renders that a restored database has forgotten the creates of.</summary>
public sealed class ForgottenCreatesTests
{
    private static readonly DateTimeOffset Since = Rows.Now - TimeSpan.FromHours(1);
    private int _last;

    [Fact]
    public void Renders_that_ask_for_the_same_get_a_video_each_as_long_as_there_are_some()
    {
        var (a, b, c) = (Queued(), Queued(), Queued());
        var creates = Of([VideoOf(a, "video_1"), VideoOf(a, "video_2")], a, b, c);

        VideoFor(creates, a).ShouldBe("video_1");
        VideoFor(creates, b).ShouldBe("video_2");
        creates.Decide(c, Rows.Now).ShouldBeOfType<LookupDecision.NotThere>();
        creates.Left.ShouldBeEmpty();
    }

    [Fact]
    public void More_videos_than_renders_ask_for_are_a_matter_for_a_person()
    {
        var row = Queued();
        var creates = Of([VideoOf(row, "video_1"), VideoOf(row, "video_2")], row);

        creates.Decide(row, Rows.Now).ShouldBeOfType<LookupDecision.Park>().Why.ShouldContain("2 videos at the provider fit (video_1, video_2)");
        creates.Left.Count().ShouldBe(2);
    }

    [Fact]
    public void A_list_without_prompts_or_one_that_could_not_be_read_back_proves_nothing()
    {
        var row = Queued();

        Of([VideoOf(row, "video_1") with { Prompt = null }], row).Decide(row, Rows.Now).ShouldBeOfType<LookupDecision.Park>().Why.ShouldContain("does not give prompts back");
        new ForgottenCreates(Since, [], listIsWhole: false, [row]).Decide(row, Rows.Now).ShouldBeOfType<LookupDecision.Park>().Why.ShouldContain("could not be read back");
    }

    [Fact]
    public void A_video_of_another_prompt_is_left()
    {
        var row = Queued();
        var creates = Of([VideoOf(row, "video_1") with { Prompt = "something else" }], row);

        creates.Decide(row, Rows.Now).ShouldBeOfType<LookupDecision.NotThere>();
        creates.Left.ShouldHaveSingleItem().Id.ShouldBe("video_1");
    }

    [Fact]
    public void A_remix_is_known_by_its_source_which_the_backup_may_not_have_known_yet()
    {
        var remix = Queued() with { RemixOf = Guid.AllBitsSet };
        var video = VideoOf(remix, "video_2") with { RemixedFromVideoId = "video_1" };

        Of([video], remix).Decide(remix, Rows.Now).ShouldBeOfType<LookupDecision.NotThere>("its source has no video yet, so this is not its own");
        VideoFor(Of([video], remix), remix with { RemixVideoId = "video_1" }).ShouldBe("video_2");
    }

    [Fact]
    public void A_lease_of_the_backup_holds_nobody_up()
    {
        var row = Queued();

        VideoFor(Of([VideoOf(row, "video_1")], row, Queued().Leased()), row).ShouldBe("video_1");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Whatever_was_made_is_adopted_once_by_a_render_that_asked_for_it_or_is_left_to_a_person(int seed)
    {
        var random = new Random(seed);
        for (var world = 0; world < 300; world++)
        {
            var asked = Enumerable.Range(0, random.Next(1, 7)).Select(_ => Queued() with { Prompt = $"prompt {random.Next(3)}", Seconds = random.Next(2) == 0 ? 4 : 8 }).ToList();
            var made = asked.Where(_ => random.Next(2) == 0).Select((row, i) => (Row: row, Video: VideoOf(row, $"video_{i}"))).ToList();
            var creates = Of(made.OrderBy(_ => random.Next()).Select(one => one.Video), [.. asked]);

            var decisions = asked.ToDictionary(row => row, row => creates.Decide(row, Rows.Now));

            var adopted = decisions.Where(pair => pair.Value is LookupDecision.Adopt).Select(pair => (Row: pair.Key, ((LookupDecision.Adopt)pair.Value).Video)).ToList();
            adopted.Select(pair => pair.Video.Id).ShouldBeUnique();
            adopted.ShouldAllBe(pair => pair.Row.Prompt == pair.Video.Prompt && $"{pair.Row.Seconds}" == pair.Video.Seconds);
            // Nothing that was paid for is paid for again: of each kind no more are created than were not made.
            foreach (var kind in asked.GroupBy(row => (row.Prompt, row.Seconds)))
                kind.Count(row => decisions[row] is LookupDecision.NotThere).ShouldBeLessThanOrEqualTo(kind.Count() - made.Count(one => kind.Contains(one.Row)));
        }
    }

    private static ForgottenCreates Of(IEnumerable<Video> unowned, params Render[] creates) => new(Since, unowned, listIsWhole: true, creates);

    private static string VideoFor(ForgottenCreates creates, Render row) => creates.Decide(row, Rows.Now).ShouldBeOfType<LookupDecision.Adopt>().Video.Id;

    private Render Queued() => Rows.Queued(++_last);

    private static Video VideoOf(Render row, string id) => Rows.VideoOf(row, id);
}
