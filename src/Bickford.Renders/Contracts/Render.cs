namespace Bickford.Renders;

/// <summary>
/// One requested video: the row. It alone says what happens next; job engines only say when to look at it.
/// A row is changed by <c>RenderMachine</c> and by nothing else.
/// </summary>
public sealed record Render
{
    /// <summary>Version 7 UUID: sorts by time of enqueue.</summary>
    public required Guid Id { get; init; }

    /// <summary>The caller's key: the same key always names the same render. 1 to 200 characters.</summary>
    public string? IdempotencyKey { get; init; }

    /// <summary>SHA-256 of the request, to tell a repeated enqueue from a different one under the same key.</summary>
    public required string RequestHash { get; init; }

    /// <inheritdoc cref="RenderRequest.Prompt"/>
    public required string Prompt { get; init; }

    /// <summary>The model asked for.</summary>
    public required string Model { get; init; }

    /// <summary>Width x height in pixels; null leaves it to the server.</summary>
    public string? Size { get; init; }

    /// <summary>Clip length in seconds, of an extension what it adds; null leaves it to the server.</summary>
    public int? Seconds { get; init; }

    /// <summary>The image to begin with.</summary>
    public StoredReference? Reference { get; init; }

    /// <inheritdoc cref="RenderRequest.Tags"/>
    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <inheritdoc cref="RenderRequest.Batch"/>
    public string? Batch { get; init; }

    /// <inheritdoc cref="RenderRequest.Priority"/>
    public int Priority { get; init; }

    /// <summary>
    /// When its create's turn is: of those with the same priority, the lower one goes first. The store gives it at the enqueue, so that first tags take turns; negative asks
    /// a commit for another one.
    /// </summary>
    public long Turn { get; init; }

    /// <summary>Whose turns it uses: its first tag; those without a tag have one share together.</summary>
    public string Share => Tags is [var first, ..] ? first : "";

    /// <summary>The render this one renders again.</summary>
    public Guid? AgainOf { get; init; }

    /// <summary>The render whose video this one is made from.</summary>
    public Guid? RemixOf { get; init; }

    /// <summary>How it is made from <see cref="RemixOf"/>; means nothing without.</summary>
    public RemixKind RemixKind { get; init; }

    /// <summary>The provider's id of the video that is remixed; known once <see cref="RemixOf"/> has been rendered.</summary>
    public string? RemixVideoId { get; init; }

    /// <summary>Where it stands.</summary>
    public required RenderStatus Status { get; init; }

    /// <summary>What is done next; for a failed, parked or cancelled render, where it stopped.</summary>
    public required RenderStep Step { get; init; }

    /// <summary>Failed tries of this step in a row, from 0.</summary>
    public int Attempt { get; init; }

    /// <summary>Looks at the provider's status so far.</summary>
    public int Looks { get; init; }

    /// <summary>0 to 100, as the provider reports it.</summary>
    public int Progress { get; init; }

    /// <summary>When the step is due; null when there is nothing to do.</summary>
    public DateTimeOffset? DueAt { get; init; }

    /// <summary>The running step's own token; null when nobody works on this row.</summary>
    public string? LeaseOwner { get; init; }

    /// <summary>By the store's clock: until when the lease holds unless renewed.</summary>
    public DateTimeOffset? LeaseUntil { get; init; }

    /// <summary>Grows by one with every committed change; a commit against another version is refused.</summary>
    public required long Version { get; init; }

    /// <summary>Somebody asked to cancel while a step was running; it takes effect when that step ends.</summary>
    public bool CancelRequested { get; init; }

    /// <summary>Start of the newest create whose effect is open or known; null when no create is under way or the provider refused it for certain.</summary>
    public DateTimeOffset? CreateStartedAt { get; init; }

    /// <summary>Start of the first create whose effect has not been ruled out by the provider's own answer: the look-up searches from here.</summary>
    public DateTimeOffset? CreateSince { get; init; }

    /// <summary>Creates sent since a person last looked at the render, but those that the provider refused for certain.</summary>
    public int CreatesSent { get; init; }

    /// <summary>Since when the create waits for others to finish, because <see cref="RenderOptions.MaxInFlight"/> are in flight; null when it does not.</summary>
    public DateTimeOffset? WaitsForRoomSince { get; init; }

    /// <summary>Since when the create waits until <see cref="RemixOf"/> has been rendered; null when it does not.</summary>
    public DateTimeOffset? WaitsForSourceSince { get; init; }

    /// <summary>The provider's id of the video. No two renders have the same.</summary>
    public string? VideoId { get; init; }

    /// <summary>The provider's clock: video accepted.</summary>
    public DateTimeOffset? ProviderCreatedAt { get; init; }

    /// <summary>The provider's clock: video finished; our own where the server does not say.</summary>
    public DateTimeOffset? ProviderCompletedAt { get; init; }

    /// <summary>When the provider's copy goes away, where it says so.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>When an unfinished render fails with <see cref="RenderCause.Deadline"/>. Time that it waits for its source is added when that wait ends.</summary>
    public required DateTimeOffset DeadlineAt { get; init; }

    /// <summary>Clean-up leaves its stored files alone, however old they are.</summary>
    public bool Keep { get; init; }

    /// <summary>Clean-up has begun to delete the provider's copy, after it had read ours back.</summary>
    public DateTimeOffset? ProviderCopyDeletingAt { get; init; }

    /// <summary>The provider's copy is deleted.</summary>
    public DateTimeOffset? ProviderCopyDeletedAt { get; init; }

    /// <summary>Clean-up has begun to delete the stored files: from here on the assets have no uri.</summary>
    public DateTimeOffset? FilesDeletingAt { get; init; }

    /// <summary>The stored files are deleted.</summary>
    public DateTimeOffset? FilesDeletedAt { get; init; }

    /// <summary>Downloaded files; each has a uri once stored, and none any more once clean-up takes them.</summary>
    public IReadOnlyList<RenderAsset> Assets { get; init; } = [];

    /// <summary>List price in US dollars: the estimate until the provider accepted it, then what is owed; null when the catalogue has no price.</summary>
    public decimal? Cost { get; init; }

    /// <summary>Why it failed, was parked, or is being retried.</summary>
    public RenderCause? Cause { get; init; }

    /// <summary>The cause in words, for people.</summary>
    public string? Message { get; init; }

    /// <summary>W3C <c>traceparent</c> of the enqueue.</summary>
    public string? TraceParent { get; init; }

    /// <summary>Position of the newest event of this render's ledger chain.</summary>
    public long LedgerSeq { get; init; }

    /// <summary>Hash of that event.</summary>
    public string LedgerHash { get; init; } = "";

    /// <summary>Time of enqueue.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Time of the newest change.</summary>
    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>Time it completed, failed, was parked or was cancelled.</summary>
    public DateTimeOffset? FinishedAt { get; init; }

    /// <summary>The last eight hex digits of the id: short, and different even for renders of the same millisecond.</summary>
    public string ShortId => Id.ToString("N")[^8..];
}
