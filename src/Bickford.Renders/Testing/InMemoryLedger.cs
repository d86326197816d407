using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Bickford.Renders.Ledger;

namespace Bickford.Renders.Testing;

/// <summary>A ledger in memory, for tests: same rules, nothing durable.</summary>
/// <param name="timeProvider">The clock of callers' events.</param>
public sealed partial class InMemoryLedger(TimeProvider timeProvider) : ILedger
{
    private readonly List<LedgerEvent> _events = [];
    private readonly Dictionary<Guid, LedgerEvent> _byId = [];
    private readonly Dictionary<string, LedgerEvent> _heads = new(StringComparer.Ordinal);

    // Rows and events change together under this lock, as in one database.
    internal Lock Gate { get; } = new();

    internal Func<IReadOnlyList<LedgerHead>> Heads { get; set; } = () => [];

    /// <inheritdoc/>
    public Task<LedgerEvent> RecordAsync(string stream, string type, JsonObject payload, Guid? eventId = null, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var entry = CallerEvents.Check(stream, type, payload, eventId, timeProvider.GetUtcNow());
        lock (Gate)
        {
            return Task.FromResult(_byId.TryGetValue(entry.EventId, out var existing) ? existing : Append(stream, null, [entry])[0]);
        }
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<LedgerEvent> ReadAsync(long after = 0, string? stream = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        for (var seq = Math.Max(after, 0); ; seq++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            LedgerEvent next;
            lock (Gate)
            {
                if (seq >= _events.Count)
                    yield break;
                next = _events[(int)seq];
            }

            if (stream is null || next.Stream == stream)
                yield return next;
        }
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<LedgerEvent>> TailAsync(int count, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, 1_000);
        cancellationToken.ThrowIfCancellationRequested();
        lock (Gate)
        {
            return Task.FromResult<IReadOnlyList<LedgerEvent>>([.. _events.TakeLast(count).Reverse()]);
        }
    }

    /// <inheritdoc/>
    public Task<LedgerReport> VerifyAsync(CancellationToken cancellationToken = default)
    {
        lock (Gate)
        {
            var events = _events.OrderBy(e => e.Stream, StringComparer.Ordinal).ThenBy(e => e.RenderSeq).Select(LedgerItem.Of).ToList();
            return LedgerVerifier.VerifyAsync(
                new LedgerSnapshot
                {
                    Events = events.ToAsyncEnumerable(),
                    Heads = Heads().OrderBy(head => head.Stream, StringComparer.Ordinal).ToAsyncEnumerable(),
                    Leaves = _events.Select(e => new LedgerLeaf(e.Seq, e.Hash)).ToList().ToAsyncEnumerable(),
                    Seals = _seals.ToList().ToAsyncEnumerable(),
                    LastPosition = _events.Count,
                },
                cancellationToken);
        }
    }

    /// <summary>Appends behind the stream's newest event; all or nothing. The caller holds <see cref="Gate"/>.</summary>
    internal IReadOnlyList<LedgerEvent> Append(string stream, Guid? renderId, IReadOnlyList<LedgerEntry> entries)
    {
        _heads.TryGetValue(stream, out var head);
        var events = LedgerChain.Extend(stream, renderId, head?.RenderSeq ?? 0, head?.Hash ?? "", entries)
            .Select((e, index) => e with { Seq = _events.Count + index + 1 })
            .ToList();
        if (events.GroupBy(e => e.EventId).FirstOrDefault(same => same.Count() > 1 || _byId.ContainsKey(same.Key)) is { } taken)
            throw new InvalidOperationException($"event {taken.Key} is on the ledger already");

        foreach (var e in events)
        {
            _events.Add(e);
            _byId.Add(e.EventId, e);
            _heads[stream] = e;
        }

        return events;
    }
}
