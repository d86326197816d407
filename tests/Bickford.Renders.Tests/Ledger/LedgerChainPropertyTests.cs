using System.Text.Json.Nodes;
using Bickford.Renders.Ledger;
using Bickford.Renders.Tests.Data;
using Bickford.Renders.Tests.Support;

namespace Bickford.Renders.Tests.Ledger;

/// <summary>Chains and seals of any content: whatever single thing somebody changes is found.</summary>
public sealed class LedgerChainPropertyTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public Task Any_single_change_of_the_events_is_found() => Fuzz.CheckAsync(200, Tampered, async ledgers =>
    {
        (await VerifyAsync(ledgers.Right, ledgers.Right.Events)).ShouldBe(new LedgerReport(true, ledgers.Right.Events.Count, 3, null, 0) { Seals = ledgers.Right.Seals.Count, SealedEvents = ledgers.Right.Events.Count });

        var report = await VerifyAsync(ledgers.Right, ledgers.Changed);

        report.Verified.ShouldBeFalse(ledgers.How);
        report.FirstFault.ShouldNotBeNull().Problem.ShouldNotBeNullOrWhiteSpace();
    });

    private static Task<LedgerReport> VerifyAsync(Whole right, IReadOnlyList<LedgerEvent> events) => LedgerVerifier.VerifyAsync(
        new LedgerSnapshot
        {
            Events = events.OrderBy(e => e.Stream, StringComparer.Ordinal).ThenBy(e => e.RenderSeq).ThenBy(e => e.Seq).Select(LedgerItem.Of).ToAsyncEnumerable(),
            Heads = AsyncEnumerable.Empty<LedgerHead>(),
            Leaves = events.OrderBy(e => e.Seq).Select(e => new LedgerLeaf(e.Seq, e.Hash)).ToAsyncEnumerable(),
            Seals = right.Seals.ToAsyncEnumerable(),
            LastPosition = right.Events.Count,
        },
        Cancellation);

    private static Tampering Tampered(Random random)
    {
        var right = Whole.Of(random);
        var events = right.Events.ToList();
        var at = random.Next(events.Count);
        var one = events[at];
        switch (random.Next(9))
        {
            case 0:
                events.RemoveAt(at);
                return new(right, events, $"event {one.Seq} dropped");
            case 1:
                events.Add(one with { Seq = events.Count + 1, RenderSeq = random.Chance(0.5) ? one.RenderSeq : one.RenderSeq + 1 });
                return new(right, events, $"event {one.Seq} doubled");
            case 2:
                var with = (at + 1 + random.Next(events.Count - 1)) % events.Count;
                (events[at], events[with]) = (events[with] with { Seq = one.Seq }, one with { Seq = events[with].Seq });
                return new(right, events, $"events {one.Seq} and {events[at].Seq} swapped");
            case 3:
                events[at] = one with { Payload = Edited(random, one.Payload) };
                return new(right, events, $"payload of event {one.Seq} edited");
            case 4:
                events[at] = one with { Type = one.Type + "x" };
                return new(right, events, $"type of event {one.Seq} edited");
            case 5:
                events[at] = one with { OccurredAt = one.OccurredAt.AddMilliseconds(random.Chance(0.5) ? 1 : 0.5) };
                return new(right, events, $"time of event {one.Seq} edited");
            case 6:
                events[at] = one with { EventId = new Guid(random.Next(), 1, 2, [3, 4, 5, 6, 7, 8, 9, 10]) };
                return new(right, events, $"id of event {one.Seq} edited");
            case 7:
                events[at] = one with { Hash = new string(one.Hash[0] == 'a' ? 'b' : 'a', 1) + one.Hash[1..] };
                return new(right, events, $"hash of event {one.Seq} edited");
            default:
                return new(right, Rewritten(events, at, Edited(random, one.Payload)), $"event {one.Seq} edited and every hash after it made right");
        }
    }

    // Somebody who knows how it is hashed: only the seals tell.
    private static List<LedgerEvent> Rewritten(List<LedgerEvent> events, int at, string payload)
    {
        var rewritten = events.ToList();
        rewritten[at] = rewritten[at] with { Payload = payload };
        var prevHash = rewritten[at].PrevHash;
        for (var i = at; i < rewritten.Count; i++)
        {
            var e = rewritten[i];
            if (e.Stream != rewritten[at].Stream)
                continue;
            var hash = LedgerHash.Compute(prevHash, e.EventId, e.Stream, e.RenderSeq, e.Type, e.OccurredAt, e.Payload);
            rewritten[i] = e with { PrevHash = prevHash, Hash = hash };
            prevHash = hash;
        }

        return rewritten;
    }

    private static string Edited(Random random, string payload)
    {
        var edited = JsonNode.Parse(payload)!.AsObject();
        edited[random.Pick("a", "b", "new")] = $"edited {Arbitrary.Unicode(random)}";
        return CanonicalJson.Of(edited) is var text && text != payload ? text : "{}";
    }

    internal sealed record Tampering(Whole Right, IReadOnlyList<LedgerEvent> Changed, string How);

    /// <summary>Three streams whose events lie between each other, and seals over all of them.</summary>
    internal sealed record Whole(IReadOnlyList<LedgerEvent> Events, IReadOnlyList<LedgerSeal> Seals)
    {
        private static readonly string[] Streams = ["notes", "notes/a", "audit"];

        public static Whole Of(Random random)
        {
            var (events, heads) = (new List<LedgerEvent>(), new Dictionary<string, LedgerEvent>());
            for (var i = 0; i < 6 + random.Next(8); i++)
            {
                var stream = i < 3 ? Streams[i] : random.Pick(Streams);
                var payload = new JsonObject { ["a"] = Arbitrary.Unicode(random), ["b"] = random.NextDouble() };
                var entry = CallerEvents.Check(stream, "note.made", payload, Guid.CreateVersion7(TestRenders.Start.AddSeconds(i)), TestRenders.Start.AddSeconds(i));
                var head = heads.GetValueOrDefault(stream);
                heads[stream] = LedgerChain.Extend(stream, null, head?.RenderSeq ?? 0, head?.Hash ?? "", [entry])[0] with { Seq = i + 1 };
                events.Add(heads[stream]);
            }

            var seals = new List<LedgerSeal>();
            foreach (var block in events.Chunk(random.Next(1, 9)))
                seals.Add(LedgerSeal.Over(seals.LastOrDefault(), [.. block.Select(e => new LedgerLeaf(e.Seq, e.Hash))], TestRenders.Start));
            return new Whole(events, seals);
        }
    }
}
