using Bickford.Renders.Data;
using Bickford.Renders.Hangfire;
using Bickford.Renders.IntegrationTests.Support;
using Bickford.Renders.Ports;
using Bickford.Renders.Tests.Quartz;
using Microsoft.Extensions.DependencyInjection;
using NSubstitute;

namespace Bickford.Renders.IntegrationTests.Hangfire;

/// <summary>Hangfire on a real PostgreSQL keeps the contract of every engine, but that it has no priorities and tries again what the rows' own database refused.</summary>
[Collection(nameof(HangfireInThisProcess))]
public sealed class HangfireEngineContractTests(PostgresServer server) : JobSchedulerContract, IAsyncLifetime
{
    private PostgresDatabase _database = null!;

    public async ValueTask InitializeAsync()
    {
        _database = await server.CreateDatabaseAsync();
        using var database = RenderDatabase.PostgreSql(_database.ConnectionString, TimeProvider.System);
        await database.Migrator.MigrateAsync(TestContext.Current.CancellationToken);
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await _database.DisposeAsync();
    }

    protected override void UseEngine(RendersBuilder builder, TimeSpan reconcileEvery)
    {
        builder.Services.AddSingleton(Substitute.For<IRenderStore>()).AddSingleton(Substitute.For<IRenders>());
        builder.UseHangfire(options =>
        {
            options.PostgreSql = _database.ConnectionString;
            options.ApiWorkers = ApiWorkers;
            options.TransferWorkers = TransferWorkers;
            options.ReconcileEvery = reconcileEvery;
            options.CleanupEvery = reconcileEvery;
        });
    }

    /// <inheritdoc/>
    [Fact]
    public override async Task Among_due_jobs_the_higher_priority_goes_first_and_then_the_longest_due()
    {
        // Hangfire has no priorities: what was asked for first goes first.
        var scheduler = await StartEngineAsync();
        var open = await BlockWorkersAsync(scheduler, RenderStep.Record, ApiWorkers);
        var jobs = new[] { 5, -100, 100, 0 }.Select(priority => NewJob(RenderStep.Poll, priority)).ToList();
        foreach (var job in jobs)
            await scheduler.ScheduleAsync([job], TestContext.Current.CancellationToken);

        open(1);

        await Runner.StartedAsync(jobs.Count);
        Runner.Runs.Skip(ApiWorkers).Select(run => run.Job).ShouldBe(jobs);
        open(ApiWorkers - 1);
    }

    /// <inheritdoc/>
    [Fact]
    public override async Task Among_due_creates_of_one_priority_the_earlier_turn_goes_first()
    {
        var scheduler = await StartEngineAsync();
        var open = await BlockWorkersAsync(scheduler, RenderStep.Create, ApiWorkers);
        var jobs = new long[] { 3, 0, 2 }.Select(turn => NewJob(RenderStep.Create) with { Turn = turn }).ToList();
        foreach (var job in jobs)
            await scheduler.ScheduleAsync([job], TestContext.Current.CancellationToken);

        open(1);

        await Runner.StartedAsync(jobs.Count);
        Runner.Runs.Skip(ApiWorkers).Select(run => run.Job).ShouldBe(jobs.Select(job => job with { Turn = 0 }), "as they were asked for; whoever runs one needs no turn");
        open(ApiWorkers - 1);
    }

    /// <inheritdoc/>
    [Fact]
    public override async Task An_exception_is_logged_in_one_line_stops_nothing_and_is_not_tried_again()
    {
        // The runner throws only when the rows cannot be reached: then Hangfire tries again, by itself.
        var scheduler = await StartEngineAsync();
        var bad = NewJob(RenderStep.Create);
        var tries = 0;
        Runner.During = (job, _) => job == bad && Interlocked.Increment(ref tries) == 1 ? throw new InvalidOperationException("the database\nis away") : Task.CompletedTask;

        await scheduler.ScheduleAsync([bad, .. Enumerable.Range(0, 20).Select(_ => NewJob(RenderStep.Create))], TestContext.Current.CancellationToken);

        await Runner.FinishedAsync(22);
        tries.ShouldBe(2);
        var line = Problems.ShouldHaveSingleItem();
        line.ShouldContain("the database is away");
        line.ShouldContain(bad.RenderId.ToString());
        line.ShouldNotContain("\n");
    }
}

/// <summary>Hangfire logs through one provider for the whole process: hosts of these tests run one after the other, so that each hears its own.</summary>
[CollectionDefinition(nameof(HangfireInThisProcess))]
public sealed class HangfireInThisProcess;
