namespace Bickford.Renders;

/// <summary>What clean-up deletes, and when. Null times delete nothing.</summary>
public sealed class RetentionOptions
{
    /// <summary>From the end of one run of the clean-up to the start of the next, for all processes on one database together.</summary>
    /// <value>Setting <c>Retention:Every</c>; default 10 minutes; 1 second to 7 days.</value>
    public TimeSpan Every { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>Deletions of each kind in one run at most. What is left over, the next run deletes.</summary>
    /// <value>Setting <c>Retention:MaxDeletions</c>; default 1,000; 1 to 100,000.</value>
    public int MaxDeletions { get; set; } = 1_000;

    /// <summary>How long after a render completed the provider's copy of its video is deleted. Ours is read back and compared just before. Null never deletes one.</summary>
    /// <value>Setting <c>Retention:ProviderCopiesAfter</c>; default 1 day; 0 to 100 years, or <c>off</c>.</value>
    public TimeSpan? ProviderCopiesAfter { get; set; } = TimeSpan.FromDays(1);

    /// <summary>
    /// The age at which a video at the provider that no render owns is deleted, by the provider's clock. Only for an account that nothing but this database's workers uses:
    /// the videos of others look the same.
    /// </summary>
    /// <value>Setting <c>Retention:ForeignAfter</c>; default null, <c>off</c>; 1 hour to 100 years.</value>
    public TimeSpan? ForeignAfter { get; set; }

    /// <summary>How long after a render ended with one of these statuses its stored files are deleted. Others keep them for ever.</summary>
    /// <value>Settings <c>Retention:Completed</c>, <c>Retention:Failed</c>, <c>Retention:Cancelled</c>; default none, <c>off</c>; 0 to 100 years.</value>
    public IDictionary<RenderStatus, TimeSpan> Files { get; } = new Dictionary<RenderStatus, TimeSpan>();

    /// <summary>
    /// The same for renders with a tag, in the place of the time for the status: the longest of a render's tags counts, and null is for ever.
    /// </summary>
    /// <value>Setting <c>Retention:Tags:&lt;tag&gt;</c>; default none; 0 to 100 years, or <c>off</c>.</value>
    public IDictionary<string, TimeSpan?> Tags { get; } = new Dictionary<string, TimeSpan?>(StringComparer.Ordinal);

    /// <summary>So many of the newest completed renders keep their files, however old they are. Those that are kept one by one (<see cref="Render.Keep"/>) do not count.</summary>
    /// <value>Setting <c>Retention:KeepLast</c>; default 0; up to 1,000,000.</value>
    public int KeepLast { get; set; }

    /// <summary>The statuses whose files may be deleted. A parked render waits for a person.</summary>
    public static IReadOnlyList<RenderStatus> Ended { get; } = [RenderStatus.Completed, RenderStatus.Failed, RenderStatus.Cancelled];
}
