using Bickford.Renders.Policies;
using Bickford.Renders.Tests.Support;

namespace Bickford.Renders.Tests.Policies;

/// <summary>What a remix does about its source.</summary>
public sealed class RemixSourceTests
{
    private static readonly Render Remix = Rows.Queued(2) with { RemixOf = Rows.IdOf(1) };

    [Theory]
    [InlineData(RenderStep.Create)]
    [InlineData(RenderStep.Poll)]
    public void A_source_that_is_under_way_is_waited_for_also_beyond_the_remixs_own_deadline(RenderStep step)
    {
        RemixSource.Decide(Remix, Rows.At(step), Rows.Now).ShouldBeOfType<SourceDecision.Wait>();
        RemixSource.Decide(Remix, Rows.At(step), Remix.DeadlineAt.AddDays(1)).ShouldBeOfType<SourceDecision.Wait>();
        RemixSource.IsSettled(Rows.At(step)).ShouldBeFalse();
    }

    [Fact]
    public void A_video_at_the_provider_is_enough_whatever_became_of_our_copy()
    {
        Render[] sources =
        [
            Rows.At(RenderStep.Download), Rows.At(RenderStep.Upload), Rows.At(RenderStep.Record).Stopped(RenderStatus.Completed),
            Rows.At(RenderStep.Download).Stopped(RenderStatus.Failed, RenderCause.Storage), Rows.At(RenderStep.Download).Stopped(RenderStatus.Parked), Rows.At(RenderStep.Download).Stopped(RenderStatus.Cancelled),
        ];
        foreach (var source in sources)
        {
            RemixSource.Decide(Remix, source, Remix.DeadlineAt).ShouldBe(new SourceDecision.Ready("video_1"));
            RemixSource.WhyNot(source).ShouldBeNull();
            RemixSource.IsSettled(source).ShouldBeTrue();
        }
    }

    [Theory]
    [InlineData(RenderStatus.Failed, "failed without a video (Policy: it stopped)")]
    [InlineData(RenderStatus.Cancelled, "was cancelled without a video")]
    public void A_source_that_ended_without_a_video_is_a_clear_refusal(RenderStatus status, string why)
    {
        var source = Rows.At(RenderStep.Poll).Stopped(status, RenderCause.Policy);

        var refused = RemixSource.Decide(Remix, source, Rows.Now).ShouldBeOfType<SourceDecision.Refuse>();
        (refused.Cause, refused.Why).ShouldBe((RenderCause.InvalidRequest, $"the render to remix, {source.ShortId}, {why}"));
        RemixSource.WhyNot(source).ShouldBe($"render {source.ShortId} is {status} and has no video to remix");
        RemixSource.IsSettled(source).ShouldBeTrue();
    }

    [Fact]
    public void A_provider_copy_that_clean_up_deletes_is_a_clear_refusal()
    {
        var source = Rows.At(RenderStep.Record).Stopped(RenderStatus.Completed) with { ProviderCopyDeletingAt = Rows.Now };

        RemixSource.Decide(Remix, source, Rows.Now).ShouldBeOfType<SourceDecision.Refuse>().Why.ShouldContain("was deleted by clean-up at 2026-03-04 05:06 UTC (Retention:ProviderCopiesAfter)");
        RemixSource.WhyNot(source)!.ShouldContain("Retention:ProviderCopiesAfter");
    }

    [Fact]
    public void A_source_that_is_parked_may_go_on_and_is_waited_for_until_the_deadline()
    {
        var source = Rows.Started().Stopped(RenderStatus.Parked, RenderCause.AmbiguousCreate);

        RemixSource.Decide(Remix, source, Remix.DeadlineAt.AddSeconds(-1)).ShouldBeOfType<SourceDecision.Wait>();
        RemixSource.Decide(Remix, source, Remix.DeadlineAt).ShouldBeOfType<SourceDecision.Refuse>().Cause.ShouldBe(RenderCause.Deadline);
        RemixSource.IsSettled(source).ShouldBeFalse("a person may let it go on");
    }

    [Fact]
    public void A_source_that_is_not_there_is_a_clear_refusal() =>
        RemixSource.Decide(Remix, null, Rows.Now).ShouldBeOfType<SourceDecision.Refuse>().Why.ShouldContain("is not there");

    [Fact]
    public void The_time_that_it_waited_for_its_source_is_added_to_its_deadline_when_the_wait_ends()
    {
        var machine = Rows.Machine();
        var waiting = machine.Apply(Remix.Leased(), new StepOutcome.NoSource(), Rows.Now.AddMinutes(1), 0).Next;
        (waiting.WaitsForSourceSince, waiting.DueAt, waiting.DeadlineAt, waiting.LeaseOwner).ShouldBe((Rows.Now.AddMinutes(1), Remix.DeadlineAt, Remix.DeadlineAt, null));

        var again = machine.Apply(waiting.Leased(), new StepOutcome.NoSource(), Remix.DeadlineAt, 0);
        again.Entries.ShouldBeEmpty("it waits still, which is on the ledger already");
        (again.Next.WaitsForSourceSince, again.Next.DueAt).ShouldBe((Rows.Now.AddMinutes(1), Remix.DeadlineAt + RemixSource.LookEvery));

        var later = Rows.Now.AddHours(5);
        var intent = machine.Apply(again.Next.Leased(), new StepOutcome.CreateStarted("video_1"), later, 0).Next;
        (intent.WaitsForSourceSince, intent.RemixVideoId).ShouldBe((null, "video_1"));
        intent.DueAt!.Value.ShouldBeLessThanOrEqualTo(later, "should its worker die now, reconcile finds it");
        (intent.DeadlineAt - Remix.DeadlineAt).ShouldBe(later - Rows.Now.AddMinutes(1));
    }
}
