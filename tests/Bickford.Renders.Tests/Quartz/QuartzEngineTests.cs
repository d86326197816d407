using Bickford.Renders.Ports;
using Bickford.Renders.Quartz;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Bickford.Renders.Tests.Quartz;

public sealed class QuartzEngineTests : JobSchedulerContract
{
    protected override void UseEngine(RendersBuilder builder, TimeSpan reconcileEvery) => builder.UseQuartz(options =>
    {
        options.ApiWorkers = ApiWorkers;
        options.TransferWorkers = TransferWorkers;
        options.ReconcileEvery = reconcileEvery;
        options.CleanupEvery = reconcileEvery;
    });

    [Fact]
    public async Task Every_open_row_is_handed_over_at_the_start_and_reconcile_comes_after()
    {
        await StartEngineAsync(TimeSpan.FromSeconds(0.1));

        await Reconciler.ReconciledAsync(2);

        Reconciler.Calls.Take(3).ShouldBe(["hand over", "reconcile", "reconcile"]);
        Reconciler.Calls.Count(call => call == "hand over").ShouldBe(1);
    }

    [Fact]
    public async Task A_failed_hand_over_is_done_again_before_anything_else()
    {
        var calls = 0;
        Reconciler.During = _ => ++calls <= 2 ? throw new InvalidOperationException("the database is away") : Task.CompletedTask;
        await StartEngineAsync(TimeSpan.FromSeconds(0.1));

        await Reconciler.ReconciledAsync(1);

        Reconciler.Calls.Take(4).ShouldBe(["hand over", "hand over", "hand over", "reconcile"]);
    }

    [Theory]
    [InlineData(0, 4, 2, "Jobs:ApiWorkers: '0' is not allowed; allowed: 1 to 256")]
    [InlineData(257, 4, 2, "Jobs:ApiWorkers: '257' is not allowed; allowed: 1 to 256")]
    [InlineData(8, 0, 2, "Jobs:TransferWorkers: '0' is not allowed; allowed: 1 to 64")]
    [InlineData(8, 65, 2, "Jobs:TransferWorkers: '65' is not allowed; allowed: 1 to 64")]
    [InlineData(8, 4, 0, "Jobs:ReconcileEvery: '00:00:00' is not allowed; allowed: 00:00:00.1 to 01:00:00")]
    public void A_setting_out_of_its_range_is_named(int apiWorkers, int transferWorkers, int seconds, string message)
    {
        var builder = new RendersBuilder(new ServiceCollection());

        Should.Throw<OptionsValidationException>(() => builder.UseQuartz(options =>
        {
            options.ApiWorkers = apiWorkers;
            options.TransferWorkers = transferWorkers;
            options.ReconcileEvery = TimeSpan.FromSeconds(seconds);
        })).Message.ShouldBe(message);
        builder.Services.ShouldBeEmpty();
    }

    [Fact]
    public void A_time_between_seals_out_of_its_range_is_named() =>
        Should.Throw<OptionsValidationException>(() => new RendersBuilder(new ServiceCollection()).UseQuartz(options => options.SealEvery = TimeSpan.Zero))
            .Message.ShouldBe("Ledger:SealEvery: '00:00:00' is not allowed; allowed: 00:00:01 to 1.00:00:00");

    [Fact]
    public void A_time_between_questions_for_clean_up_out_of_its_range_is_named() =>
        Should.Throw<OptionsValidationException>(() => new RendersBuilder(new ServiceCollection()).UseQuartz(options => options.CleanupEvery = TimeSpan.FromDays(2)))
            .Message.ShouldBe("CleanupEvery: '2.00:00:00' is not allowed; allowed: 00:00:00.1 to 1.00:00:00");

    [Fact]
    public void A_job_survives_the_way_through_its_trigger()
    {
        var now = new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
        foreach (var step in Enum.GetValues<RenderStep>())
        {
            foreach (var due in new[] { now.AddTicks(-1), now, now.AddTicks(12_345_678) })
            {
                var job = new StepJob(Guid.CreateVersion7(now), step, 1234567890123, due, -100, Turn: 1_234_567);

                StepTriggers.JobOf(StepTriggers.Ready(job)).ShouldBe(job);
                StepTriggers.JobOf(StepTriggers.Timer(job)).ShouldBe(job);
                StepTriggers.Timer(job).StartTimeUtc.ShouldBeInRange(due, due.AddMilliseconds(1));
                StepTriggers.Ready(job).StartTimeUtc.ShouldBeLessThanOrEqualTo(due);
            }
        }
    }

    [Fact]
    public void Of_what_is_to_be_downloaded_what_expires_first_goes_first_whatever_its_priority()
    {
        var now = new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
        var jobs = new[]
        {
            Download(priority: -50, renderedAgo: 1, expiresIn: 5),
            Download(priority: 0, renderedAgo: 40, expiresIn: null),
            Download(priority: 100, renderedAgo: 20, expiresIn: 30),
            Download(priority: 9, renderedAgo: 2, expiresIn: null),
        };

        jobs.OrderBy(job => StepTriggers.Ready(job).StartTimeUtc).ShouldBe(jobs);
        jobs.OrderBy(job => (-job.Priority, job.Turn)).ShouldBe(jobs);

        StepJob Download(int priority, int renderedAgo, int? expiresIn) => StepJob.Of(
            Guid.CreateVersion7(now), RenderStep.Download, 1, now.AddMinutes(-renderedAgo), priority, turn: 7,
            expiresAt: expiresIn is { } minutes ? now.AddMinutes(minutes) : null, renderedAt: now.AddMinutes(-renderedAgo));
    }
}
