using System.Diagnostics;
using Bickford.Renders.Ports;
using Bickford.Renders.Telemetry;
using Bickford.Renders.Tests.Support;

namespace Bickford.Renders.Tests.Telemetry;

/// <summary>The one trace of a render.</summary>
public sealed class RenderTraceTests
{
    [Fact]
    public async Task All_steps_of_a_render_are_in_one_trace_whichever_process_runs_them()
    {
        using var recorder = new Recorder();
        using var world = new World();
        var enqueued = await world.EnqueueAsync();
        var trace = RenderTrace.ContextOf(enqueued);
        for (var steps = 0; steps < 20 && (await world.RowAsync(enqueued.Id)).Status.IsOpen(); steps++)
        {
            world.Restart();
            world.Clock.AdvanceTo((await world.RowAsync(enqueued.Id)).DueAt!.Value);
            await world.RunAsync(enqueued.Id);
        }

        var spans = recorder.Of(enqueued.Id).ToList();
        spans.Select(span => span.OperationName).Distinct().ShouldBe(
            ["render enqueue", "render create", "render poll", "render download", "render upload", "render", "render record"], ignoreOrder: true);
        spans.ShouldAllBe(span => span.TraceId == trace.TraceId);
        spans.Where(span => span.OperationName != "render enqueue").ShouldAllBe(span => span.ParentSpanId == trace.SpanId);
        spans.Single(span => span.OperationName == "render enqueue").SpanId.ShouldBe(trace.SpanId, "the others are its children");
        (await world.RowAsync(enqueued.Id)).TraceParent.ShouldBe(enqueued.TraceParent);
    }

    [Fact]
    public async Task A_render_whose_caller_is_in_a_recorded_trace_goes_on_in_it()
    {
        using var caller = new Activity("a request").SetIdFormat(ActivityIdFormat.W3C);
        caller.ActivityTraceFlags = ActivityTraceFlags.Recorded;
        caller.Start();
        using var world = new World();

        var render = await world.EnqueueAsync();

        RenderTrace.ContextOf(render).TraceId.ShouldBe(caller.TraceId);
    }

    [Fact]
    public void A_render_whose_caller_nobody_records_has_a_trace_of_its_own_that_every_process_finds()
    {
        using var caller = new Activity("a request").SetIdFormat(ActivityIdFormat.W3C).Start();
        var row = Rows.Queued();

        var context = RenderTrace.ContextOf(row with { TraceParent = RenderTrace.ParentOf(row.Id, caller) });

        context.TraceId.ShouldNotBe(caller.TraceId);
        context.TraceFlags.ShouldBe(ActivityTraceFlags.Recorded);
        context.ShouldBe(RenderTrace.ContextOf(row), "rows from before traces too");
    }

    [Fact]
    public async Task Each_render_of_a_batch_has_a_trace_of_its_own()
    {
        using var caller = new Activity("a request").SetIdFormat(ActivityIdFormat.W3C);
        caller.ActivityTraceFlags = ActivityTraceFlags.Recorded;
        caller.Start();
        using var world = new World();
        var order = new RenderRequest("A lighthouse in fog") { Model = "sora-2", Size = "1280x720", Seconds = 4 };

        var accepted = await world.Intake.EnqueueAllAsync([new RenderOrder(order, null), new RenderOrder(order, null)], null, TestContext.Current.CancellationToken);

        accepted.Select(one => RenderTrace.ContextOf(one.Render).TraceId).Append(caller.TraceId).Distinct().Count().ShouldBe(3);
    }

    [Fact]
    public void Trace_ids_are_spread_evenly_so_that_a_sampler_takes_its_share()
    {
        const int Ids = 400;
        var time = Rows.Now;

        var low = Enumerable.Range(0, Ids).Count(i => RenderTrace.ContextOf(Rows.Queued() with { Id = new IdSource().Next(time.AddMilliseconds(i)) }).TraceId.ToHexString()[0] < '8');

        low.ShouldBeInRange(Ids / 3, Ids * 2 / 3);
    }

    [Theory]
    [InlineData("")]
    [InlineData("nonsense")]
    [InlineData("00-00000000000000000000000000000000-0000000000000000-01")]
    public void A_row_with_a_traceparent_that_is_none_has_the_trace_of_its_id(string written) =>
        RenderTrace.ContextOf(Rows.Queued() with { TraceParent = written }).TraceId.ShouldBe(RenderTrace.ContextOf(Rows.Queued()).TraceId);
}
