using Bickford.Renders.Policies;
using Bickford.Renders.Videos;

namespace Bickford.Renders.Steps;

/// <summary>Poll: one look at the provider's status.</summary>
internal sealed class PollStep(IVideosApi api, LearntTimes times) : IStep
{
    public RenderStep Step => RenderStep.Poll;

    public async Task<StepOutcome?> RunAsync(StepRun run) =>
        new StepOutcome.Seen(await api.GetAsync(VideoIdOf(run.Row), run.Token), await times.PlanForAsync(run.Row, run.Token));

    internal static string VideoIdOf(Render row) =>
        row.VideoId ?? throw new InvalidOperationException($"render {row.Id} is at {row.Step} without a video id");
}
