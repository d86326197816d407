using System.Text.Json.Nodes;
using Bickford.Renders.Ledger;
using Bickford.Renders.Tests.Support;

namespace Bickford.Renders.Tests.Ledger;

/// <summary>A proof or a seal is a file from anywhere: it is the right one, a wrong one, or none; and reading it never fails in another way.</summary>
public sealed class LedgerProofPropertyTests
{
    private static readonly string[] Names =
    [
        "format", "event", "seq", "event_id", "stream", "render_seq", "type", "occurred_at", "payload", "prev_hash", "hash", "leaf", "index", "path", "seals",
        "number", "first_seq", "last_seq", "events", "root", "sealed_at",
    ];

    [Fact]
    public void Whatever_is_changed_in_a_proof_it_proves_the_same_event_or_nothing() => Fuzz.Check(400, Changed, input =>
    {
        var (right, text) = input;
        if (LedgerProof.Parse(text) is not { } proof)
            return;
        if (proof.Check() is { } problem)
        {
            problem.ShouldNotBeNullOrWhiteSpace();
            return;
        }

        proof.Event.ShouldBe(right.Event);
        proof.Index.ShouldBe(right.Index);
        proof.Seals[0].ShouldBe(right.Seals[0]);
        proof.CheckAgainst(right.Seals[0]).ShouldBeNull();
    });

    [Fact]
    public void Whatever_text_is_read_as_a_proof_or_a_seal_is_none_or_can_be_checked() => Fuzz.Check(1_500, AnyText, text =>
    {
        LedgerProof.Parse(text)?.Check().ShouldNotBeNull();
        LedgerSeal.Parse(text)?.ComputeHash().Length.ShouldBe(64);
    });

    private static string AnyText(Random random) => random.Next(3) switch
    {
        0 => Arbitrary.Text(random),
        1 => Arbitrary.Json(random, 4, Names),
        _ => $"{{\"format\":\"bickford-renders/ledger-{random.Pick("proof", "seal")}/1\",{Arbitrary.Json(random, 4, Names)[1..]}",
    };

    private static (LedgerProof Right, string Text) Changed(Random random)
    {
        var whole = LedgerChainPropertyTests.Whole.Of(random);
        var seal = random.Pick(whole.Seals);
        var block = whole.Events.Where(e => e.Seq >= seal.FirstSeq && e.Seq <= seal.LastSeq).ToList();
        var index = random.Next(block.Count);
        var path = MerkleTree.Path([.. block.Select(e => new LedgerLeaf(e.Seq, e.Hash).ToLeafHash())], index);
        var proof = new LedgerProof(block[index], index, [.. path.Select(Convert.ToHexStringLower)], [seal, .. whole.Seals.Where(later => later.Number > seal.Number)]);
        proof.Check().ShouldBeNull();

        var json = proof.ToJson();
        if (random.Chance(0.3))
            return (proof, Arbitrary.Mutated(random, json.ToJsonString()));
        Replace(random, json);
        return (proof, json.ToJsonString());
    }

    // One field, at any depth, becomes something else or is taken away.
    private static void Replace(Random random, JsonNode node)
    {
        while (true)
        {
            var children = node is JsonObject members ? members.Select(member => member.Value).ToList() : [.. node.AsArray()];
            if (children.Count == 0)
                return;
            var at = random.Next(children.Count);
            if (children[at] is JsonObject or JsonArray && random.Chance(0.8))
            {
                node = children[at]!;
                continue;
            }

            if (node is JsonObject own)
            {
                var name = own.ElementAt(at).Key;
                if (random.Chance(0.2))
                    own.Remove(name);
                else
                    own[name] = Another(random);
            }
            else
            {
                node.AsArray()[at] = Another(random);
            }

            return;
        }
    }

    private static JsonNode? Another(Random random)
    {
        try
        {
            var another = JsonNode.Parse(Arbitrary.Json(random, 2, Names));
            another?.ToJsonString();
            return another;
        }
        catch (Exception e) when (e is System.Text.Json.JsonException or InvalidOperationException)
        {
            // too deep, or half a surrogate pair, which a node can hold but not write
            return JsonValue.Create(long.MaxValue - random.Next(3));
        }
    }
}
