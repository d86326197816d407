using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Bickford.Renders.Ledger;
using Bickford.Renders.Tests.Support;

namespace Bickford.Renders.Tests.Ledger;

/// <summary>Events that are looked at in the bytes of the store are found right or wrong as those that are looked at one by one, whatever was done to them.</summary>
public sealed class EventPagePropertyTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public Task A_ledger_in_pages_has_the_faults_of_the_same_ledger_in_objects() => Fuzz.CheckAsync(600, AnyLedger, async ledger =>
    {
        var (events, heads, seals) = ledger;
        var items = events.OrderBy(e => e.Stream, StringComparer.Ordinal).ThenBy(e => e.RenderSeq).ThenBy(e => e.Seq).Select(LedgerItem.Of).ToList();

        var one = await VerifyAsync(items.ToAsyncEnumerable(), Leaves(events).ToAsyncEnumerable(), ledger);
        var paged = await VerifyAsync(new Paged(items), new PagedLeaves([.. Leaves(events)]), ledger);

        paged.ShouldBe(one);
    });

    [Fact]
    public void What_renders_and_callers_write_needs_no_objects()
    {
        var (events, heads) = Written(new Random(1), renders: 3);
        var page = PageOf(events.Select(LedgerItem.Of));
        page.Check();

        foreach (var e in page.Events)
        {
            e.Item.ShouldBeNull();
            e.HasRightId.ShouldBe(e.IsOfRender);
        }

        Enumerable.Range(0, events.Count).Select(i => page.Item(page.Events[i]).Event).ShouldBe(events);
        heads.Count.ShouldBe(3);
    }

    [Theory]
    [InlineData("019CA945-0a00-71c2-9ec4-aab956a08df2", "2026-03-01T12:00:00.000Z", "note")]
    [InlineData("{19ca945-0a00-71c2-9ec4-aab956a08df2", "2026-03-01T12:00:00.000Z", "note")]
    [InlineData("019ca945-0a00-71c2-9ec4-aab956a08df2", "2026-02-29T12:00:00.000Z", "note")]
    [InlineData("019ca945-0a00-71c2-9ec4-aab956a08df2", "2026-03-01T24:00:00.000Z", "note")]
    [InlineData("019ca945-0a00-71c2-9ec4-aab956a08df2", "2026-03-01 12:00:00.000Z", "note")]
    [InlineData("019ca945-0a00-71c2-9ec4-aab956a08df2", "0000-03-01T12:00:00.000Z", "note")]
    [InlineData("019ca945-0a00-71c2-9ec4-aab956a08df2", "2026-03-01T12:00:00.000Z", "no\nte")]
    [InlineData("019ca945-0a00-71c2-9ec4-aab956a08df2", "2026-03-01T12:00:00.000Z", "no\0te")]
    public void A_right_hash_over_another_form_is_not_plainly_right(string id, string time, string type)
    {
        new EventPage().TryAdd(Columns("019ca945-0a00-71c2-9ec4-aab956a08df2", "2026-03-01T12:00:00.000Z", "note", "{}"u8)).ShouldBeTrue();
        new EventPage().TryAdd(Columns(id, time, type, "{}"u8)).ShouldBeFalse();
    }

    [Fact]
    public void A_right_hash_over_what_is_no_text_is_not_plainly_right()
    {
        var page = new EventPage();
        page.TryAdd(Columns("019ca945-0a00-71c2-9ec4-aab956a08df2", "2026-03-01T12:00:00.000Z", "note", "{\"a\":\"ü\"}"u8)).ShouldBeTrue();
        page.TryAdd(Columns("019ca945-0a00-71c2-9ec4-aab956a08df2", "2026-03-01T12:00:00.000Z", "note", [.. "{\"a\":\""u8, 0xC3, 0x28, .. "\"}"u8])).ShouldBeTrue();
        page.Check();

        page.Events[0].Item.ShouldBeNull();
        page.Events[1].Item.ShouldNotBeNull();
    }

    private static EventColumns Columns(string id, string time, string type, ReadOnlySpan<byte> payload) => new()
    {
        Seq = 1,
        RenderSeq = 1,
        EventId = Encoding.UTF8.GetBytes(id),
        Stream = "notes"u8,
        Type = Encoding.UTF8.GetBytes(type),
        OccurredAt = Encoding.UTF8.GetBytes(time),
        Payload = payload,
        PrevHash = Encoding.UTF8.GetBytes(LedgerHash.Genesis),
        Hash = Encoding.UTF8.GetBytes(Convert.ToHexStringLower(SHA256.HashData([.. Encoding.UTF8.GetBytes($"{LedgerHash.Genesis}\n{id}\nnotes\n1\n{type}\n{time}\n"), .. payload, (byte)'\n']))),
    };

    private static Task<LedgerReport> VerifyAsync(IAsyncEnumerable<LedgerItem> items, IAsyncEnumerable<LedgerLeaf> leaves, Tampered ledger) =>
        LedgerVerifier.VerifyAsync(new LedgerSnapshot
        {
            Events = items,
            Heads = ledger.Heads.OrderBy(head => head.Stream, StringComparer.Ordinal).ToAsyncEnumerable(),
            Leaves = leaves,
            Seals = ledger.Seals.ToAsyncEnumerable(),
            LastPosition = ledger.Events.Count,
        });

    private static IEnumerable<LedgerLeaf> Leaves(List<LedgerEvent> events) => events.OrderBy(e => e.Seq).Select(e => new LedgerLeaf(e.Seq, e.Hash));

    private static Tampered AnyLedger(Random random)
    {
        var (events, heads) = Written(random, renders: random.Next(1, 4));
        var seals = Sealed(random, events);
        for (var changes = random.Next(4); changes > 0; changes--)
        {
            var at = random.Next(events.Count);
            var other = events[random.Next(events.Count)];
            events[at] = Changed(random, events[at], other);
            // Half of them under a right hash; some of those with all that follows.
            for (var from = at; random.Chance(0.6) && from >= 0;)
            {
                var e = events[from] = Rehashed(events[from]);
                from = events.FindIndex(next => next.Stream == e.Stream && next.RenderSeq == e.RenderSeq + 1);
                if (from >= 0)
                    events[from] = Rehashed(events[from] with { PrevHash = e.Hash });
            }
        }

        if (random.Chance(0.2))
            events.RemoveAt(random.Next(events.Count));
        if (random.Chance(0.3))
            heads[0] = ChangedHead(random, heads[0]);
        if (random.Chance(0.1))
            heads.RemoveAt(0);
        if (random.Chance(0.2) && seals.Count > 0)
            seals.RemoveAt(random.Next(seals.Count));
        return new Tampered(events, heads, seals);
    }

    private static List<LedgerSeal> Sealed(Random random, List<LedgerEvent> events)
    {
        var seals = new List<LedgerSeal>();
        for (var done = 0; done < events.Count && random.Chance(0.8);)
        {
            var block = Leaves(events).Skip(done).Take(random.Next(1, 6)).ToList();
            seals.Add(LedgerSeal.Over(seals.LastOrDefault(), block, Start));
            done += block.Count;
        }

        return seals;
    }

    private static LedgerEvent Changed(Random random, LedgerEvent e, LedgerEvent other) => random.Next(10) switch
    {
        0 => e with { Payload = Stored(Arbitrary.Mutated(random, e.Payload)) },
        1 => e with { Payload = e.Payload.Replace(",", ", ", StringComparison.Ordinal) },
        2 => e with { Payload = Stored(Arbitrary.Json(random, 3, "version", "event_id", "status")) },
        3 => e with { Type = random.Pick("render.completed", "render.created", "note", "nöte", "a\nb", other.Type) },
        4 => e with { EventId = other.EventId },
        5 => e with { RenderId = other.RenderId },
        6 => e with { Stream = random.Pick(other.Stream, "renders/x", "ä") },
        7 => e with { RenderSeq = other.RenderSeq },
        8 => e with { Hash = random.Pick(other.Hash, e.Hash.ToUpperInvariant(), "é" + LedgerHash.Genesis[1..], "") },
        _ => e with { PrevHash = other.Hash, OccurredAt = other.OccurredAt },
    };

    // A store gives no halves of surrogate pairs back.
    private static string Stored(string text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));

    private static LedgerHead ChangedHead(Random random, LedgerHead head) => random.Next(6) switch
    {
        0 => head with { Status = random.Pick("Completed", "COMPLETED", "Failed", "Störing") },
        1 => head with { VideoId = random.Pick(null, "video_x", "null") },
        2 => head with { StorageUri = random.Pick(null, "file:///ü", "(unreadable)") },
        3 => head with { Version = random.Next(6) },
        4 => head with { LedgerSeq = random.Next(6) },
        _ => head with { LedgerHash = "x" },
    };

    private static LedgerEvent Rehashed(LedgerEvent e) =>
        e with { Hash = LedgerHash.Compute(e.PrevHash, e.EventId, e.Stream, e.RenderSeq, e.Type, e.OccurredAt, e.Payload) };

    private static (List<LedgerEvent> Events, List<LedgerHead> Heads) Written(Random random, int renders)
    {
        var events = new List<LedgerEvent>();
        var heads = new List<LedgerHead>();
        for (var number = 0; number < renders; number++)
        {
            var id = Guid.CreateVersion7(Start.AddSeconds(number));
            var (uri, video) = (random.Pick(null, "file:///v/a.mp4", "file:///v/\"ü\".mp4"), random.Pick(null, "video_1"));
            var entries = Enumerable.Range(1, random.Next(1, 5)).Select(version =>
            {
                var type = random.Pick("render.created", "render.stored", LedgerHash.Completed);
                var eventId = LedgerHash.EventIdOf(id, version, type);
                return new LedgerEntry(eventId, type, Start.AddSeconds(version), new JsonObject
                {
                    ["event_id"] = eventId.ToString("D"),
                    ["version"] = version,
                    ["status"] = "Completed",
                    ["video_id"] = video,
                    ["storage_uri"] = uri,
                    ["prompt"] = random.Pick("A lighthouse", "Ein \"Leuchtturm\"\nim Nebel – 灯台 🗼", new string('x', 5_000)),
                    ["cost"] = 0.4,
                    ["tags"] = new JsonArray("a", null, 1.5),
                });
            }).ToList();
            var chained = LedgerChain.Extend(LedgerHash.StreamOf(id), id, 0, "", entries);
            events.AddRange(chained);
            heads.Add(new LedgerHead(chained[0].Stream, "Completed", video, uri, entries.Count, entries.Count, chained[^1].Hash));
        }

        events.AddRange(LedgerChain.Extend("notes/ä", null, 0, "", [.. Enumerable.Range(1, 3).Select(round =>
            new LedgerEntry(Guid.CreateVersion7(Start), "note", Start, new JsonObject { ["round"] = round, ["text"] = "über \\ \t" }))]));
        return ([.. events.Select((e, index) => e with { Seq = index + 1 })], heads);
    }

    private static EventPage PageOf(IEnumerable<LedgerItem> items)
    {
        var page = new EventPage();
        foreach (var e in items.Select(item => item.Event!))
        {
            if (!page.TryAdd(new EventColumns
            {
                Seq = e.Seq,
                RenderSeq = e.RenderSeq,
                EventId = Encoding.UTF8.GetBytes(e.EventId.ToString("D")),
                Stream = Encoding.UTF8.GetBytes(e.Stream),
                HasRenderId = e.RenderId is not null,
                RenderId = Encoding.UTF8.GetBytes(e.RenderId?.ToString("D") ?? ""),
                Type = Encoding.UTF8.GetBytes(e.Type),
                OccurredAt = Encoding.UTF8.GetBytes(LedgerHash.TimeText(e.OccurredAt)),
                Payload = Encoding.UTF8.GetBytes(e.Payload),
                PrevHash = Encoding.UTF8.GetBytes(e.PrevHash),
                Hash = Encoding.UTF8.GetBytes(e.Hash),
            }))
            {
                page.Add((LedgerItem.Of(e), e.RenderSeq));
            }
        }

        return page;
    }

    private sealed class Paged(List<LedgerItem> items) : IAsyncEnumerable<LedgerItem>, IEventPages
    {
        public async IAsyncEnumerable<EventPage> ReadPagesAsync()
        {
            await Task.CompletedTask;
            foreach (var chunk in items.Chunk(4))
                yield return PageOf(chunk);
        }

        public IAsyncEnumerator<LedgerItem> GetAsyncEnumerator(CancellationToken cancellationToken = default) => throw new NotSupportedException();
    }

    private sealed class PagedLeaves(List<LedgerLeaf> leaves) : IAsyncEnumerable<LedgerLeaf>, ILeafPages
    {
        public async IAsyncEnumerable<LeafPage> ReadPagesAsync()
        {
            await Task.CompletedTask;
            var page = new LeafPage();
            foreach (var chunk in leaves.Chunk(4))
            {
                page.Clear();
                foreach (var leaf in chunk)
                {
                    if (!page.TryAdd(leaf.Seq, Encoding.UTF8.GetBytes(leaf.Hash)))
                        page.Add(leaf);
                }

                Enumerable.Range(0, page.Count).Select(page.Leaf).ShouldBe(chunk);
                yield return page;
            }
        }

        public IAsyncEnumerator<LedgerLeaf> GetAsyncEnumerator(CancellationToken cancellationToken = default) => throw new NotSupportedException();
    }

    private sealed record Tampered(List<LedgerEvent> Events, List<LedgerHead> Heads, List<LedgerSeal> Seals);
}
