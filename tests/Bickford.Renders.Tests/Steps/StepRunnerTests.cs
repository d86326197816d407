using Bickford.Renders.Pacing;
using Bickford.Renders.Policies;
using Bickford.Renders.Ports;
using Bickford.Renders.Steps;
using Bickford.Renders.Testing;
using Bickford.Renders.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace Bickford.Renders.Tests.Steps;

public sealed class StepRunnerTests
{
    [Fact]
    public async Task Tidying_up_that_fails_does_not_hold_up_the_next_step()
    {
        var token = TestContext.Current.CancellationToken;
        var clock = new ManualTime(Rows.Now);
        var store = new InMemoryRenderStore(clock);
        var row = (await store.InsertAsync(Rows.At(RenderStep.Upload), RenderMachine.Enqueued(Rows.At(RenderStep.Upload), null).Entries, token)).Render;
        var scheduler = new RecordingScheduler();
        var options = Rows.Options(o => o.CarryOn = false);
        var notifier = new RenderNotifier([], NullLogger<RenderNotifier>.Instance);
        var room = new CreateRoom(store, scheduler, options);
        var pacing = new RequestPacing(store, options, clock, NullLogger<RequestPacing>.Instance);
        var runner = new StepRunner(store, scheduler, [new UntidyStep()], new RenderMachine(options), notifier, room, pacing, options, clock, new Jitter(1), new IdSource(), NullLogger<StepRunner>.Instance);
        await runner.RunAsync(StepJob.For(row)!, CancellationToken.None);
        scheduler.Jobs.Single().Step.ShouldBe(RenderStep.Record);
    }

    private sealed class UntidyStep : IStep
    {
        public RenderStep Step => RenderStep.Upload;

        public Task<StepOutcome?> RunAsync(StepRun run) => Task.FromResult<StepOutcome?>(new StepOutcome.Stored([Rows.Stored]));

        public void AfterCommit(Render committed) => throw new IOException("the file is in use");
    }
}
