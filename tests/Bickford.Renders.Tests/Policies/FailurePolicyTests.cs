using Bickford.Renders.Policies;
using Bickford.Renders.Tests.Support;

namespace Bickford.Renders.Tests.Policies;

public sealed class FailurePolicyTests
{
    private static readonly RenderOptions Options = Rows.Options(o => o.Retry.MaxAttempts = 30);

    [Theory]
    [InlineData(RenderStep.Create)]
    [InlineData(RenderStep.Poll)]
    [InlineData(RenderStep.Download)]
    [InlineData(RenderStep.Upload)]
    [InlineData(RenderStep.Record)]
    public void Permanent_fails_and_operator_parks_at_once_at_every_step(RenderStep step)
    {
        Decide(Rows.At(step), FaultKind.Permanent, RenderCause.Policy).ShouldBe(new FailureAction.Fail(RenderCause.Policy, "why"));
        Decide(Rows.At(step), FaultKind.NeedsOperator, RenderCause.Quota).ShouldBe(new FailureAction.Park(RenderCause.Quota, "why"));
    }

    [Theory]
    [InlineData(RenderStep.Create, RenderCause.Internal, 29)]
    [InlineData(RenderStep.Poll, RenderCause.Internal, 29)]
    [InlineData(RenderStep.Download, RenderCause.Internal, 29)]
    [InlineData(RenderStep.Download, RenderCause.Storage, 29)]
    [InlineData(RenderStep.Download, RenderCause.ProviderFailed, 7)]
    [InlineData(RenderStep.Upload, RenderCause.Storage, 29)]
    [InlineData(RenderStep.Upload, RenderCause.Internal, 7)]
    [InlineData(RenderStep.Record, RenderCause.Internal, 7)]
    public void A_transient_fault_is_tried_again_until_the_last_attempt(RenderStep step, RenderCause cause, int last)
    {
        Decide(Rows.At(step) with { Attempt = last - 1 }, FaultKind.Transient, cause).ShouldBeOfType<FailureAction.Retry>();
        Decide(Rows.At(step) with { Attempt = last }, FaultKind.Transient, cause)
            .ShouldBe(new FailureAction.Fail(cause, $"gave up after {last + 1} tries; last error: why"));
    }

    [Theory]
    [InlineData(RenderStep.Create, false)]
    [InlineData(RenderStep.Poll, false)]
    [InlineData(RenderStep.Download, true)]
    [InlineData(RenderStep.Upload, true)]
    [InlineData(RenderStep.Record, true)]
    public void The_deadline_counts_until_the_provider_is_done(RenderStep step, bool goesOn)
    {
        var row = Rows.At(step) with { CreateStartedAt = null, CreateSince = null };
        var action = Decide(row, FaultKind.Transient, RenderCause.Internal, row.DeadlineAt);
        if (goesOn)
            action.ShouldBeOfType<FailureAction.Retry>();
        else
            action.ShouldBe(new FailureAction.Fail(RenderCause.Deadline, "the deadline passed; last error: why"));
    }

    [Theory]
    [InlineData(FaultKind.Transient)]
    [InlineData(FaultKind.Throttled)]
    public void A_create_whose_effect_is_open_is_parked_at_the_deadline_and_never_failed(FaultKind kind)
    {
        var row = Rows.Started();
        var park = Decide(row, kind, RenderCause.Internal, row.DeadlineAt).ShouldBeOfType<FailureAction.Park>();
        park.Cause.ShouldBe(RenderCause.AmbiguousCreate);
        park.Message.ShouldContain("why");
    }

    [Fact]
    public void A_look_up_that_never_works_is_parked() =>
        Decide(Rows.Started() with { Attempt = 29 }, FaultKind.Transient, RenderCause.Internal)
            .ShouldBe(new FailureAction.Park(RenderCause.AmbiguousCreate, "looked 30 times for the video; last error: why"));

    [Fact]
    public void Being_told_to_wait_is_no_failed_try_but_a_create_that_would_wait_beyond_its_deadline_fails()
    {
        Decide(Rows.At(RenderStep.Poll) with { Attempt = 500 }, FaultKind.Throttled, RenderCause.RateLimit).ShouldBeOfType<FailureAction.Retry>();
        Throttled(Rows.Queued()).ShouldBe(new FailureAction.Fail(RenderCause.RateLimit, "why"));
    }

    [Fact]
    public void A_look_that_would_wait_beyond_the_deadline_is_taken_at_the_deadline_because_the_video_is_paid_for()
    {
        var row = Rows.At(RenderStep.Poll);
        Throttled(row).ShouldBe(new FailureAction.Retry(row.DeadlineAt - Rows.Now));
    }

    [Fact]
    public void A_download_does_not_wait_past_half_the_time_that_its_content_has_left()
    {
        Throttled(Rows.At(RenderStep.Download)).ShouldBeOfType<FailureAction.Retry>().After.ShouldBeGreaterThanOrEqualTo(TimeSpan.FromHours(3));
        Throttled(Rows.At(RenderStep.Download) with { ExpiresAt = Rows.Now.AddMinutes(40) }).ShouldBe(new FailureAction.Retry(TimeSpan.FromMinutes(20)));
        Throttled(Rows.At(RenderStep.Download) with { ExpiresAt = Rows.Now.AddSeconds(-1) }).ShouldBe(new FailureAction.Retry(TimeSpan.FromSeconds(1)));
    }

    [Fact]
    public void A_create_without_a_clear_answer_is_always_looked_up_for_that_costs_nothing()
    {
        Decide(Rows.Started() with { Attempt = 400, CreatesSent = 9 }, FaultKind.AmbiguousCreate, RenderCause.AmbiguousCreate).ShouldBeOfType<FailureAction.Retry>();
        Decide(Rows.Started(), FaultKind.AmbiguousCreate, RenderCause.AmbiguousCreate, Rows.Started().DeadlineAt.AddDays(1)).ShouldBeOfType<FailureAction.Retry>();
    }

    [Fact]
    public void Errors_before_the_first_not_found_say_nothing_about_the_video() =>
        Decide(Rows.At(RenderStep.Poll) with { Attempt = 9, Cause = RenderCause.Internal }, FaultKind.NotFound, RenderCause.ProviderLost)
            .ShouldBeOfType<FailureAction.Retry>();

    [Theory]
    [InlineData(0, true)]
    [InlineData(1, true)]
    [InlineData(2, false)]
    public void A_video_that_the_provider_does_not_know_is_asked_for_three_times(int attempt, bool again)
    {
        var action = Decide(Rows.At(RenderStep.Poll) with { Attempt = attempt, Cause = attempt == 0 ? null : RenderCause.ProviderLost }, FaultKind.NotFound, RenderCause.ProviderLost);
        if (again)
            action.ShouldBeOfType<FailureAction.Retry>();
        else
            action.ShouldBe(new FailureAction.Fail(RenderCause.ProviderLost, "why"));
    }

    [Fact]
    public void Content_that_is_not_there_yet_gets_five_minutes_unless_it_has_expired()
    {
        var row = Rows.At(RenderStep.Download);
        Decide(row with { Attempt = 400 }, FaultKind.NotFound, RenderCause.Expired, Rows.Now.AddMinutes(4.9)).ShouldBeOfType<FailureAction.Retry>();
        Decide(row, FaultKind.NotFound, RenderCause.Expired, Rows.Now.AddMinutes(5)).ShouldBe(new FailureAction.Fail(RenderCause.Expired, "why"));
        Decide(row with { ExpiresAt = Rows.Now.AddMinutes(1) }, FaultKind.NotFound, RenderCause.Expired, Rows.Now.AddMinutes(1)).ShouldBeOfType<FailureAction.Fail>();
    }

    [Fact]
    public void Every_kind_of_fault_has_an_answer_at_every_step()
    {
        foreach (var step in Enum.GetValues<RenderStep>())
            foreach (var kind in Enum.GetValues<FaultKind>())
                foreach (var cause in Enum.GetValues<RenderCause>())
                    Decide(Rows.At(step), kind, cause).ShouldNotBeNull();
    }

    private static FailureAction Decide(Render row, FaultKind kind, RenderCause cause, DateTimeOffset? now = null) =>
        FailurePolicy.Decide(row, new StepFault(kind, cause, "why"), now ?? Rows.Now, Options, 0.5);

    private static FailureAction Throttled(Render row) =>
        FailurePolicy.Decide(row, new StepFault(FaultKind.Throttled, RenderCause.RateLimit, "why", TimeSpan.FromHours(3)), Rows.Now, Options, 0.5);
}
