namespace Bickford.Renders;

/// <summary>A render that was accepted.</summary>
/// <param name="Render">As it stands.</param>
/// <param name="IsNew">False when the idempotency key had brought it before.</param>
public sealed record AcceptedRender(Render Render, bool IsNew);

/// <summary>One of many that are asked for at once.</summary>
/// <param name="Request">What to render.</param>
/// <param name="IdempotencyKey">As for <see cref="IRenders.EnqueueAsync(RenderRequest, string?, CancellationToken)"/>.</param>
public sealed record RenderOrder(RenderRequest Request, string? IdempotencyKey = null);

/// <summary>One of many cannot be accepted, so none was.</summary>
/// <param name="index">Which, from 0.</param>
/// <param name="inner">What is wrong with it: a <see cref="RenderRequestException"/> or a <see cref="RenderConflictException"/>.</param>
public sealed class RenderBatchException(int index, Exception inner) : Exception($"order {index + 1}: {inner.Message}; none was accepted", inner)
{
    /// <summary>Which, from 0.</summary>
    public int Index { get; } = index;
}

/// <summary>The doors for those who take renders in for others: they say who asked, and are told whether a render is new.</summary>
public interface IRenderIntake
{
    /// <inheritdoc cref="IRenders.EnqueueAsync(RenderRequest, string?, CancellationToken)"/>
    /// <param name="request">What to render.</param>
    /// <param name="idempotencyKey">The same key with the same request returns the same render.</param>
    /// <param name="actor">Who asked, for the ledger.</param>
    /// <param name="cancellationToken">Gives up before the render is accepted.</param>
    Task<AcceptedRender> EnqueueAsync(RenderRequest request, string? idempotencyKey, string? actor, CancellationToken cancellationToken = default);

    /// <summary>Accepts all of these, in one transaction, or none. The same batch again, with its keys, returns the same renders.</summary>
    /// <param name="orders">What to render; without reference images.</param>
    /// <param name="actor">Who asked, for the ledger.</param>
    /// <param name="cancellationToken">Gives up before they are accepted.</param>
    /// <returns>Those accepted, in the order of the orders.</returns>
    /// <exception cref="RenderBatchException">One of them is wrong, or its key was used for another request. Nothing was written.</exception>
    Task<IReadOnlyList<AcceptedRender>> EnqueueAllAsync(IReadOnlyList<RenderOrder> orders, string? actor, CancellationToken cancellationToken = default);

    /// <inheritdoc cref="IRenders.RenderAgainAsync"/>
    Task<AcceptedRender> AcceptAgainAsync(Guid id, string? prompt, string? idempotencyKey, string? actor, CancellationToken cancellationToken = default);

    /// <inheritdoc cref="IRenders.RemixAsync(Guid, RemixRequest, string?, string?, CancellationToken)"/>
    Task<AcceptedRender> AcceptRemixAsync(Guid id, RemixRequest request, string? idempotencyKey, string? actor, CancellationToken cancellationToken = default);
}
