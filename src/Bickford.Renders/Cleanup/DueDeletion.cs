using Bickford.Renders.Ports;

namespace Bickford.Renders.Cleanup;

/// <summary>A thing that a rule says is due, and how to delete it.</summary>
/// <param name="Item">What, and why.</param>
/// <param name="CheckAsync">Looks once more, just before: what speaks against it, or null. Changes nothing.</param>
/// <param name="DeleteAsync">Deletes it: why it could not be done, or null.</param>
internal sealed record DueDeletion(CleanupItem Item, Func<CancellationToken, Task<string?>> CheckAsync, Func<CancellationToken, Task<string?>> DeleteAsync);
