using System.Net.Http.Headers;
using Bickford.Renders.Policies;
using Bickford.Renders.Simulation.Faults;
using Bickford.Renders.Steps;
using Bickford.Renders.Videos;
using Microsoft.Extensions.DependencyInjection;

namespace Bickford.Renders.Simulation.Plants;

/// <summary>Bugs about files on their way from the provider to the store, and about what is deleted.</summary>
internal static class FilePlants
{
    public static IReadOnlyList<Plant> All { get; } =
    [
        new("store-trusted", "what the store acknowledges counts as stored") { TrustsAcknowledgements = true, Aims = [new(Step.Upload, Boundary.Store, Fault.Corrupt)] },
        new("no-flush", "a part of a file counts as staged before it is on the disk") { SkipsFlush = true },
        new("resume-blindly", "a broken download goes on with whatever the provider has by then") { Link = static link => new ResumeBlindly(link), Aims = [new(Step.Download, Boundary.Body, Fault.Changed)] },
        new("delete-before-stored", "the provider's copy is deleted as soon as it is downloaded") { Put = static services => services.ReplaceStep<DownloadStep>((real, all) => new DeleteAtOnce(real, all.GetRequiredService<IVideosApi>())) },
        new("delete-unverified", "the provider's copy is deleted without a look at ours") { TrustsStoredObjects = true, Aims = [new(Step.CleanUp, Boundary.Store, Fault.Rots)] },
    ];

    private sealed class ResumeBlindly(HttpMessageHandler link) : DelegatingHandler(link)
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var known = request.Headers.IfRange?.EntityTag;
            request.Headers.IfRange = null;
            var answer = await base.SendAsync(request, cancellationToken);
            if (known is not null)
                answer.Headers.ETag = new EntityTagHeaderValue(known.Tag);
            return answer;
        }
    }

    private sealed class DeleteAtOnce(IStep real, IVideosApi api) : IStep
    {
        public RenderStep Step => real.Step;

        public async Task<StepOutcome?> RunAsync(StepRun run)
        {
            var outcome = await real.RunAsync(run);
            if (outcome is StepOutcome.Downloaded)
                await DeleteAsync(run);
            return outcome;
        }

        public void AfterCommit(Render committed) => real.AfterCommit(committed);

        private async Task DeleteAsync(StepRun run)
        {
            new Doing(Faults.Step.CleanUp, run.Row.Id).Begin();
            await api.DeleteAsync(run.Row.VideoId!, run.Token);
        }
    }
}
