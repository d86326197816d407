using Bickford.Renders.Ports;

namespace Bickford.Renders.Webhooks;

/// <summary>The hooks that are set, for people: try one out, and send again what it gave up on.</summary>
public interface IHooks
{
    /// <summary>The hooks of the settings, by name.</summary>
    IReadOnlyList<Hook> All { get; }

    /// <summary>Sends a message about nothing, now, once.</summary>
    /// <exception cref="RenderRequestException">There is no hook of this name.</exception>
    Task<HookAnswer> TestAsync(string hook, CancellationToken cancellationToken = default);

    /// <summary>Sends a dead letter again, now, once. It is off the list when it arrived; who dies in between has it still there.</summary>
    /// <exception cref="RenderRequestException">Its hook is not set any more, or its event is not on the ledger.</exception>
    Task<HookAnswer> RetryAsync(DeadLetter letter, CancellationToken cancellationToken = default);
}
