using System.Data.Common;

namespace Bickford.Renders;

/// <summary>
/// The library call: hand in renders, look at them, act on them. Safe to use from many threads and processes at once.
/// </summary>
public interface IRenders
{
    /// <summary>Accepts a render. When this returns, the render is durable: no crash loses it.</summary>
    /// <param name="request">What to render; checked against the model catalogue.</param>
    /// <param name="idempotencyKey">The same key with the same request returns the same render, however often it is called; 1 to 200 characters.</param>
    /// <param name="cancellationToken">Gives up before the render is accepted.</param>
    /// <exception cref="RenderRequestException">A field is wrong. Nothing was written.</exception>
    /// <exception cref="RenderConflictException">The key was used for another request.</exception>
    Task<Render> EnqueueAsync(RenderRequest request, string? idempotencyKey = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// Accepts a render inside the caller's own database transaction: it exists exactly if that transaction commits. Workers hear of
    /// it when it does. The transaction is left open, and the caller's to commit or to roll back.
    /// </summary>
    /// <param name="request">What to render; checked against the model catalogue. Its reference image is put into the video store at once, and stays there unused when the caller rolls back.</param>
    /// <param name="transaction">An open transaction on the database that the renders are in: an <c>NpgsqlTransaction</c> or a <c>SqliteTransaction</c>, as the database is.</param>
    /// <param name="idempotencyKey">
    /// As for the other overload. While another open transaction holds the same key, this call waits for its end: its commit makes this
    /// call return its render, its rollback makes room for this one. In PostgreSQL above READ COMMITTED, a key that was
    /// committed meanwhile is a serialization failure: run the transaction again.
    /// </param>
    /// <param name="cancellationToken">Gives up. PostgreSQL then lets the transaction only be rolled back.</param>
    /// <exception cref="RenderRequestException">A field is wrong, or the transaction is of another kind or has ended. Nothing was written.</exception>
    /// <exception cref="RenderConflictException">The key was used for another request. Nothing was written, and the transaction can go on.</exception>
    Task<Render> EnqueueAsync(RenderRequest request, DbTransaction transaction, string? idempotencyKey = null, CancellationToken cancellationToken = default);

    /// <summary>The render as it stands, or null when there is none with this id.</summary>
    Task<Render?> GetAsync(Guid id, CancellationToken cancellationToken = default);

    /// <summary>Renders, newest first.</summary>
    /// <param name="filter">Which; null for all.</param>
    /// <param name="cursor"><see cref="RenderPage.NextCursor"/> of the page before; null for the first.</param>
    /// <param name="limit">1 to 500.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="RenderRequestException">The cursor or the limit is wrong.</exception>
    Task<RenderPage> ListAsync(RenderFilter? filter = null, string? cursor = null, int limit = 50, CancellationToken cancellationToken = default);

    /// <summary>Waits until the render is Completed, Failed, Parked or Cancelled.</summary>
    /// <param name="id">The render.</param>
    /// <param name="progress">Told about every change that is seen, the last included.</param>
    /// <param name="cancellationToken">Stops waiting; the render goes on.</param>
    /// <exception cref="RenderNotFoundException">There is no such render.</exception>
    Task<Render> WaitAsync(Guid id, IProgress<Render>? progress = null, CancellationToken cancellationToken = default);

    /// <summary><see cref="EnqueueAsync(RenderRequest, string?, CancellationToken)"/>, then <see cref="WaitAsync"/>.</summary>
    Task<Render> EnqueueAndWaitAsync(RenderRequest request, string? idempotencyKey = null, IProgress<Render>? progress = null, CancellationToken cancellationToken = default);

    /// <summary>Goes on from the step where a failed or parked render stopped. Free: a create that may have taken effect is looked up, never repeated blindly.</summary>
    /// <param name="id">The render.</param>
    /// <param name="actor">Who did it, for the ledger.</param>
    /// <param name="cancellationToken">Gives up before anything changes.</param>
    /// <exception cref="RenderNotFoundException">There is no such render.</exception>
    /// <exception cref="RenderConflictException">It is not failed or parked, or the provider ended it for good.</exception>
    Task<Render> ResumeAsync(Guid id, string? actor = null, CancellationToken cancellationToken = default);

    /// <summary>Renders again, as a new render that names the old one. Costs money.</summary>
    /// <param name="id">The old render.</param>
    /// <param name="prompt">An edited prompt; null for the same.</param>
    /// <param name="idempotencyKey">As for <see cref="EnqueueAsync(RenderRequest, string?, CancellationToken)"/>.</param>
    /// <param name="actor">Who did it, for the ledger.</param>
    /// <param name="cancellationToken">Gives up before the render is accepted.</param>
    /// <exception cref="RenderNotFoundException">There is no such render.</exception>
    /// <exception cref="RenderRequestException">The prompt is wrong, or the catalogue no longer offers the old choice.</exception>
    Task<Render> RenderAgainAsync(Guid id, string? prompt = null, string? idempotencyKey = null, string? actor = null, CancellationToken cancellationToken = default);

    /// <summary>Gives a render whose create was ambiguous the provider's video that belongs to it.</summary>
    /// <param name="id">The render: failed or parked before it had a video id.</param>
    /// <param name="videoId">The provider's id; the provider is asked whether it exists.</param>
    /// <param name="actor">Who did it, for the ledger.</param>
    /// <param name="cancellationToken">Gives up before anything changes.</param>
    /// <exception cref="RenderNotFoundException">There is no such render.</exception>
    /// <exception cref="RenderConflictException">The render has a video id, or is not parked or failed, or another render owns the video.</exception>
    /// <exception cref="RenderRequestException">The provider does not know the video.</exception>
    Task<Render> AdoptAsync(Guid id, string videoId, string? actor = null, CancellationToken cancellationToken = default);

    /// <summary>Stops a render: at once, or when the step that is running ends. The provider's copy, if there is one, is left alone. Cancelling twice is no error.</summary>
    /// <param name="id">The render.</param>
    /// <param name="actor">Who did it, for the ledger.</param>
    /// <param name="cancellationToken">Gives up before anything changes.</param>
    /// <exception cref="RenderNotFoundException">There is no such render.</exception>
    /// <exception cref="RenderConflictException">It is completed.</exception>
    Task<Render> CancelAsync(Guid id, string? actor = null, CancellationToken cancellationToken = default);

    /// <summary>Says whether clean-up may ever delete the stored files. Saying so twice is no error.</summary>
    /// <param name="id">The render.</param>
    /// <param name="keep">True keeps them for ever; false leaves them to the rules of <see cref="RetentionOptions"/>.</param>
    /// <param name="actor">Who did it, for the ledger.</param>
    /// <param name="cancellationToken">Gives up before anything changes.</param>
    /// <exception cref="RenderNotFoundException">There is no such render.</exception>
    /// <exception cref="RenderConflictException">Its files are deleted.</exception>
    Task<Render> KeepAsync(Guid id, bool keep = true, string? actor = null, CancellationToken cancellationToken = default);

    /// <summary>Renders a changed version of another render's video, as a new render. Waits for the source while that is still rendering.</summary>
    /// <param name="id">The source render.</param>
    /// <param name="prompt">The change: 1 to 32,000 characters.</param>
    /// <param name="idempotencyKey">As for <see cref="EnqueueAsync(RenderRequest, string?, CancellationToken)"/>.</param>
    /// <param name="actor">Who did it, for the ledger.</param>
    /// <param name="cancellationToken">Gives up before the render is accepted.</param>
    /// <exception cref="RenderNotFoundException">There is no such render.</exception>
    /// <exception cref="RenderRequestException">The prompt is wrong.</exception>
    /// <exception cref="RenderConflictException">The source ended without a video.</exception>
    /// <seealso cref="RemixAsync(Guid, RemixRequest, string?, string?, CancellationToken)"/>
    Task<Render> RemixAsync(Guid id, string prompt, string? idempotencyKey = null, string? actor = null, CancellationToken cancellationToken = default);

    /// <summary>Renders something made from another render's video, as a new render: a remix, an edit or an extension. Waits for the source while that is still rendering.</summary>
    /// <param name="id">The source render.</param>
    /// <param name="request">What is to be made from it.</param>
    /// <param name="idempotencyKey">As for <see cref="EnqueueAsync(RenderRequest, string?, CancellationToken)"/>.</param>
    /// <param name="actor">Who did it, for the ledger.</param>
    /// <param name="cancellationToken">Gives up before the render is accepted.</param>
    /// <exception cref="RenderNotFoundException">There is no such render.</exception>
    /// <exception cref="RenderRequestException">A field is wrong.</exception>
    /// <exception cref="RenderConflictException">The source ended without a video, or the provider's copy of it is deleted.</exception>
    Task<Render> RemixAsync(Guid id, RemixRequest request, string? idempotencyKey = null, string? actor = null, CancellationToken cancellationToken = default);
}
