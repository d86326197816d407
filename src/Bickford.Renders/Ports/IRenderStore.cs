using System.Data.Common;
using Bickford.Renders.Ledger;

namespace Bickford.Renders.Ports;

/// <summary>What became of a commit.</summary>
public enum CommitResult
{
    /// <summary>Row and events are durable.</summary>
    Committed,

    /// <summary>The row has another version: read it again. Nothing was written.</summary>
    Conflict,

    /// <summary>Another render owns the video id. Nothing was written.</summary>
    VideoIdTaken,

    /// <summary>As many renders as allowed are in flight already. Nothing was written.</summary>
    NoRoom,

    /// <summary>More would be spent than may be. Nothing was written.</summary>
    OverBudget,
}

/// <summary>What became of an insert.</summary>
/// <param name="Render">The render in the store: the new one, or the one that has the idempotency key.</param>
/// <param name="Created">False when the idempotency key was already there and nothing was written.</param>
public sealed record InsertResult(Render Render, bool Created);

/// <summary>A row that is not in the store yet.</summary>
/// <param name="Render">The row; its version is 1.</param>
/// <param name="Entries">Its first events, in order.</param>
public sealed record NewRow(Render Render, IReadOnlyList<LedgerEntry> Entries);

/// <summary>One of several changes that are committed together.</summary>
/// <param name="Next">The row after it; its version is <paramref name="ExpectedVersion"/> + 1.</param>
/// <param name="ExpectedVersion">The version it must still have.</param>
/// <param name="Entries">Its events, in order.</param>
/// <param name="IsLook">The row differs from what it was at that version by no more than <see cref="Policies.LookChange"/> names: a store need not write the rest.</param>
public sealed record RowCommit(Render Next, long ExpectedVersion, IReadOnlyList<LedgerEntry> Entries, bool IsLook = false);

/// <summary>
/// The rows. Each write is one transaction with its ledger events: both are durable when it returns, or neither is.
/// Leases go by the store's clock, so that workers' clocks need not agree.
/// </summary>
public interface IRenderStore
{
    /// <summary>Writes a new row with its first events, unless its idempotency key is there already.</summary>
    /// <param name="render">The row; its version is 1.</param>
    /// <param name="entries">Events, in order; the store chains them and fills <see cref="Render.LedgerSeq"/> and <see cref="Render.LedgerHash"/>.</param>
    /// <param name="cancellationToken">Gives up; nothing is written then, unless the commit was already under way.</param>
    Task<InsertResult> InsertAsync(Render render, IReadOnlyList<LedgerEntry> entries, CancellationToken cancellationToken = default);

    /// <summary>The same inside a caller's transaction, which stays open: the row exists exactly if it commits, and listening workers are told when it does.</summary>
    /// <param name="render">The row; its version is 1.</param>
    /// <param name="entries">Events, in order.</param>
    /// <param name="transaction">An open transaction of the store's own database.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="RenderRequestException">The transaction is of another kind, or has ended.</exception>
    Task<InsertResult> InsertAsync(Render render, IReadOnlyList<LedgerEntry> entries, DbTransaction transaction, CancellationToken cancellationToken = default);

    /// <summary>
    /// Writes all of these rows with their first events in one transaction, but those whose idempotency key is there already. Nothing is written when such a key belongs to a
    /// row of another request (<see cref="Render.RequestHash"/>).
    /// </summary>
    /// <param name="rows">The rows, each with an id of its own; two may have the same key.</param>
    /// <param name="cancellationToken">Gives up; nothing is written then, unless the commit was already under way.</param>
    /// <returns>A result a row, in order. When nothing was written because of a key, the results end with the row that has it.</returns>
    Task<IReadOnlyList<InsertResult>> InsertAllAsync(IReadOnlyList<NewRow> rows, CancellationToken cancellationToken = default);

    /// <summary>The row, or null.</summary>
    Task<Render?> GetAsync(Guid id, CancellationToken cancellationToken = default);

    /// <summary>Rows by filter, newest first.</summary>
    /// <param name="filter">Which.</param>
    /// <param name="before">Only rows enqueued before this one; null for the newest.</param>
    /// <param name="limit">At most so many, 1 to 1,000.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task<IReadOnlyList<Render>> ListAsync(RenderFilter filter, Guid? before, int limit, CancellationToken cancellationToken = default);

    /// <summary>Ids that end in these hex digits (of the 32-digit form), at most <paramref name="limit"/>; for people who type short ids.</summary>
    Task<IReadOnlyList<Guid>> FindIdsAsync(string ending, int limit, CancellationToken cancellationToken = default);

    /// <summary>
    /// Takes the lease, if the row is open (Queued, Rendering, Storing), at this step and version, and no lease is live. The version stays.
    /// </summary>
    /// <param name="id">The row.</param>
    /// <param name="step">The step the caller is about to do.</param>
    /// <param name="version">The version the caller heard of.</param>
    /// <param name="owner">The caller's token, used for this run of the step only.</param>
    /// <param name="duration">How long the lease holds unless renewed.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The row with its lease, or null: the job is stale.</returns>
    Task<Render?> TryLeaseAsync(Guid id, RenderStep step, long version, string owner, TimeSpan duration, CancellationToken cancellationToken = default);

    /// <summary>
    /// Takes the lease of the create that goes first among those that are due: of the highest priority, then by turn, then the oldest. Left out are those with a live lease, and those that
    /// wait for room. Those that wait for their source are not due. Two who do so at once take two. The version stays.
    /// </summary>
    /// <param name="now">What is due by then.</param>
    /// <param name="owner">The caller's token, used for this run of the step only.</param>
    /// <param name="duration">How long the lease holds unless renewed.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The row with its lease, or null: none is due. Should the answer be lost, the row is free again when the lease has run out.</returns>
    Task<Render?> LeaseNextCreateAsync(DateTimeOffset now, string owner, TimeSpan duration, CancellationToken cancellationToken = default);

    /// <summary>
    /// Takes the leases of looks that can share a request: the job's own, if its row is still at Poll and at this version and nobody has its lease, and then of the renders at Poll around it,
    /// <see cref="Policies.LookWakeUps.Reach"/> on each side in the order of their creates, all that are due or nearly so (<see cref="Policies.LookWakeUps.IsNear"/>); else nothing.
    /// Rows with a live lease are left out. Two who do so at once share them. The versions stay.
    /// </summary>
    /// <param name="job">The look that is due; its row may have gone on.</param>
    /// <param name="now">The caller's time, by which looks are due.</param>
    /// <param name="owner">The caller's token, used for this run only.</param>
    /// <param name="duration">How long the leases hold unless renewed.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The rows with their leases, in that order.</returns>
    Task<IReadOnlyList<Render>> LeaseLooksAsync(StepJob job, DateTimeOffset now, string owner, TimeSpan duration, CancellationToken cancellationToken = default);

    /// <summary>Of the renders around this one, as <see cref="LeaseLooksAsync"/> sees them, the look that is due first and that nobody has a lease for; null for none.</summary>
    /// <param name="id">The render in the middle; it may have gone on.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task<StepJob?> FindNextLookAsync(Guid id, CancellationToken cancellationToken = default);

    /// <summary>The provider's id of the video of the render at Poll whose create came next, or null when there is none: a place in the provider's list from which older videos follow.</summary>
    Task<string?> FindNewerVideoAsync(Guid id, CancellationToken cancellationToken = default);

    /// <summary>Prolongs the lease if <paramref name="owner"/> still holds it, even when it ran out and nobody took it; returns the row as it is now, or null when it is lost.</summary>
    Task<Render?> RenewLeaseAsync(Guid id, string owner, TimeSpan duration, CancellationToken cancellationToken = default);

    /// <summary>
    /// Replaces the row and appends the events, if the row still has <paramref name="expectedVersion"/>. <paramref name="next"/> carries
    /// version <paramref name="expectedVersion"/> + 1 and says whether the lease is kept (<see cref="Render.LeaseOwner"/> null or not);
    /// how long a kept lease holds is left as it stands in the database.
    /// </summary>
    Task<CommitResult> CommitAsync(Render next, long expectedVersion, IReadOnlyList<LedgerEntry> entries, CancellationToken cancellationToken = default);

    /// <summary>
    /// The same for the intent to create, if it keeps within the limits, the creates of all other renders counted (<see cref="RenderInFlight.IsInFlight"/>, <see cref="ISpending"/>).
    /// Counting and committing are one: however many do so at once, there is never more.
    /// </summary>
    /// <inheritdoc cref="CommitAsync"/>
    Task<CommitResult> CommitIntentAsync(
        Render next, long expectedVersion, IReadOnlyList<LedgerEntry> entries, Policies.IntentLimits limits, CancellationToken cancellationToken = default);

    /// <summary>
    /// Several such commits in one transaction: each is done or refused by itself, and those that are done are durable together. None may take a video id.
    /// </summary>
    /// <param name="commits">Of different rows.</param>
    /// <param name="cancellationToken">Gives up; nothing is written then, unless the commit was already under way.</param>
    /// <returns>A result for each, in order.</returns>
    Task<IReadOnlyList<CommitResult>> CommitAllAsync(IReadOnlyList<RowCommit> commits, CancellationToken cancellationToken = default);

    /// <summary>Open rows whose due time is at or before <paramref name="dueBefore"/> and that nobody holds a live lease on, longest overdue first.</summary>
    /// <param name="dueBefore">The time.</param>
    /// <param name="limit">At most so many, 1 to 1,000.</param>
    /// <param name="after">Only those that come after this one in that order; null for the first page.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task<IReadOnlyList<StepJob>> ListOverdueAsync(DateTimeOffset dueBefore, int limit, StepJob? after = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// Renders whose provider has begun and that are due at this step since <paramref name="dueBefore"/> or longer, and that nobody holds a live lease on, longest overdue first.
    /// </summary>
    /// <param name="step">Any but Create.</param>
    /// <param name="dueBefore">The time.</param>
    /// <param name="limit">At most so many, 1 to 1,000.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task<IReadOnlyList<StepJob>> ListDueAsync(RenderStep step, DateTimeOffset dueBefore, int limit, CancellationToken cancellationToken = default);

    /// <summary>
    /// All open rows that have a due time to wait for, by id; for handing everything to an engine that remembers nothing. Creates that wait for room or for their source are not among
    /// them: room or the source wakes them, and the deadline, when they are overdue.
    /// </summary>
    /// <param name="after">Only ids greater than this one; null for the first page.</param>
    /// <param name="limit">At most so many.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task<IReadOnlyList<StepJob>> ListOpenAsync(Guid? after, int limit, CancellationToken cancellationToken = default);

    /// <summary>
    /// Creates that wait for their source (<see cref="Render.WaitsForSourceSince"/>), which is settled (<see cref="Policies.RemixSource.IsSettled"/>) or gone, and that nobody holds a live
    /// lease on; by source, then oldest first. Each is due since it was enqueued.
    /// </summary>
    /// <param name="sources">Only those that wait for one of these; null for all.</param>
    /// <param name="limit">At most so many, 1 to 1,000.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task<IReadOnlyList<StepJob>> ListWaitingForSourceAsync(IReadOnlyCollection<Guid>? sources, int limit, CancellationToken cancellationToken = default);

    /// <summary>The row that has this idempotency key, or null.</summary>
    Task<Render?> FindByKeyAsync(string idempotencyKey, CancellationToken cancellationToken = default);

    /// <summary>Rows with a create whose effect is open: <see cref="Render.CreateSince"/> set, no video id, whatever their status; with this prompt and model.</summary>
    Task<IReadOnlyList<Render>> ListOpenCreatesAsync(string prompt, string model, CancellationToken cancellationToken = default);

    /// <summary>How long the provider took for renders of exactly this kind, from accepted to rendered, the newest first; of those whose both times are known.</summary>
    /// <param name="model">The model.</param>
    /// <param name="size">The size; null: left to the server.</param>
    /// <param name="seconds">The length; null: left to the server.</param>
    /// <param name="limit">At most so many, 1 to 1,000.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task<IReadOnlyList<TimeSpan>> ListTimesAsync(string model, string? size, int? seconds, int limit, CancellationToken cancellationToken = default);

    /// <summary>Which of these provider ids belong to a render.</summary>
    Task<IReadOnlySet<string>> FindOwnedVideoIdsAsync(IReadOnlyCollection<string> videoIds, CancellationToken cancellationToken = default);
}
