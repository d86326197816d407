using Bickford.Renders.Policies;
using Bickford.Renders.Videos;

namespace Bickford.Renders.Tests.Support;

/// <summary>Rows as they stand at each step, for tests of pure decisions.</summary>
internal static class Rows
{
    public const string Sha = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    public static readonly DateTimeOffset Now = new(2026, 3, 4, 5, 6, 7, TimeSpan.Zero);

    public static readonly RenderAsset Staged = new(AssetKind.Video, 3, Sha, "video/mp4");

    public static readonly RenderAsset Stored = Staged with { Uri = "memory:///video.mp4" };

    public static Render Queued(int number = 1) => new()
    {
        Id = IdOf(number),
        RequestHash = "hash",
        Prompt = "A lighthouse in fog",
        Model = "sora-2",
        Size = "1280x720",
        Seconds = 4,
        Status = RenderStatus.Queued,
        Step = RenderStep.Create,
        DueAt = Now,
        Version = 1,
        DeadlineAt = Now + TimeSpan.FromHours(2),
        Cost = 0.4m,
        CreatedAt = Now,
        UpdatedAt = Now,
    };

    public static Render Started(int number = 1) => Queued(number) with { CreateStartedAt = Now, CreateSince = Now, CreatesSent = 1 };

    public static Render At(RenderStep step) => step switch
    {
        RenderStep.Create => Queued(),
        RenderStep.Poll => Started() with { Status = RenderStatus.Rendering, Step = step, VideoId = "video_1", ProviderCreatedAt = Now },
        RenderStep.Download => At(RenderStep.Poll) with { Status = RenderStatus.Storing, Step = step, Progress = 100, ProviderCompletedAt = Now },
        RenderStep.Upload => At(RenderStep.Download) with { Step = step, Assets = [Staged] },
        RenderStep.Record => At(RenderStep.Upload) with { Step = step, Assets = [Stored] },
        _ => throw new ArgumentOutOfRangeException(nameof(step)),
    };

    public static Render Leased(this Render row, string owner = "node/run") => row with { LeaseOwner = owner, LeaseUntil = Now + TimeSpan.FromSeconds(30) };

    public static Render Stopped(this Render row, RenderStatus status, RenderCause cause = RenderCause.Internal) => row with
    {
        Status = status,
        Cause = status == RenderStatus.Cancelled ? null : cause,
        Message = status == RenderStatus.Cancelled ? null : "it stopped",
        DueAt = null,
        LeaseOwner = null,
        LeaseUntil = null,
        FinishedAt = Now,
    };

    public static Video VideoOf(Render row, string id = "video_1", VideoStatus status = VideoStatus.Queued) => new(id, status)
    {
        StatusText = VideoText(status),
        Prompt = row.Prompt,
        Model = row.Model,
        Size = row.Size,
        Seconds = row.Seconds?.ToString(System.Globalization.CultureInfo.InvariantCulture),
        RemixedFromVideoId = row.RemixVideoId,
        CreatedAt = Now,
    };

    public static RenderMachine Machine(Action<RenderOptions>? configure = null) => new(Options(configure));

    public static RenderOptions Options(Action<RenderOptions>? configure = null)
    {
        var options = new RenderOptions { NodeName = "node" };
        configure?.Invoke(options);
        return options;
    }

    private static string VideoText(VideoStatus status) => status switch
    {
        VideoStatus.InProgress => "in_progress",
        _ => status.ToString().ToLowerInvariant(),
    };

    public static Guid IdOf(int number) => new($"01950000-0000-7000-8000-{number:D12}");
}
