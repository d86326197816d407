using System.Text.Json.Nodes;
using Bickford.Renders.Ledger;
using Bickford.Renders.Simulation.Faults;

namespace Bickford.Renders.Simulation.Workers;

/// <summary>The way from one process to the ledger, for events that belong to no row.</summary>
internal sealed class SimulatedLedger(Life life, ILedger ledger) : ILedger
{
    public Task<LedgerEvent> RecordAsync(string stream, string type, JsonObject payload, Guid? eventId = null, CancellationToken cancellationToken = default) =>
        life.CallAsync(Boundary.Commit, () => ledger.RecordAsync(stream, type, payload, eventId, CancellationToken.None), SimulatedRows.Lost, static fault => fault != Fault.PersonCancels, cancellationToken);

    public IAsyncEnumerable<LedgerEvent> ReadAsync(long after = 0, string? stream = null, CancellationToken cancellationToken = default) => throw new NotSupportedException("nobody reads it here");

    public Task<IReadOnlyList<LedgerEvent>> TailAsync(int count, CancellationToken cancellationToken = default) => throw new NotSupportedException("nobody reads it here");

    public Task<LedgerReport> VerifyAsync(CancellationToken cancellationToken = default) => throw new NotSupportedException("nobody reads it here");

    public IAsyncEnumerable<LedgerEvent> ReadAsync(string cursor, CancellationToken cancellationToken = default) => throw new NotSupportedException("nobody reads it here");

    public Task<LedgerCursor> AcknowledgeAsync(string cursor, long seq, CancellationToken cancellationToken = default) => throw new NotSupportedException("nobody reads it here");

    public Task<LedgerCursor> MoveCursorAsync(string cursor, long seq, CancellationToken cancellationToken = default) => throw new NotSupportedException("nobody reads it here");

    public Task<LedgerCursor?> FindCursorAsync(string cursor, CancellationToken cancellationToken = default) => throw new NotSupportedException("nobody reads it here");

    public Task<IReadOnlyList<LedgerCursor>> ListCursorsAsync(CancellationToken cancellationToken = default) => throw new NotSupportedException("nobody reads it here");

    public Task<bool> RemoveCursorAsync(string cursor, CancellationToken cancellationToken = default) => throw new NotSupportedException("nobody reads it here");
}
