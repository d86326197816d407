namespace Bickford.Renders.Videos;

/// <summary>Error codes of the protocol that have a meaning of their own.</summary>
public static class VideoFailures
{
    private static readonly HashSet<string> Policy = new(StringComparer.OrdinalIgnoreCase)
    {
        "moderation_blocked", "content_filter", "content_policy_violation", "sentinel_block",
    };

    /// <summary>True for codes by which providers say that their content policy refused something.</summary>
    public static bool IsPolicy(string? code) => code is not null && Policy.Contains(code);
}
