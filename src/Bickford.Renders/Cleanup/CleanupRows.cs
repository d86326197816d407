using Bickford.Renders.Ledger;
using Bickford.Renders.Policies;
using Bickford.Renders.Ports;

namespace Bickford.Renders.Cleanup;

/// <summary>Changes of rows by clean-up, guarded by their versions: of two runs that want the same, one writes.</summary>
internal sealed class CleanupRows(IRenderStore store)
{
    /// <summary>Commits what was decided about exactly this row.</summary>
    /// <exception cref="RenderConflictException">It has changed since.</exception>
    public async Task<Render> BeginAsync(Render row, Func<Render, Transition> change, CancellationToken cancellationToken)
    {
        var transition = change(row);
        return await store.CommitAsync(transition.Next, row.Version, transition.Entries, cancellationToken) == CommitResult.Committed
            ? LedgerChain.WithHead(transition.Next, transition.Entries)
            : throw new RenderConflictException("the render was changed meanwhile");
    }

    /// <summary>Commits what was done, whatever else has changed meanwhile. Not given up half-way: it is done already.</summary>
    /// <param name="row">The row as it was.</param>
    /// <param name="isNoted">True for a row that says so already: another run did the same.</param>
    /// <param name="change">Says so.</param>
    public async Task EndAsync(Render row, Func<Render, bool> isNoted, Func<Render, Transition> change)
    {
        while (true)
        {
            var transition = change(row);
            if (await store.CommitAsync(transition.Next, row.Version, transition.Entries, CancellationToken.None) == CommitResult.Committed)
                return;
            if (await store.GetAsync(row.Id, CancellationToken.None) is not { } fresh || isNoted(fresh))
                return;
            row = fresh;
        }
    }
}
