namespace Bickford.Renders.Tests.Worker;

/// <summary>A render to look at.</summary>
internal static class Sample
{
    public static readonly DateTimeOffset Noon = new(2026, 1, 2, 12, 0, 0, TimeSpan.Zero);

    public static readonly Guid Id = new("01a205ca-dda8-7953-81a4-f3f79f04f303");

    public static Render Render() => new()
    {
        Id = Id,
        RequestHash = new string('a', 64),
        Prompt = "A [bold] lighthouse",
        Model = "sora-2",
        Size = "1280x720",
        Seconds = 4,
        Status = RenderStatus.Queued,
        Step = RenderStep.Create,
        Version = 1,
        DeadlineAt = Noon.AddHours(2),
        Cost = 0.4m,
        CreatedAt = Noon,
        UpdatedAt = Noon,
    };

    public static Render Completed() => Render() with
    {
        Status = RenderStatus.Completed,
        Step = RenderStep.Record,
        Version = 9,
        VideoId = "video_1",
        FinishedAt = Noon.AddMinutes(1),
        Assets = [new RenderAsset(AssetKind.Video, 10, new string('b', 64), "video/mp4", "file:///v/video.mp4")],
    };

    public static Render Failed() => Render() with { Status = RenderStatus.Failed, Version = 3, Cause = RenderCause.Policy, Message = "no", FinishedAt = Noon };
}
