using System.Text.Json.Nodes;
using Bickford.Renders.Ledger;
using Bickford.Renders.Testing;
using Bickford.Renders.Tests.Data;

namespace Bickford.Renders.Tests.Ledger;

/// <summary>A proof holds by itself, and any change of it is seen.</summary>
public sealed class LedgerProofTests
{
    private readonly InMemoryLedger _ledger = new(new ManualClock(TestRenders.Start));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("event.payload.i", "9", "its content does not have its hash")]
    [InlineData("event.type", "\"note.edited\"", "its content does not have its hash")]
    [InlineData("event.occurred_at", "\"2026-03-01T12:00:00.001Z\"", "its content does not have its hash")]
    [InlineData("event.hash", "\"00\"", "its content does not have its hash")]
    [InlineData("event.seq", "4", "leads to another root")]
    [InlineData("event.seq", "40", "outside of it")]
    [InlineData("index", "3", "leads to another root")]
    [InlineData("index", "-1", "the path does not fit")]
    [InlineData("index", "5", "the path does not fit")]
    [InlineData("path", "[]", "the path does not fit")]
    [InlineData("path.0", "\"xyz\"", "the path does not fit")]
    [InlineData("path.0", "\"0000000000000000000000000000000000000000000000000000000000000000\"", "leads to another root")]
    [InlineData("seals.0.root", "\"0000000000000000000000000000000000000000000000000000000000000000\"", "leads to another root")]
    [InlineData("seals.0.sealed_at", "\"2026-03-01T12:00:00.001Z\"", "seal 1 was altered")]
    [InlineData("seals.1.sealed_at", "\"2026-03-01T12:00:00.001Z\"", "seal 2 was altered")]
    [InlineData("seals", "[]", "it has no seal")]
    public async Task Whatever_is_changed_in_a_proof_is_seen(string path, string value, string problem)
    {
        var json = (await ProofAsync()).ToJson();
        LedgerProof.Parse(json.ToJsonString())!.Check().ShouldBeNull();
        Replace(json, path.Split('.'), JsonNode.Parse(value));

        LedgerProof.Parse(json.ToJsonString()).ShouldNotBeNull().Check().ShouldNotBeNull().ShouldContain(problem);
    }

    [Fact]
    public async Task Seals_that_are_no_chain_are_seen()
    {
        var proof = await ProofAsync();

        (proof with { Seals = [proof.Seals[0], proof.Seals[2]] }).Check().ShouldBe("seal 3 does not continue seal 1");
    }

    [Fact]
    public async Task However_a_proof_is_laid_out_it_holds()
    {
        var json = (await ProofAsync()).ToJson();

        LedgerProof.Parse(json.ToJsonString(new() { WriteIndented = true }))!.Check().ShouldBeNull();
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("not json")]
    [InlineData("""{"format":"bickford-renders/ledger-proof/1"}""")]
    [InlineData("""{"format":"bickford-renders/ledger-proof/1","event":[],"seals":[]}""")]
    [InlineData("""{"format":"bickford-renders/ledger-proof/1","event":{"seq":"1"},"seals":{}}""")]
    public void What_is_no_proof_is_none(string text) => LedgerProof.Parse(text).ShouldBeNull();

    [Fact]
    public async Task A_proof_is_held_against_a_seal_from_elsewhere()
    {
        var proof = await ProofAsync();
        var another = proof.Seals[0] with { SealedAt = TestRenders.Start.AddDays(1) };

        proof.CheckAgainst(proof.Seals[0]).ShouldBeNull();
        proof.CheckAgainst(proof.Seals[2]).ShouldBeNull("the chain leads to it");
        (proof with { Seals = [proof.Seals[0]] }).CheckAgainst(proof.Seals[2]).ShouldBe("the given seal is number 3, the proof has 1");
        proof.CheckAgainst(another).ShouldBe("the given seal was altered: its content does not have its hash");
        proof.CheckAgainst(another with { Hash = another.ComputeHash() }).ShouldBe("the given seal is another than the proof's: one of them is forged");
    }

    private async Task<LedgerProof> ProofAsync()
    {
        for (var i = 0; i < 15; i++)
            await _ledger.RecordAsync("notes", "note", new JsonObject { ["i"] = i }, null, Cancellation);
        await Sealers.New(_ledger, new InMemoryVideoStore(), new ManualClock(TestRenders.Start), maxEvents: 5).SealAsync(Cancellation);
        var third = await _ledger.ReadAsync(2, null, Cancellation).FirstAsync(Cancellation);
        return (await LedgerProof.MakeAsync(_ledger, third, withChain: true, Cancellation)).ShouldNotBeNull();
    }

    private static void Replace(JsonNode node, string[] path, JsonNode? value)
    {
        foreach (var step in path[..^1])
            node = node is JsonArray array ? array[int.Parse(step)]! : node[step]!;
        if (node is JsonArray list)
            list[int.Parse(path[^1])] = value;
        else
            node[path[^1]] = value;
    }
}
