using Bickford.Renders.Data;
using Bickford.Renders.Ports;
using Bickford.Renders.Tests.Support;
using Bickford.Renders.Videos;
using Bickford.Renders.Worker.Doctor;

namespace Bickford.Renders.Tests.Worker;

/// <summary>What the doctor makes of what it sees.</summary>
public sealed class DoctorJudgementTests
{
    private static readonly WorkerStatus s_worker = new(Guid.AllBitsSet, "render-1", 7, "1.0.0", "Quartz", Sample.Noon, 0, 1);

    [Theory]
    [InlineData(0, "Ok", "within 2.0 s of it")]
    [InlineData(-2, "Ok", "within 2.0 s of it")]
    [InlineData(5, "Note", "it is 5.0 s ahead of this machine's")]
    [InlineData(-60, "Note", "it is 1 min 0 s behind this machine's")]
    [InlineData(3600, "Wrong", "it is 1 h 0 min ahead of this machine's")]
    public void Clocks_that_differ_by_more_than_seconds_are_told(int seconds, string verdict, string said)
    {
        var found = Judgement.Clock("clock", "it", TimeSpan.FromSeconds(seconds));

        (found.Verdict.ToString(), found.Said).ShouldBe((verdict, said));
        (found.Mend is null).ShouldBe(found.Verdict == Verdict.Ok);
    }

    [Theory]
    [InlineData(10L << 30, "Ok")]
    [InlineData(1L << 30, "Ok")]
    [InlineData((1L << 30) - 1, "Note")]
    [InlineData((64L << 20) - 1, "Wrong")]
    [InlineData(0L, "Wrong")]
    public void A_disk_is_full_where_downloads_begin_to_wait(long free, string verdict) =>
        Judgement.Disk("disk", "Staging:Root", "/s", free, 100L << 30).Verdict.ToString().ShouldBe(verdict);

    [Theory]
    [InlineData(3, 3, true, false, "Ok", "version 3")]
    [InlineData(0, 3, false, false, "Note", "no tables yet")]
    [InlineData(2, 3, false, false, "Note", "version 2, and this program's is 3")]
    [InlineData(4, 3, true, false, "Wrong", "version 4, and this program knows 3")]
    [InlineData(3, 3, true, true, "Wrong", "migration 1 (one) was applied with another text")]
    public void A_schema_is_wrong_where_no_start_would_mend_it(int version, int latest, bool all, bool changed, string verdict, string said)
    {
        var status = new SchemaStatus(version, latest, [new MigrationStatus(1, "one", "sum", all ? Sample.Noon : null, changed)]);

        var found = Judgement.Schema("schema", status);

        found.Verdict.ToString().ShouldBe(verdict);
        found.Said.ShouldContain(said);
    }

    [Fact]
    public void Renders_that_are_overdue_are_wrong_where_nobody_works_and_a_note_where_somebody_does()
    {
        Judgement.Engine("engine", "Quartz", "1.0.0", [], 0, false).Verdict.ShouldBe(Verdict.Note);
        var idle = Judgement.Engine("engine", "Quartz", "1.0.0", [], 1, false);
        (idle.Verdict, idle.Said).ShouldBe((Verdict.Wrong, "1 render is overdue by more than 1 min 0 s, and no worker runs on this database"));
        var busy = Judgement.Engine("engine", "Quartz", "1.0.0", [s_worker], 1000, true);
        (busy.Verdict, busy.Said).ShouldBe((Verdict.Note, "Quartz; 1 worker runs; 1000 and more renders are overdue by more than 1 min 0 s"));
        Judgement.Engine("engine", "Quartz", "1.0.0", [s_worker], 0, false).Verdict.ShouldBe(Verdict.Ok);
    }

    [Fact]
    public void Workers_that_differ_from_these_settings_or_this_program_are_named()
    {
        Judgement.Engine("engine", "Hangfire", "1.0.0", [s_worker], 0, false).Said.ShouldBe("worker render-1:7 runs Quartz, and Jobs:Engine is Hangfire");
        Judgement.Engine("engine", "Quartz", "2.0.0", [s_worker], 0, false).Said.ShouldBe("worker render-1:7 is version 1.0.0, and this program 2.0.0");
    }

    [Fact]
    public void Every_fault_of_a_provider_has_a_way_to_mend_it()
    {
        foreach (var fault in Enum.GetValues<VideosFault>())
        {
            var (said, mend) = Ailment.Of(new VideosApiException(fault, "GET /videos: HTTP 400"));
            said.ShouldBe("GET /videos: HTTP 400");
            mend.ShouldNotBeNullOrWhiteSpace();
        }
    }

    [Fact]
    public void What_a_part_says_is_told_apart_from_what_it_advises()
    {
        Ailment.Of(new DatabaseException("Database:ConnectionString", "/d", "a disk with free space", "database or disk is full"))
            .ShouldBe(("Database:ConnectionString: '/d' cannot be used (database or disk is full)", "it needs a disk with free space"));
        Ailment.Of(new VideoStoreException("S3 store: cannot use x: there is no bucket 'x'; a: b; create it")).ShouldBe(("S3 store: cannot use x: there is no bucket 'x'; a: b", "create it"));
        Ailment.Of(new InvalidOperationException("two\nlines")).Said.ShouldBe("InvalidOperationException: two lines");
    }

    [Fact]
    public async Task A_look_that_never_ends_is_given_up()
    {
        var clock = new ManualTimeProvider(Sample.Noon);
        var finding = new Look(clock).AtAsync("it", static async token => await new TaskCompletionSource<Finding>().Task, TestContext.Current.CancellationToken);

        clock.Advance(Look.Patience);

        (await finding).ShouldBe(new Finding("it", Verdict.Wrong, "no answer in time", "check that it runs, and the network in between"));
    }

    [Fact]
    public async Task Whoever_gives_up_himself_is_not_told_that_something_is_wrong()
    {
        using var stop = new CancellationTokenSource();
        var finding = new Look(TimeProvider.System).AtAsync("it", static async token => await new TaskCompletionSource<Finding>().Task, stop.Token);

        await stop.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => finding);
    }
}
