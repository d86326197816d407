using System.Text;
using System.Text.Json.Nodes;
using Bickford.Renders.Ledger;
using Bickford.Renders.Ports;
using Bickford.Renders.Testing;
using Bickford.Renders.Tests.Data;
using NSubstitute;
using NSubstitute.ExceptionExtensions;

namespace Bickford.Renders.Tests.Ledger;

/// <summary>How every ledger is sealed.</summary>
public abstract class SealContract : DatabaseContract
{
    private readonly InMemoryVideoStore _copies = new();

    private ILedger Ledger => Fixture.Ledger;

    private ILedgerSeals Seals => Fixture.Seals;

    [Fact]
    public async Task An_empty_ledger_needs_no_seal()
    {
        (await Sealer().SealAsync(Cancellation)).ShouldBe(new SealRun(0, 0, 0, null));

        (await Seals.NewestAsync(Cancellation)).ShouldBeNull();
        _copies.Keys.ShouldBeEmpty();
        (await Sealer().VerifyCopiesAsync(Cancellation)).ShouldBe(new SealCopiesReport(0, 0, 0, null, 0));
    }

    [Fact]
    public async Task Every_event_is_sealed_once_in_blocks_that_are_chained()
    {
        await RecordAsync(9);

        (await Sealer().SealAsync(Cancellation)).ShouldBe(new SealRun(3, 9, 3, null));
        (await Sealer().SealAsync(Cancellation)).ShouldBe(new SealRun(0, 0, 0, null));
        await RecordAsync(1);
        Fixture.Clock.Advance(TimeSpan.FromMinutes(1));
        (await Sealer().SealAsync(Cancellation)).ShouldBe(new SealRun(1, 1, 1, null));

        var seals = await Seals.ReadSealsAsync(cancellationToken: Cancellation).ToListAsync(Cancellation);
        seals.Select(seal => (seal.Number, seal.FirstSeq, seal.LastSeq, seal.Events)).ShouldBe([(1, 1, 4, 4), (2, 5, 8, 4), (3, 9, 9, 1), (4, 10, 10, 1)]);
        seals.Select(seal => seal.PrevHash).ShouldBe([LedgerHash.Genesis, seals[0].Hash, seals[1].Hash, seals[2].Hash]);
        seals.ShouldAllBe(seal => seal.ComputeHash() == seal.Hash);
        seals[3].SealedAt.ShouldBe(TestRenders.Start.AddMinutes(1));
        (await Ledger.VerifyAsync(Cancellation)).ShouldBe(new LedgerReport(true, 10, 1, null, 0) { Seals = 4, SealedEvents = 10 });
    }

    [Fact]
    public async Task Each_seal_has_a_copy_outside_of_the_database()
    {
        await RecordAsync(5);

        await Sealer().SealAsync(Cancellation);

        _copies.Keys.ShouldBe(["ledger/seals/1.json", "ledger/seals/2.json"]);
        foreach (var seal in await Seals.ReadSealsAsync(cancellationToken: Cancellation).ToListAsync(Cancellation))
            LedgerSeal.Parse(Encoding.UTF8.GetString(_copies.Read(seal.Key)!)).ShouldBe(seal);
        (await Sealer().VerifyCopiesAsync(Cancellation)).ShouldBe(new SealCopiesReport(2, 2, 0, null, 0));
    }

    [Fact]
    public async Task Seals_are_found_by_number_and_by_the_positions_below_them()
    {
        await RecordAsync(6);
        await Sealer().SealAsync(Cancellation);
        await RecordAsync(1);

        (await Seals.GetAsync(2, Cancellation))!.Number.ShouldBe(2);
        (await Seals.GetAsync(3, Cancellation)).ShouldBeNull();
        (await Seals.FindAsync(4, Cancellation))!.Number.ShouldBe(1);
        (await Seals.FindAsync(5, Cancellation))!.Number.ShouldBe(2);
        (await Seals.FindAsync(7, Cancellation)).ShouldBeNull();
        (await Seals.FindAsync(0, Cancellation)).ShouldBeNull();
        (await Seals.ReadSealsAsync(1, Cancellation).ToListAsync(Cancellation)).ShouldHaveSingleItem().Number.ShouldBe(2);
    }

    [Fact]
    public async Task Only_the_next_seal_can_be_appended_and_only_once()
    {
        await RecordAsync(2);
        var leaves = await Seals.ReadLeavesAsync(0, long.MaxValue, 10, Cancellation);
        var first = LedgerSeal.Over(null, leaves, TestRenders.Start);

        (await Seals.AppendAsync(first with { Number = 2 }, Cancellation)).ShouldBeFalse();
        (await Seals.AppendAsync(first, Cancellation)).ShouldBeTrue();
        (await Fixture.OtherSeals.AppendAsync(LedgerSeal.Over(null, leaves, TestRenders.Start.AddSeconds(1)), Cancellation)).ShouldBeFalse();

        (await Seals.NewestAsync(Cancellation)).ShouldBe(first);
    }

    [Fact]
    public async Task Ten_workers_that_seal_at_once_while_others_write_seal_every_event_once()
    {
        const int Writers = 4, Each = 10;
        var writing = Task.WhenAll(Enumerable.Range(0, Writers).Select(_ => Task.Run(() => RecordAsync(Each), Cancellation)));
        var sealing = Enumerable.Range(0, 10).Select(i => Task.Run(async () =>
        {
            var sealer = Sealers.New(i % 2 == 0 ? Seals : Fixture.OtherSeals, _copies, Fixture.Clock, maxEvents: 7);
            var (seals, events) = (0, 0L);
            bool ended;
            do
            {
                ended = writing.IsCompleted;
                var run = await sealer.SealAsync(Cancellation);
                run.Fault.ShouldBeNull();
                (seals, events) = (seals + run.Seals, events + run.Events);
            }
            while (!ended);
            return (Seals: seals, Events: events);
        }, Cancellation)).ToList();

        await writing;
        var runs = await Task.WhenAll(sealing);

        var report = await Ledger.VerifyAsync(Cancellation);
        report.ShouldBe(new LedgerReport(true, Writers * Each, 1, null, 0) { Seals = runs.Sum(run => run.Seals), SealedEvents = Writers * Each });
        runs.Sum(run => run.Events).ShouldBe(Writers * Each);
        (await Sealer().VerifyCopiesAsync(Cancellation)).ShouldBe(new SealCopiesReport(report.Seals, report.Seals, 0, null, 0));
    }

    [Fact]
    public async Task Seals_that_could_not_be_copied_are_copied_by_a_later_run()
    {
        await RecordAsync(9);
        var broken = Substitute.For<IVideoStore>();
        broken.OpenReadAsync(Arg.Any<string>(), Arg.Any<CancellationToken>()).Returns((Stream?)null);
        broken.PutAsync(Arg.Any<string>(), Arg.Any<Stream>(), Arg.Any<ObjectContent>(), Arg.Any<CancellationToken>()).ThrowsAsync(new VideoStoreException("the disk is full"));
        await Should.ThrowAsync<VideoStoreException>(Sealers.New(Seals, broken, Fixture.Clock).SealAsync(Cancellation));

        (await Sealer().VerifyCopiesAsync(Cancellation)).ShouldBe(new SealCopiesReport(3, 0, 3, null, 0));
        (await Sealer().SealAsync(Cancellation)).ShouldBe(new SealRun(0, 0, 3, null));

        (await Sealer().VerifyCopiesAsync(Cancellation)).ShouldBe(new SealCopiesReport(3, 3, 0, null, 0));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(12)]
    [InlineData(20)]
    public async Task Copying_goes_on_where_it_ended_however_far_back_that_is(int there)
    {
        await RecordAsync(21);
        await Sealers.New(Seals, _copies, Fixture.Clock, maxEvents: 1).SealAsync(Cancellation);
        for (var number = there + 1; number <= 21; number++)
            await _copies.DeleteAsync(LedgerSeal.KeyOf(number), Cancellation);

        (await Sealer().SealAsync(Cancellation)).ShouldBe(new SealRun(0, 0, 21 - there, null));

        (await Sealer().VerifyCopiesAsync(Cancellation)).ShouldBe(new SealCopiesReport(21, 21, 0, null, 0));
    }

    [Fact]
    public async Task Every_sealed_event_can_be_proven_without_the_database()
    {
        await RecordAsync(9);
        await Sealer().SealAsync(Cancellation);
        await RecordAsync(1);

        await foreach (var one in Ledger.ReadAsync(cancellationToken: Cancellation))
        {
            (await Seals.FindEventAsync(one.EventId, Cancellation)).ShouldBe(one);
            var proof = await LedgerProof.MakeAsync(Seals, one, withChain: one.Seq % 2 == 0, Cancellation);
            if (one.Seq == 10)
            {
                proof.ShouldBeNull("it is not sealed yet");
                continue;
            }

            var read = LedgerProof.Parse(proof.ShouldNotBeNull().ToJson().ToJsonString()).ShouldNotBeNull();
            read.Check().ShouldBeNull();
            read.CheckAgainst(LedgerSeal.Parse(Encoding.UTF8.GetString(_copies.Read(read.Seals[0].Key)!))!).ShouldBeNull();
            read.Seals[^1].Number.ShouldBe(one.Seq % 2 == 0 ? 3 : read.Seals[0].Number);
        }

        (await Seals.FindEventAsync(Guid.AllBitsSet, Cancellation)).ShouldBeNull();
    }

    private ILedgerSealer Sealer() => Sealers.New(Seals, _copies, Fixture.Clock);

    private async Task RecordAsync(int count)
    {
        for (var i = 0; i < count; i++)
            await Ledger.RecordAsync("notes", "note", new JsonObject { ["text"] = $"<é> {i}", ["i"] = i }, null, Cancellation);
    }
}
