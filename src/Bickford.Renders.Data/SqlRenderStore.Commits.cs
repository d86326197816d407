using System.Collections.Concurrent;
using Bickford.Renders.Ledger;
using Bickford.Renders.Policies;
using Bickford.Renders.Ports;

namespace Bickford.Renders.Data;

/// <content>Changes of rows, each with its events, against the version that the caller has seen.</content>
internal sealed partial class SqlRenderStore
{
    private readonly ConcurrentDictionary<(bool KeepsLease, bool Appends, bool TakesTurn, bool IsLook), string> _updates = new();

    public Task<CommitResult> CommitAsync(Render next, long expectedVersion, IReadOnlyList<LedgerEntry> entries, CancellationToken cancellationToken = default) =>
        CommitAsync(next, expectedVersion, entries, null, cancellationToken);

    public Task<CommitResult> CommitIntentAsync(
        Render next, long expectedVersion, IReadOnlyList<LedgerEntry> entries, IntentLimits limits, CancellationToken cancellationToken = default) =>
        CommitAsync(next, expectedVersion, entries, limits.Any ? limits : null, cancellationToken);

    private async Task<CommitResult> CommitAsync(
        Render next, long expectedVersion, IReadOnlyList<LedgerEntry> entries, IntentLimits? limits, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(next.Version, expectedVersion + 1);
        try
        {
            // Not repeated when its answer is lost: the caller reads the row again and sees.
            return await database.WriteRowAsync(session => CommitAsync(session, next, expectedVersion, entries, limits), repeatable: false, cancellationToken);
        }
        catch (DatabaseException e) when (e.TakenColumn == "video_id")
        {
            return CommitResult.VideoIdTaken;
        }
    }

    private async Task<CommitResult> CommitAsync(SqlSession session, Render next, long expectedVersion, IReadOnlyList<LedgerEntry> entries, IntentLimits? limits, bool isLook = false)
    {
        var head = (Seq: next.LedgerSeq, Hash: next.LedgerHash);
        while (true)
        {
            // Events are chained to the head that the caller has seen, and written only if that is the row's head still.
            var events = Chain(next.Id, head.Seq, head.Hash, entries);
            var sql = UpdateSql(next, events.Count > 0, isLook);
            var parameters = UpdateParameters(isLook ? RenderTable.LookParameters(next) : RenderTable.Parameters(next), expectedVersion, head, events);
            if (limits is { MaxInFlight: > 0 })
            {
                sql += $" AND {RenderTable.CountInFlight(_renders)} < @max_in_flight";
                parameters.Add("max_in_flight", (long)limits.MaxInFlight);
            }

            if (limits is { Spending.Count: > 0 })
                sql += SqlSpending.KeepsWithin(limits.Spending, _renders, _dialect, parameters, next.Cost);

            if (await _dialect.WriteRowAsync(session, sql, parameters, events, counts: limits is not null) is not null)
                return CommitResult.Committed;

            var row = await session.FirstAsync(
                $"SELECT version, ledger_seq, ledger_hash FROM {_renders} WHERE id = @id",
                row => new { Version = row.Number("version"), Head = (row.Number("ledger_seq"), row.Text("ledger_hash")) },
                new { id = _dialect.Value(next.Id) });
            if (row is null || row.Version != expectedVersion)
                return CommitResult.Conflict;
            if (limits is not null && row.Head == head)
                return limits.Spending.Count == 0 || (limits.MaxInFlight > 0 && await IsFullAsync(session, next.Id, limits.MaxInFlight)) ? CommitResult.NoRoom : CommitResult.OverBudget;
            head = row.Head;
        }
    }

    private async Task<bool> IsFullAsync(SqlSession session, Guid id, int max) =>
        await session.NumberAsync($"SELECT {RenderTable.CountInFlight(_renders)}", new { id = _dialect.Value(id), max_in_flight = max }) >= max;

    // The same few texts again and again: what differs are the values.
    private string UpdateSql(Render next, bool appends, bool isLook) => _updates.GetOrAdd(
        (next.LeaseOwner is not null, appends, next.Turn < 0, isLook),
        update =>
            $"""
            UPDATE {_renders} SET {(update.IsLook ? RenderTable.LookAssignments : RenderTable.Assignments)}, lease_until = {(update.KeepsLease ? "lease_until" : "NULL")}{(update.Appends ? ", ledger_seq = @next_seq, ledger_hash = @next_hash" : "")}{(update.TakesTurn ? $", turn = {RenderTable.NextTurn(_renders, _dialect)}" : "")}
            WHERE id = @id AND version = @expected{(update.Appends ? " AND ledger_seq = @head_seq AND ledger_hash = @head_hash" : "")}
            """);

    private static TypedParameters UpdateParameters(TypedParameters parameters, long expectedVersion, (long Seq, string Hash) head, IReadOnlyList<LedgerEvent> events)
    {
        parameters.Add("expected", expectedVersion);
        if (events.Count > 0)
        {
            parameters.Add("head_seq", head.Seq);
            parameters.Add("head_hash", head.Hash);
            parameters.Add("next_seq", events[^1].RenderSeq);
            parameters.Add("next_hash", events[^1].Hash);
        }

        return parameters;
    }
}
