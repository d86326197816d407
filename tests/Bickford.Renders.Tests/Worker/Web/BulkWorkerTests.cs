using Bickford.Renders.Tests.Support;
using Bickford.Renders.Worker.Web.Actions;
using Microsoft.AspNetCore.DataProtection;
using NSubstitute;
using NSubstitute.ExceptionExtensions;

namespace Bickford.Renders.Tests.Worker.Web;

/// <summary>Many renders at once: never more than was confirmed, each paid for once, and an honest word about it.</summary>
public sealed class BulkWorkerTests
{
    private readonly IRenders _renders = Substitute.For<IRenders>();
    private readonly List<Render> _rows = [.. Enumerable.Range(1, 250).Select(static n => Rows.Queued(n).Stopped(RenderStatus.Failed, RenderCause.Storage)).Reverse()];

    public BulkWorkerTests()
    {
        _renders.ListAsync(default, default, default, default).ReturnsForAnyArgs(call =>
        {
            var before = call.ArgAt<string?>(1) is { } cursor ? _rows.FindIndex(row => row.Id.ToString("N") == cursor) + 1 : 0;
            return new RenderPage([.. _rows.Skip(before).Take(call.ArgAt<int>(2))], null);
        });
        _renders.ResumeAsync(default, default, default).ReturnsForAnyArgs(call => _rows.First(row => row.Id == call.ArgAt<Guid>(0)));
        _renders.RenderAgainAsync(default, default, default, default, default).ReturnsForAnyArgs(static _ => Rows.Queued(9_999));
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_goes_through_the_list_part_by_part_and_each_render_is_touched_once()
    {
        var run = Run(BulkWhat.Resume, total: 250);
        var requests = 0;
        for (; !run.IsOver; requests++)
            run = await WorkAsync(run);

        requests.ShouldBe(3);
        run.Summary().ShouldBe("250 resumed.");
        _renders.ReceivedCalls().Where(static call => call.GetMethodInfo().Name == nameof(IRenders.ResumeAsync)).Select(static call => (Guid)call.GetArguments()[0]!).ShouldBe(_rows.Select(static row => row.Id));
        _renders.ReceivedCalls().Where(static call => call.GetMethodInfo().Name == nameof(IRenders.ResumeAsync)).ShouldAllBe(static call => (string)call.GetArguments()[1]! == "ada: mended");
    }

    [Fact]
    public async Task It_never_touches_more_than_the_preview_said()
    {
        var run = await WorkAsync(Run(BulkWhat.Again, total: 3));

        run.IsOver.ShouldBeTrue();
        run.Summary().ShouldBe("3 rendered again for $1.20.");
        _renders.ReceivedCalls().Count(static call => call.GetMethodInfo().Name == nameof(IRenders.RenderAgainAsync)).ShouldBe(3);
    }

    [Fact]
    public async Task A_request_that_is_sent_twice_uses_the_same_keys()
    {
        var run = Run(BulkWhat.Again, total: 2);
        await WorkAsync(run);
        await WorkAsync(run);

        var keys = _renders.ReceivedCalls().Where(static call => call.GetMethodInfo().Name == nameof(IRenders.RenderAgainAsync)).Select(static call => (string)call.GetArguments()[2]!).ToList();
        keys.Count.ShouldBe(4);
        keys.Distinct().Count().ShouldBe(2);
        keys.ShouldAllBe(static key => key.StartsWith("dashboard/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_changed_meanwhile_is_left_alone_and_said()
    {
        _renders.ResumeAsync(_rows[1].Id, Arg.Any<string?>(), Arg.Any<CancellationToken>()).ThrowsAsync(new RenderConflictException("render x is Rendering"));

        var run = await WorkAsync(Run(BulkWhat.Resume, total: 3));

        run.Summary().ShouldBe("2 resumed, 1 left alone because they had changed meanwhile or cannot be (render x is Rendering).");
    }

    [Fact]
    public async Task What_no_longer_matches_is_said_too()
    {
        _rows.RemoveRange(2, _rows.Count - 2);

        (await WorkAsync(await WorkAsync(Run(BulkWhat.Resume, total: 5)))).Summary().ShouldBe("2 resumed, 3 no longer matched.");
    }

    [Fact]
    public async Task Those_that_were_picked_are_touched_and_no_others()
    {
        var run = await WorkAsync(Run(BulkWhat.Resume, total: 2) with { Filter = null, Picked = [_rows[7].Id, _rows[9].Id] });

        run.Summary().ShouldBe("2 resumed.");
        _renders.ReceivedCalls().Select(static call => (Guid)call.GetArguments()[0]!).ShouldBe([_rows[7].Id, _rows[9].Id]);
    }

    [Fact]
    public void A_run_travels_whole_and_nobody_can_make_one_up()
    {
        var runs = new BulkRuns(new EphemeralDataProtectionProvider());
        var run = Run(BulkWhat.Again, total: 2) with { Cursor = "abc", Done = 1, Cost = 0.4m };

        var text = runs.Write(run);

        runs.Read(text)!.Summary().ShouldBe(run.Summary());
        runs.Read(text)!.Filter!.Causes.ShouldBe([RenderCause.Storage]);
        runs.Read(text[..^2] + "AA").ShouldBeNull();
        runs.Read("made up").ShouldBeNull();
        new BulkRuns(new EphemeralDataProtectionProvider()).Read(text).ShouldBeNull();
    }

    private Task<BulkRun> WorkAsync(BulkRun run) => new BulkWorker(_renders, new ManualTime(Rows.Now)).GoOnAsync(run, "ada: mended", Cancel);

    private static BulkRun Run(BulkWhat what, long total) => new()
    {
        What = what,
        Filter = new RenderFilter { Causes = [RenderCause.Storage] },
        Form = PayOnce.NewForm(new ManualTime(Rows.Now)),
        Reason = "mended",
        Back = "/failed",
        Total = total,
    };
}
