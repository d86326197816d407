using Bickford.Renders.Ports;

namespace Bickford.Renders.Worker.Web;

/// <summary>When a render is likely to be rendered: by what others like it took, or by its own progress where there is none.</summary>
internal static class TimeToGo
{
    // Below this the first percents tell more of the queue than of the render.
    private const int LeastProgress = 10;

    /// <summary>The likely time, which may have passed; null where nothing can be said.</summary>
    public static DateTimeOffset? Estimate(Render render, IEnumerable<RenderDuration> learnt, DateTimeOffset now)
    {
        if (render.Status != RenderStatus.Rendering || (render.ProviderCreatedAt ?? render.CreateStartedAt) is not { } start)
            return null;
        if (learnt.FirstOrDefault(one => one.Model == render.Model && one.Size == render.Size && one.Seconds == render.Seconds) is { Renders: > 0 } like)
            return start + like.Median;
        // The provider's clock may be ahead of ours.
        return render.Progress is >= LeastProgress and < 100 && now > start ? now + ((now - start) * (100 - render.Progress) / render.Progress) : null;
    }
}
