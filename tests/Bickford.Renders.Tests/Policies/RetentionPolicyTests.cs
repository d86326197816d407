using Bickford.Renders.Policies;
using Bickford.Renders.Ports;
using Bickford.Renders.Tests.Support;
using Bickford.Renders.Videos;

namespace Bickford.Renders.Tests.Policies;

public sealed class RetentionPolicyTests
{
    private static readonly DateTimeOffset Later = Rows.Now.AddDays(10);

    private static Render Failed(RenderStep step) => Rows.At(step).Stopped(RenderStatus.Failed) with
    {
        FinishedAt = Later.AddHours(-3),
        Cause = RenderCause.Storage,
        Reference = new StoredReference("k", "f.png", "image/png", 1, Rows.Sha),
    };

    private static Render Completed => Rows.At(RenderStep.Record).Stopped(RenderStatus.Completed) with { Cause = null, Message = null };

    public static TheoryData<string, Render, bool, string> FilesOfRenders => new()
    {
        { "an old completed one goes", Completed, true, "Completed 10 days ago, kept for 9 days (Retention:Completed)" },
        { "a young one stays", Completed with { FinishedAt = Later.AddDays(-9).AddTicks(1) }, false, "Completed 8 days ago, kept for 9 days (Retention:Completed)" },
        { "the very day it is due it goes", Completed with { FinishedAt = Later.AddDays(-9) }, true, "Completed 9 days ago" },
        { "one that is kept stays", Completed with { Keep = true }, false, "it is to be kept" },
        { "an open one stays", Rows.At(RenderStep.Record), false, "it is Storing" },
        { "a parked one waits for a person", Rows.At(RenderStep.Record).Stopped(RenderStatus.Parked), false, "it is Parked" },
        { "a status without a rule stays", Rows.At(RenderStep.Record).Stopped(RenderStatus.Cancelled), false, "no rule says otherwise (Retention:Cancelled)" },
        { "each status has its own time", Rows.At(RenderStep.Record).Stopped(RenderStatus.Failed), true, "Failed 10 days ago, kept for 2 hours (Retention:Failed)" },
        { "one without files has nothing to delete", Rows.At(RenderStep.Poll).Stopped(RenderStatus.Failed), false, "it has no stored files" },
        { "a reference image is a file", Rows.At(RenderStep.Poll).Stopped(RenderStatus.Failed) with { Reference = new StoredReference("k", "f.png", "image/png", 1, Rows.Sha) }, true, "Retention:Failed" },
        { "one that is being deleted is not due again", Completed with { FilesDeletingAt = Later }, false, "its deletion has begun" },
        { "a failed one whose video the provider may still have could not be resumed without them", Failed(RenderStep.Download), false, "the provider may still have its video" },
        { "nor one whose create has no clear answer", Failed(RenderStep.Create) with { VideoId = null, CreateSince = Rows.Now }, false, "the provider may still have its video" },
        { "the provider says how long it has it", Failed(RenderStep.Download) with { ExpiresAt = Later }, true, "Retention:Failed" },
        { "what the provider ended brings no video", Failed(RenderStep.Poll) with { Cause = RenderCause.Policy }, true, "Retention:Failed" },
        { "what never reached the provider has none", Failed(RenderStep.Create) with { VideoId = null, CreateSince = null }, true, "Retention:Failed" },
        { "a tag's time is in the place of the status's", Completed with { Tags = ["brief"], FinishedAt = Later.AddHours(-5) }, true, "kept for 4 hours (Retention:Tags:brief)" },
        { "the longest tag counts", Completed with { Tags = ["brief", "long"] }, false, "kept for 50 days (Retention:Tags:long)" },
        { "a tag may be for ever", Completed with { Tags = ["brief", "ever", "long"] }, false, "no rule says otherwise (Retention:Tags:ever)" },
        { "a tag without a rule says nothing", Completed with { Tags = ["other"] }, true, "Retention:Completed" },
    };

    [Theory]
    [MemberData(nameof(FilesOfRenders))]
    public void Files_go_by_the_first_rule_that_holds(string because, Render row, bool goes, string why)
    {
        var decision = RetentionPolicy.Files(row, Options(), null, Later);

        decision.Delete.ShouldBe(goes, because);
        decision.Why.ShouldContain(why);
    }

    [Fact]
    public void The_newest_keep_their_files_however_old_they_are()
    {
        var options = Options(o => o.KeepLast = 2);
        var newest = EndedAt.Of(Completed with { Id = Rows.IdOf(5) });

        RetentionPolicy.Files(Completed with { Id = Rows.IdOf(4) }, options, newest, Later).Delete.ShouldBeTrue();
        RetentionPolicy.Files(Completed with { Id = Rows.IdOf(5) }, options, newest, Later).Delete.ShouldBeFalse();
        RetentionPolicy.Files(Completed with { Id = Rows.IdOf(6) }, options, newest, Later).Delete.ShouldBeFalse();
        RetentionPolicy.Files(Completed with { Id = Rows.IdOf(6), FinishedAt = Rows.Now.AddTicks(-1) }, options, newest, Later).Delete.ShouldBeTrue();
        RetentionPolicy.Files(Completed, options, null, Later).Why.ShouldBe("it is one of the newest 2 (Retention:KeepLast)", "there are no more than that");
        RetentionPolicy.Files(Rows.At(RenderStep.Record).Stopped(RenderStatus.Failed), options, null, Later).Delete.ShouldBeTrue("only completed ones count");
    }

    public static TheoryData<string, Render, bool, string> Copies => new()
    {
        { "one stored long enough goes", Completed, true, "stored 10 days ago, deleted there after 24 hours (Retention:ProviderCopiesAfter)" },
        { "one stored just now stays", Completed with { FinishedAt = Later }, false, "stored 0 seconds ago" },
        { "a failed render's is the only one there is", Rows.At(RenderStep.Upload).Stopped(RenderStatus.Failed), false, "it is Failed" },
        { "an open one's is needed", Rows.At(RenderStep.Record), false, "it is Storing" },
        { "one that is not stored stays", Completed with { Assets = [Rows.Staged] }, false, "it is not stored here" },
        { "one whose files are deleted stays", Completed with { FilesDeletingAt = Later }, false, "it is not stored here" },
        { "previews alone are no video", Completed with { Assets = [Rows.Stored with { Kind = AssetKind.Thumbnail }] }, false, "it is not stored here" },
        { "one without any file stays", Completed with { Assets = [] }, false, "it is not stored here" },
        { "one that is being deleted is not due again", Completed with { ProviderCopyDeletingAt = Later }, false, "its deletion has begun" },
    };

    [Theory]
    [MemberData(nameof(Copies))]
    public void A_providers_copy_goes_when_ours_is_stored_long_enough(string because, Render row, bool goes, string why)
    {
        var decision = RetentionPolicy.ProviderCopy(row, Options(), remixed: false, Later);

        decision.Delete.ShouldBe(goes, because);
        decision.Why.ShouldContain(why);
    }

    [Fact]
    public void A_copy_that_an_open_render_is_to_be_made_from_stays() =>
        RetentionPolicy.ProviderCopy(Completed, Options(), remixed: true, Later).Why.ShouldBe("a remix of it is open");

    [Fact]
    public void Without_a_time_no_copy_goes() =>
        RetentionPolicy.ProviderCopy(Completed, Options(o => o.ProviderCopiesAfter = null), remixed: false, Later).Delete.ShouldBeFalse();

    public static TheoryData<string, Video, bool, string> Foreign
    {
        get
        {
            var video = new Video("video_x", VideoStatus.Completed) { CreatedAt = Later.AddDays(-8) };
            return new()
            {
                { "an old one goes", video, true, "no render owns it, created 8 days ago, deleted after 7 days (Retention:ForeignAfter)" },
                { "a failed one goes, too", video with { Status = VideoStatus.Failed }, true, "" },
                { "a young one stays", video with { CreatedAt = Later.AddDays(-7).AddSeconds(61) }, false, "created 6 days ago" },
                { "one that is still made stays", video with { Status = VideoStatus.InProgress }, false, "it is not finished" },
                { "an unknown status may mean anything", video with { Status = VideoStatus.Unknown }, false, "it is not finished" },
                { "one without an age has none to go by", video with { CreatedAt = null }, false, "does not say when" },
                { "one from the time of an open create may be its", video with { CreatedAt = Later.AddDays(-9) }, false, "whose create has no clear answer" },
                { "also some minutes before, by another clock", video with { CreatedAt = Later.AddDays(-9).AddMinutes(-4) }, false, "render 00000007" },
                { "also an hour after its last try", video with { CreatedAt = Later.AddDays(-9).AddHours(2) }, false, "whose create has no clear answer" },
                { "but not one from before it", video with { CreatedAt = Later.AddDays(-9).AddMinutes(-10) }, true, "" },
                { "nor one from long after", video with { CreatedAt = Later.AddDays(-9).AddHours(5) }, true, "" },
            };
        }
    }

    [Theory]
    [MemberData(nameof(Foreign))]
    public void A_foreign_video_goes_by_its_age_unless_a_create_may_have_made_it(string because, Video video, bool goes, string why)
    {
        // Its first create was begun nine days ago, its last an hour after that.
        var create = OpenCreate.Of(Rows.Queued(7) with { CreateSince = Later.AddDays(-9), CreateStartedAt = Later.AddDays(-9).AddHours(1) });

        var decision = RetentionPolicy.ForeignVideo(video, Options(o => o.ForeignAfter = TimeSpan.FromDays(7)), [create], Later, TimeSpan.Zero);

        decision.Delete.ShouldBe(goes, because);
        decision.Why.ShouldContain(why);
    }

    [Fact]
    public void The_providers_clock_may_be_another()
    {
        var options = Options(o => o.ForeignAfter = TimeSpan.FromDays(7));
        var video = new Video("video_x", VideoStatus.Completed) { CreatedAt = Later.AddDays(-7) };

        RetentionPolicy.ForeignVideo(video, options, [], Later, TimeSpan.Zero).Delete.ShouldBeTrue();
        RetentionPolicy.ForeignVideo(video, options, [], Later, TimeSpan.FromHours(-1)).Delete.ShouldBeFalse("there it is an hour earlier");
        RetentionPolicy.ForeignVideo(video, Options(), [], Later, TimeSpan.Zero).Delete.ShouldBeFalse("off");
    }

    [Fact]
    public void A_clock_that_is_ahead_makes_no_video_older_and_hides_none_from_the_create_it_may_belong_to()
    {
        var options = Options(o => o.ForeignAfter = TimeSpan.FromDays(7));
        var young = new Video("video_x", VideoStatus.Completed) { CreatedAt = Later.AddDays(-6) };
        var old = young with { CreatedAt = Later.AddDays(-8) };
        var create = OpenCreate.Of(Rows.Queued(7) with { CreateSince = Later.AddDays(-8), CreateStartedAt = Later.AddDays(-8) });

        RetentionPolicy.ForeignVideo(young, options, [], Later, TimeSpan.FromDays(2)).Delete.ShouldBeFalse("only the header may be ahead");
        RetentionPolicy.ForeignVideo(old, options, [], Later, TimeSpan.FromDays(2)).Delete.ShouldBeTrue("it is old by either clock");
        RetentionPolicy.ForeignVideo(old, options, [create], Later, TimeSpan.FromDays(2)).Delete.ShouldBeFalse("it may be the create's");
        RetentionPolicy.ForeignVideo(old with { CreatedAt = old.CreatedAt + TimeSpan.FromDays(2) }, options, [create], Later, TimeSpan.FromDays(2)).Delete.ShouldBeFalse("both may be ahead");
    }

    private static RetentionOptions Options(Action<RetentionOptions>? configure = null)
    {
        var options = new RetentionOptions();
        options.Files[RenderStatus.Completed] = TimeSpan.FromDays(9);
        options.Files[RenderStatus.Failed] = TimeSpan.FromHours(2);
        options.Tags["brief"] = TimeSpan.FromHours(4);
        options.Tags["long"] = TimeSpan.FromDays(50);
        options.Tags["ever"] = null;
        configure?.Invoke(options);
        return options;
    }
}
