using Bickford.Renders.Ledger;

namespace Bickford.Renders.Testing;

/// <summary>Named readers of the ledger.</summary>
public sealed partial class InMemoryLedger
{
    private readonly SortedDictionary<string, LedgerCursor> _cursors = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public IAsyncEnumerable<LedgerEvent> ReadAsync(string cursor, CancellationToken cancellationToken = default)
    {
        CursorRules.Check(cursor);
        lock (Gate)
        {
            return ReadAsync(_cursors.GetValueOrDefault(cursor)?.Position ?? 0, null, cancellationToken);
        }
    }

    /// <inheritdoc/>
    public Task<LedgerCursor> AcknowledgeAsync(string cursor, long seq, CancellationToken cancellationToken = default)
    {
        lock (Gate)
        {
            return Put(cursor, seq, onlyOn: true, cancellationToken);
        }
    }

    /// <inheritdoc/>
    public Task<LedgerCursor> MoveCursorAsync(string cursor, long seq, CancellationToken cancellationToken = default)
    {
        lock (Gate)
        {
            return Put(cursor, seq, onlyOn: false, cancellationToken);
        }
    }

    /// <inheritdoc/>
    public Task<LedgerCursor?> FindCursorAsync(string cursor, CancellationToken cancellationToken = default)
    {
        CursorRules.Check(cursor);
        cancellationToken.ThrowIfCancellationRequested();
        lock (Gate)
        {
            return Task.FromResult(_cursors.GetValueOrDefault(cursor));
        }
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<LedgerCursor>> ListCursorsAsync(CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (Gate)
        {
            return Task.FromResult<IReadOnlyList<LedgerCursor>>([.. _cursors.Values]);
        }
    }

    /// <inheritdoc/>
    public Task<bool> RemoveCursorAsync(string cursor, CancellationToken cancellationToken = default)
    {
        CursorRules.Check(cursor);
        cancellationToken.ThrowIfCancellationRequested();
        lock (Gate)
        {
            return Task.FromResult(_cursors.Remove(cursor));
        }
    }

    private Task<LedgerCursor> Put(string cursor, long seq, bool onlyOn, CancellationToken cancellationToken)
    {
        CursorRules.Check(cursor);
        cancellationToken.ThrowIfCancellationRequested();
        var to = CursorRules.Target(seq, long.MaxValue, _events.Count);
        if (!onlyOn || !_cursors.TryGetValue(cursor, out var held) || held.Position < to)
            _cursors[cursor] = new LedgerCursor(cursor, to, timeProvider.GetUtcNowMs());
        return Task.FromResult(_cursors[cursor]);
    }
}
