namespace Bickford.Renders.Ledger;

/// <summary>Puts new events behind the newest one of their stream. Stores do it inside the transaction that writes them.</summary>
public static class LedgerChain
{
    /// <summary>The entries as events; their <see cref="LedgerEvent.Seq"/> is 0 until the store has given them a position.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="renderId">The render, for a render's stream.</param>
    /// <param name="headSeq">Position in the stream of its newest event; 0 for none.</param>
    /// <param name="headHash">Hash of that event; not looked at for none.</param>
    /// <param name="entries">What is appended, in order.</param>
    /// <exception cref="System.Text.Json.JsonException">A payload has no canonical form.</exception>
    public static IReadOnlyList<LedgerEvent> Extend(string stream, Guid? renderId, long headSeq, string headHash, IReadOnlyList<LedgerEntry> entries)
    {
        var events = new List<LedgerEvent>(entries.Count);
        var prevHash = headSeq == 0 ? LedgerHash.Genesis : headHash;
        foreach (var entry in entries)
        {
            var payload = CanonicalJson.Of(entry.Payload);
            var occurredAt = WholeMilliseconds(entry.OccurredAt);
            var hash = LedgerHash.Compute(prevHash, entry.EventId, stream, ++headSeq, entry.Type, occurredAt, payload);
            events.Add(new LedgerEvent(0, entry.EventId, stream, renderId, headSeq, entry.Type, occurredAt, payload, prevHash, hash));
            prevHash = hash;
        }

        return events;
    }

    /// <summary>
    /// The row as it stands after a commit with these events, if its head was right before it: what is committed next need not ask for
    /// the head first. A store checks it all the same.
    /// </summary>
    internal static Render WithHead(Render committed, IReadOnlyList<LedgerEntry> entries) =>
        Extend(LedgerHash.StreamOf(committed.Id), committed.Id, committed.LedgerSeq, committed.LedgerHash, entries) is [.., var last]
            ? committed with { LedgerSeq = last.RenderSeq, LedgerHash = last.Hash }
            : committed;

    /// <summary>The time in UTC without what is finer than a millisecond, as it is hashed and stored.</summary>
    public static DateTimeOffset WholeMilliseconds(DateTimeOffset time) =>
        new(time.UtcTicks - (time.UtcTicks % TimeSpan.TicksPerMillisecond), TimeSpan.Zero);
}
