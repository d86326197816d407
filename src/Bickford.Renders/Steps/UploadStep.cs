using Bickford.Renders.Policies;
using Bickford.Renders.Ports;
using Bickford.Renders.Staging;
using Bickford.Renders.Telemetry;

namespace Bickford.Renders.Steps;

/// <summary>Upload: staged files to the video store, verified there. A staged file that is not here sends the render back to Download.</summary>
internal sealed class UploadStep(IVideoStore videos, StagingFolder staging) : IStep
{
    public RenderStep Step => RenderStep.Upload;

    public async Task<StepOutcome?> RunAsync(StepRun run)
    {
        var stored = new List<RenderAsset>();
        foreach (var asset in run.Row.Assets)
        {
            if (!staging.Has(run.Row.Id, asset.Kind))
                return new StepOutcome.StagingLost($"the staged {asset.Kind} is not on this node");
            try
            {
                await using var file = staging.OpenWhole(run.Row.Id, asset.Kind);
                // What is staged under its whole name is never written to again, only deleted.
                var content = new ObjectContent(asset.Bytes, asset.Sha256, asset.ContentType, SourceIsFinal: true);
                var uri = await videos.PutAsync(RenderKeys.Asset(run.Row, asset.Kind), file, content, run.Token);
                RenderTelemetry.Uploaded(asset.Kind, asset.Bytes);
                stored.Add(asset with { Uri = uri });
            }
            catch (ContentMismatchException e)
            {
                staging.Remove(run.Row.Id);
                return new StepOutcome.StagingLost($"the staged {asset.Kind} is damaged: {e.Message}");
            }
        }

        return new StepOutcome.Stored(stored);
    }

    public void AfterCommit(Render committed)
    {
        if (committed.Step == RenderStep.Record)
            staging.Remove(committed.Id);
    }
}
