using System.Text.Json.Nodes;
using Bickford.Renders.Ledger;
using Bickford.Renders.Recovery;
using Bickford.Renders.Testing;
using Bickford.Renders.Tests.Ledger;
using Bickford.Renders.Tests.Support;

namespace Bickford.Renders.Tests.Recovery;

/// <summary>A database that was set back, and the copies of the seals that it had.</summary>
public sealed class SetBackSealsTests
{
    private readonly ManualTime _clock = new(Rows.Now);
    private readonly InMemoryVideoStore _store = new();
    private readonly InMemoryLedger _restored;

    public SetBackSealsTests() => _restored = new InMemoryLedger(_clock);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private SetBackSeals Seals => new(_restored, _store);

    [Fact]
    public async Task It_is_seen_until_the_last_copy_is_out_of_the_way_from_the_end_on()
    {
        await WriteAsync(new InMemoryLedger(_clock), "a", "b", "c");
        await WriteAsync(_restored, "a");

        (await Seals.AreThereAsync(Cancel)).ShouldBeTrue();
        var common = await Seals.LastCommonAsync(Cancel);
        var lost = await Seals.ListAsync(common, Cancel);
        (common!.Number, string.Join(' ', lost)).ShouldBe((1, "2 3"));
        await Seals.SetAsideAsync(3, Cancel);
        (await Seals.AreThereAsync(Cancel)).ShouldBeTrue("a crash here is seen at the next start");
        await Seals.SetAsideAsync(2, Cancel);
        await Seals.SetAsideAsync(2, Cancel);

        (await Seals.AreThereAsync(Cancel)).ShouldBeFalse();
        _store.Keys.Count(key => key.StartsWith("ledger/seals-set-aside/", StringComparison.Ordinal)).ShouldBe(2, "they still show what was");
        await WriteAsync(_restored, "another");
        (await Sealers.New(_restored, _store, _clock).VerifyCopiesAsync(Cancel)).ShouldSatisfyAllConditions(report => report.Faults.ShouldBe(0), report => report.Copies.ShouldBe(2));
    }

    [Fact]
    public async Task What_a_worker_sealed_after_the_restore_is_not_common()
    {
        await WriteAsync(new InMemoryLedger(_clock), "a", "b", "c");
        await WriteAsync(_restored, "a", "another");

        var common = await Seals.LastCommonAsync(Cancel);

        common!.Number.ShouldBe(1);
        (await Seals.ListAsync(common, Cancel)).ShouldBe([2, 3]);
    }

    [Fact]
    public async Task A_database_of_its_own_and_one_that_has_nothing_yet_are_not_set_back()
    {
        (await Seals.AreThereAsync(Cancel)).ShouldBeFalse();
        await WriteAsync(_restored, "a", "b");

        (await Seals.AreThereAsync(Cancel)).ShouldBeFalse();
        (await Seals.LastCommonAsync(Cancel))!.Number.ShouldBe(2);
        (await new SetBackSeals(new InMemoryLedger(_clock), _store).AreThereAsync(Cancel)).ShouldBeFalse();
    }

    // The same words make the same events and seals, whichever ledger they are written to. A copy that is another stays as it is.
    private async Task WriteAsync(InMemoryLedger ledger, params string[] words)
    {
        foreach (var word in words)
        {
            await ledger.RecordAsync("notes", "note", new JsonObject { ["text"] = word }, new Guid(word.Length, (short)word[0], (short)word[^1], new byte[8]), Cancel);
            await Sealers.New(ledger, _store, _clock).SealAsync(Cancel);
        }
    }
}
