using Bickford.Renders.Policies;
using Bickford.Renders.Staging;
using Bickford.Renders.Videos;
using Microsoft.Extensions.Logging;

namespace Bickford.Renders.Steps;

/// <summary>Download: the video, and the previews where the server has them.</summary>
internal sealed class DownloadStep(AssetDownload download, RenderOptions options, ILogger<DownloadStep> logger) : IStep
{
    /// <summary>Tries after which previews that fail no longer hold up the video.</summary>
    public const int PreviewAttempts = 3;

    private static readonly TimeSpan RoomWait = TimeSpan.FromSeconds(5);

    private static readonly AssetKind[] Previews = [AssetKind.Thumbnail, AssetKind.Spritesheet];

    public RenderStep Step => RenderStep.Download;

    public async Task<StepOutcome?> RunAsync(StepRun run)
    {
        try
        {
            return new StepOutcome.Downloaded(await FetchAllAsync(run));
        }
        catch (StagingFullException e)
        {
            logger.LogWarning("{Render}: the download waits: {Reason}", run.Row.ShortId, e.Message);
            return new StepOutcome.Waiting(RoomWait);
        }
    }

    private async Task<List<RenderAsset>> FetchAllAsync(StepRun run)
    {
        // The video first: it is what was paid for, and what expires.
        List<RenderAsset> assets = [await download.FetchAsync(run.Row, AssetKind.Video, run.Token)];
        if (options.Previews)
        {
            foreach (var kind in Previews)
                if (await PreviewAsync(run, kind) is { } preview)
                    assets.Add(preview);
        }

        return assets;
    }

    private async Task<RenderAsset?> PreviewAsync(StepRun run, AssetKind kind)
    {
        try
        {
            return await download.FetchAsync(run.Row, kind, run.Token);
        }
        catch (VideosApiException e) when (!MayHeal(e.Fault) || run.Row.Attempt + 1 >= Math.Min(PreviewAttempts, options.Retry.MaxAttempts))
        {
            logger.LogDebug("{Render}: no {Kind}: {Error}", run.Row.ShortId, kind, e.Message);
            return null;
        }
        catch (StepFaultException e)
        {
            // A server that answers every variant with the video, or with a page of HTML.
            logger.LogDebug("{Render}: no {Kind}: {Error}", run.Row.ShortId, kind, e.Message);
            return null;
        }
    }

    private static bool MayHeal(VideosFault fault) => fault is VideosFault.Unavailable or VideosFault.RateLimit;
}
