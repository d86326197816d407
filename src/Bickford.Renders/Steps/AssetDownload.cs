using Bickford.Renders.Media;
using Bickford.Renders.Policies;
using Bickford.Renders.Staging;
using Bickford.Renders.Telemetry;
using Bickford.Renders.Videos;

namespace Bickford.Renders.Steps;

/// <summary>Brings one file of a video to the staging folder: streamed, hashed on the way, resumed where it broke, checked before it counts.</summary>
internal sealed class AssetDownload(IVideosApi api, StagingFolder staging, StagingRoom room, RenderOptions options)
{
    /// <summary>The longest thumbnail or spritesheet.</summary>
    public const long MaxPreviewBytes = 64 << 20;

    private const long ProgressStride = 16 << 20;

    /// <summary>The staged file.</summary>
    /// <exception cref="StepFaultException">What came is too long, too short, or not what it should be.</exception>
    /// <exception cref="StagingFullException">There is no room for it now.</exception>
    public async Task<RenderAsset> FetchAsync(Render row, AssetKind kind, CancellationToken token)
    {
        if (await StagedAsync(row.Id, kind, token) is { } staged)
            return staged;
        string sha256;
        await using (var part = staging.OpenPart(row.Id, kind))
        {
            sha256 = await ReceiveAsync(row, kind, part, token);
            await staging.FlushPartAsync(part);
        }

        return await PublishAsync(row.Id, kind, sha256, token);
    }

    private async Task<string> ReceiveAsync(Render row, AssetKind kind, Stream part, CancellationToken token)
    {
        var resume = staging.ProgressOf(row.Id, kind);
        await using var content = await api.DownloadAsync(PollStep.VideoIdOf(row), kind, resume, token);

        var max = kind == AssetKind.Video ? options.MaxAssetBytes : MaxPreviewBytes;
        if (content.Length > max)
            throw TooLong(kind, content.Length.Value, max);
        using var taken = room.Take(row.Id, kind, content.Length ?? part.Length);
        if (content.Offset > (resume?.Offset ?? 0))
            throw new StepFaultException(FaultKind.Transient, RenderCause.ProviderFailed, $"the provider sent {kind} from byte {content.Offset}, {resume?.Offset ?? 0} were asked for");
        if (content.Offset > 0 && content.ETag is { } tag && tag != resume?.ETag)
        {
            staging.ForgetProgress(row.Id, kind); // the rest of another file: the next try begins anew
            throw new StepFaultException(FaultKind.Transient, RenderCause.ProviderFailed, $"the provider goes on with another {kind} than the one begun");
        }

        if (content.Offset == 0)
            staging.ForgetProgress(row.Id, kind);
        part.SetLength(content.Offset);
        var etag = content.Offset > 0 ? resume?.ETag : content.ETag;

        await using var writer = new PartWriter(part);
        var (kept, received) = (content.Offset, content.Offset);
        // The disk is made certain of what it has while the network brings more.
        var keeping = Task.CompletedTask;
        try
        {
            await writer.TakeUpAsync(token);
            int read;
            while ((read = await ReadBodyAsync(content.Body, writer.Room, token)) > 0)
            {
                if (received + read > max)
                    throw TooLong(kind, received + read, max);
                // Room was taken for what was promised, and no more.
                if (received + read > content.Length)
                    throw new VideosApiException(VideosFault.BadAnswer, $"{kind} goes on after the {content.Length} bytes that were promised");
                if (content.Length is null)
                    taken.Grow(received + read);
                received += read;
                if (!writer.Fill(read))
                    continue;
                await writer.WrittenAsync();
                if (etag is not null && received >= kept + ProgressStride && keeping.IsCompleted)
                {
                    await keeping;
                    keeping = staging.KeepProgressAsync(row.Id, kind, part, etag);
                    kept = received;
                }

                writer.Turn();
            }

            await writer.FinishAsync();
            await keeping;
            if (content.Length is { } promised && received != promised)
                throw new VideosApiException(VideosFault.Unavailable, $"{kind} ended at {received} of {promised} bytes");
        }
        catch (Exception e) when (e is VideosApiException or OperationCanceledException && etag is not null)
        {
            // What is here stays for the next try to go on from.
            await keeping.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await writer.FinishAsync();
            await staging.KeepProgressAsync(row.Id, kind, part, etag);
            throw;
        }
        finally
        {
            RenderTelemetry.Downloaded(kind, received - content.Offset);
            // The file must not be closed under it.
            await keeping.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return writer.Sha256();
    }

    private async Task<RenderAsset> PublishAsync(Guid id, AssetKind kind, string sha256, CancellationToken token)
    {
        RenderAsset asset;
        try
        {
            await using var part = staging.OpenPart(id, kind);
            asset = await InspectAsync(part, kind, sha256, token);
        }
        catch (StepFaultException)
        {
            staging.DropPart(id, kind); // going on from wrong bytes would end in wrong bytes
            throw;
        }

        staging.Publish(id, kind);
        return asset;
    }

    /// <summary>What a run that died before its commit has staged; null when there is nothing, or nothing of use.</summary>
    private async Task<RenderAsset?> StagedAsync(Guid id, AssetKind kind, CancellationToken token)
    {
        if (!staging.Has(id, kind))
            return null;
        try
        {
            return await DescribeAsync(id, kind, token);
        }
        catch (StepFaultException)
        {
            // It was right when it got its name, so the disk damaged it. Kept, it would fail every try, also after a resume.
            staging.DropWhole(id, kind);
            return null;
        }
    }

    private async Task<RenderAsset> DescribeAsync(Guid id, AssetKind kind, CancellationToken token)
    {
        await using var file = staging.OpenWhole(id, kind);
        var sha256 = await Hashing.Sha256Async(file, token);
        return await InspectAsync(file, kind, sha256, token);
    }

    private static async Task<RenderAsset> InspectAsync(Stream file, AssetKind kind, string sha256, CancellationToken token)
    {
        var head = new byte[(int)Math.Min(file.Length, 64)];
        file.Position = 0;
        await file.ReadExactlyAsync(head, token);
        var type = MediaType.Sniff(head);
        if (kind == AssetKind.Video)
        {
            file.Position = 0;
            var check = await Mp4File.CheckAsync(file, token);
            if (!check.Ok)
                throw new StepFaultException(FaultKind.Transient, RenderCause.ProviderFailed, $"what the provider sent is not a whole MP4: {check.Problem}");
            type = "video/mp4";
        }
        else if (type is null or "video/mp4")
        {
            throw new StepFaultException(FaultKind.Permanent, RenderCause.ProviderFailed, $"what the provider sent as {kind} is not an image");
        }

        return new RenderAsset(kind, file.Length, sha256, type);
    }

    /// <summary>Tells the connection's errors from the disk's: both are <see cref="IOException"/>s, and mean different things.</summary>
    private static async ValueTask<int> ReadBodyAsync(Stream body, Memory<byte> buffer, CancellationToken token)
    {
        try
        {
            return await body.ReadAsync(buffer, token);
        }
        catch (IOException e)
        {
            throw new VideosApiException(VideosFault.Unavailable, $"the download broke: {e.Message}", inner: e);
        }
    }

    private static StepFaultException TooLong(AssetKind kind, long bytes, long max) =>
        new(FaultKind.Permanent, RenderCause.Storage, $"{kind} is longer than allowed: {bytes} bytes, at most {max} (setting Staging:MaxFileBytes)");
}

/// <summary>A step knows exactly what is wrong.</summary>
internal sealed class StepFaultException(FaultKind kind, RenderCause cause, string message) : Exception(message)
{
    public StepFault Fault { get; } = new(kind, cause, message);
}
