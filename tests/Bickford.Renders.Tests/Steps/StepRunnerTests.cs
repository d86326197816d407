using Bickford.Renders.Policies;
using Bickford.Renders.Ports;
using Bickford.Renders.Steps;
using Bickford.Renders.Testing;
using Bickford.Renders.Tests.Support;
using Bickford.Renders.Videos;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

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
        var services = new ServiceCollection().AddSingleton<TimeProvider>(clock).AddSingleton<IRenderStore>(store).AddSingleton<IProviderGate>(store)
            .AddSingleton<IJobScheduler>(scheduler).AddSingleton<IVideosApi>(new FakeProvider(clock, new Calls())).AddSingleton<IVideoStore>(new InMemoryVideoStore());
        services.AddRenders(o => o.CarryOn = false);
        services.RemoveAll<IStep>().AddSingleton<IStep, UntidyStep>();
        await using var provider = services.BuildServiceProvider();
        var runner = provider.GetRequiredService<IStepRunner>();
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
