using Bickford.Renders.Policies;
using Bickford.Renders.Tests.Support;
using Bickford.Renders.Videos;

namespace Bickford.Renders.Tests.Policies;

public sealed class CreateLookupTests
{
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(30);
    private static readonly Render Row = Rows.Started();
    private static readonly DateTimeOffset Settled = Rows.Now + Settle;
    private static readonly Video Match = Rows.VideoOf(Row);

    [Fact]
    public void One_video_that_fits_is_adopted_at_once() =>
        Decide([Match], now: Rows.Now).ShouldBe(new LookupDecision.Adopt(Match));

    [Fact]
    public void An_empty_list_is_not_believed_before_it_has_settled()
    {
        Decide([], now: Rows.Now).ShouldBe(new LookupDecision.Wait(TimeSpan.FromSeconds(2)));
        Decide([], now: Settled - TimeSpan.FromSeconds(0.5)).ShouldBe(new LookupDecision.Wait(TimeSpan.FromSeconds(0.5)));
        Decide([], now: Settled).ShouldBeOfType<LookupDecision.NotThere>();
    }

    [Fact]
    public void A_list_that_could_not_be_read_back_to_the_intent_proves_nothing() =>
        Decide([], readPast: false).ShouldBeOfType<LookupDecision.Park>().Why.ShouldContain("could not be read back");

    [Fact]
    public void A_server_that_gives_no_prompts_back_leaves_it_to_a_person()
    {
        Decide([Match with { Prompt = null }]).ShouldBeOfType<LookupDecision.Park>().Why.ShouldContain("does not give prompts back");
        Decide([Match with { Prompt = null, Size = "720x1280" }]).ShouldBeOfType<LookupDecision.NotThere>();
    }

    [Fact]
    public void Two_videos_for_one_create_leave_it_to_a_person_who_is_told_their_ids() =>
        Decide([Match, Match with { Id = "video_2" }]).ShouldBeOfType<LookupDecision.Park>().Why.ShouldContain("video_1, video_2");

    [Fact]
    public void Two_videos_for_two_equal_creates_are_shared_out_oldest_first()
    {
        var older = Match with { Id = "video_2", CreatedAt = Rows.Now - TimeSpan.FromSeconds(1) };
        Decide([Match, older], rivals: [Rows.Started(2)]).ShouldBe(new LookupDecision.Adopt(older));
        Decide([Match, older, Match with { Id = "video_3" }], rivals: [Rows.Started(2)]).ShouldBeOfType<LookupDecision.Park>();
    }

    [Fact]
    public void A_rival_at_work_is_waited_for_but_not_beyond_the_deadline()
    {
        Decide([Match], rivals: [Rows.Started(2).Leased()]).ShouldBe(new LookupDecision.Wait(TimeSpan.FromSeconds(2)));
        Decide([Match], rivals: [Rows.Started(2).Leased()], now: Row.DeadlineAt).ShouldBe(new LookupDecision.Adopt(Match));
        Decide([Match], rivals: [Rows.Started(2).Stopped(RenderStatus.Parked)]).ShouldBe(new LookupDecision.Adopt(Match));
    }

    [Fact]
    public void A_rival_with_another_reference_image_leaves_it_to_a_person()
    {
        var rival = Rows.Started(2) with { Reference = new StoredReference("k", "a.png", "image/png", 1, Rows.Sha) };
        Decide([Match], rivals: [rival]).ShouldBeOfType<LookupDecision.Park>().Why.ShouldContain("reference image");
        Decide([Match], rivals: [Rows.Started(2) with { Size = "720x1280", Reference = rival.Reference }]).ShouldBe(new LookupDecision.Adopt(Match));
    }

    [Fact]
    public void A_rival_made_from_another_video_leaves_it_to_a_person_where_the_server_does_not_say_from_which()
    {
        var remix = Rows.Started(2) with { RemixVideoId = "video_0" };
        Decide([Match], rivals: [remix]).ShouldBeOfType<LookupDecision.Park>().Why.ShouldContain("another source");
        Decide([Match with { RemixedFromVideoId = "video_0" }], rivals: [remix]).ShouldBeOfType<LookupDecision.NotThere>();
        var other = Rows.Started(3) with { RemixVideoId = "video_9" };
        CreateLookup.Decide(remix, new LookupEvidence([Match], true, [remix, other]), Settled, Settle).ShouldBeOfType<LookupDecision.Park>();
        var named = Match with { RemixedFromVideoId = "video_0" };
        CreateLookup.Decide(remix, new LookupEvidence([named], true, [remix, other]), Settled, Settle).ShouldBe(new LookupDecision.Adopt(named));
    }

    [Theory]
    [InlineData("sora-2", true)]
    [InlineData("sora-2-2025-12-08", true)]
    [InlineData("sora-2-pro", false)]
    [InlineData("sora-2-", false)]
    [InlineData("sora-20", false)]
    [InlineData(null, true)]
    public void A_dated_snapshot_is_the_model_and_another_model_is_not(string? answered, bool fits) =>
        CreateLookup.Fits(Row, Match with { Model = answered }).ShouldBe(fits);

    [Theory]
    [InlineData("4", true)]
    [InlineData("4.0", true)]
    [InlineData("8", false)]
    [InlineData("about four", true)]
    [InlineData(null, true)]
    public void Seconds_are_compared_as_numbers(string? answered, bool fits) =>
        CreateLookup.Fits(Row, Match with { Seconds = answered }).ShouldBe(fits);

    [Fact]
    public void What_a_server_leaves_out_speaks_neither_for_nor_against()
    {
        CreateLookup.Fits(Row, new Video("v", VideoStatus.Unknown)).ShouldBeTrue();
        CreateLookup.Fits(Row with { Size = null, Seconds = null }, Match).ShouldBeTrue();
        CreateLookup.Fits(Row, Match with { RemixedFromVideoId = "video_0" }).ShouldBeFalse();
        CreateLookup.Fits(Row with { RemixVideoId = "video_0" }, Match with { RemixedFromVideoId = "video_0" }).ShouldBeTrue();
    }

    [Fact]
    public void Line_ends_and_margins_of_a_prompt_do_not_matter() =>
        CreateLookup.Fits(Row with { Prompt = "one\ntwo" }, Match with { Prompt = " one\r\ntwo\n" }).ShouldBeTrue();

    [Theory]
    [InlineData("video-gateway", "1280x720", "4")]
    [InlineData("sora-2", "1280x704", "4")]
    [InlineData("sora-2", "1280x720", "5")]
    public void A_video_with_our_prompt_that_nobody_owns_is_no_proof_that_there_is_none(string model, string size, string seconds)
    {
        var similar = Match with { Model = model, Size = size, Seconds = seconds };
        Decide([similar], now: Rows.Now).ShouldBeOfType<LookupDecision.Wait>();
        Decide([similar]).ShouldBeOfType<LookupDecision.Park>().Why.ShouldContain("video_1");
    }

    [Fact]
    public void A_similar_video_that_another_open_create_accounts_for_does_not_hold_up() =>
        Decide([Match with { Size = "720x1280" }], rivals: [Rows.Started(2) with { Size = "720x1280" }]).ShouldBeOfType<LookupDecision.NotThere>();

    [Fact]
    public void Other_prompts_and_remixes_of_others_are_nobodys_concern() =>
        Decide([Match with { Prompt = "another" }, Match with { RemixedFromVideoId = "video_0" }]).ShouldBeOfType<LookupDecision.NotThere>();

    private static LookupDecision Decide(IReadOnlyList<Video> unowned, bool readPast = true, IReadOnlyList<Render>? rivals = null, DateTimeOffset? now = null) =>
        CreateLookup.Decide(Row, new LookupEvidence(unowned, readPast, [Row, .. rivals ?? []]), now ?? Settled, Settle);
}
