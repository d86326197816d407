using Bickford.Renders.Ports;
using Bickford.Renders.Testing;

namespace Bickford.Renders.Tests.Quartz;

public sealed class InMemoryJobSchedulerTests
{
    private static readonly DateTimeOffset s_start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly SettableTime _time = new();
    private readonly RecordingRunner _runner = new();
    private readonly InMemoryJobScheduler _scheduler;

    public InMemoryJobSchedulerTests() => _scheduler = new InMemoryJobScheduler(_time);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Only_due_jobs_run_by_priority_then_due_time_then_order()
    {
        var jobs = new[] { (0, 0), (5, 0), (0, -2), (5, -1), (0, -2), (9, 1) }
            .Select(job => Job(priority: job.Item1, due: s_start.AddSeconds(job.Item2))).ToList();
        await _scheduler.ScheduleAsync(jobs, Token);

        (await _scheduler.RunDueAsync(_runner, Token)).ShouldBe(5);

        _runner.Runs.Select(run => run.Job).ShouldBe([jobs[3], jobs[1], jobs[2], jobs[4], jobs[0]]);
        _scheduler.Waiting.ShouldBe([jobs[5]]);
        _scheduler.NextDueAt.ShouldBe(s_start.AddSeconds(1));
    }

    [Fact]
    public async Task A_job_waits_until_the_clock_says_so()
    {
        var job = Job(due: s_start.AddTicks(1));
        await _scheduler.ScheduleAsync([job], Token);
        (await _scheduler.RunDueAsync(_runner, Token)).ShouldBe(0);

        _time.Now = job.DueAt;

        (await _scheduler.RunDueAsync(_runner, Token)).ShouldBe(1);
        _scheduler.NextDueAt.ShouldBeNull();
    }

    [Fact]
    public async Task The_same_job_waits_once_and_may_come_again_after_it_ran()
    {
        var job = Job();
        await _scheduler.ScheduleAsync([job, job], Token);
        await _scheduler.ScheduleAsync([job, job with { Version = 2 }], Token);
        (await _scheduler.RunDueAsync(_runner, Token)).ShouldBe(2);

        await _scheduler.ScheduleAsync([job], Token);

        (await _scheduler.RunDueAsync(_runner, Token)).ShouldBe(1);
    }

    [Fact]
    public async Task Jobs_asked_for_by_a_run_run_too()
    {
        _runner.During = (job, token) => job.Version == 5 ? Task.CompletedTask : _scheduler.ScheduleAsync([job with { Version = job.Version + 1 }], token);
        await _scheduler.ScheduleAsync([Job()], Token);

        (await _scheduler.RunDueAsync(_runner, Token)).ShouldBe(5);
    }

    [Fact]
    public async Task A_forgetful_engine_runs_nothing()
    {
        await _scheduler.ScheduleAsync([Job()], Token);

        _scheduler.Forget();

        (await _scheduler.RunDueAsync(_runner, Token)).ShouldBe(0);
    }

    [Fact]
    public async Task What_a_run_throws_is_thrown_and_the_job_is_gone()
    {
        _runner.During = (_, _) => throw new InvalidOperationException("away");
        await _scheduler.ScheduleAsync([Job()], Token);

        await Should.ThrowAsync<InvalidOperationException>(() => _scheduler.RunDueAsync(_runner, Token));

        _scheduler.Waiting.ShouldBeEmpty();
    }

    private static StepJob Job(int priority = 0, DateTimeOffset? due = null) =>
        new(Guid.CreateVersion7(s_start), RenderStep.Poll, 1, due ?? s_start, priority);

    private sealed class SettableTime : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = s_start;

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
