namespace Bickford.Renders.Policies;

/// <summary>What a look changes that found the video unfinished: nearly all looks do no more, and a store need not write a row's fifty columns for them.</summary>
public static class LookChange
{
    /// <summary>True when nothing else differs.</summary>
    /// <param name="before">The row as the look's run took it.</param>
    /// <param name="next">The row as it is to be, with its lease given back.</param>
    public static bool Is(Render before, Render next) => next.LeaseOwner is null && next == before with
    {
        Attempt = next.Attempt,
        Looks = next.Looks,
        Progress = next.Progress,
        DueAt = next.DueAt,
        Cause = next.Cause,
        Message = next.Message,
        ExpiresAt = next.ExpiresAt,
        LeaseOwner = null,
        LeaseUntil = next.LeaseUntil,
        Version = next.Version,
        UpdatedAt = next.UpdatedAt,
    };
}
