using System.Diagnostics;
using Microsoft.Extensions.Logging;

namespace Bickford.Renders.Telemetry;

/// <summary>Around one run of a step: its span in the trace of the render, its time, and the fields of what is logged meanwhile.</summary>
internal sealed class RenderSpan : IDisposable
{
    private readonly Render _row;
    private readonly RenderOptions _options;
    private readonly TimeProvider _clock;
    private readonly long _began;
    private readonly Activity? _activity;
    private readonly IDisposable _scope;
    private string _result = Dropped;

    /// <summary>The row went another way, or its store could not be reached.</summary>
    public const string Dropped = "dropped";

    private RenderSpan(Render row, RenderOptions options, TimeProvider clock, ILogger logger)
    {
        (_row, _options, _clock, _began) = (row, options, clock, clock.GetTimestamp());
        _activity = Start(row, options);
        _scope = RenderScope.Begin(row, logger);
    }

    /// <summary>Begins a run; it ends when this is disposed, in the method that began it.</summary>
    public static RenderSpan Begin(Render row, RenderOptions options, TimeProvider clock, ILogger logger) => new(row, options, clock, logger);

    /// <summary>Looks that are taken together: a trace of their own, to which those of the renders are linked, because requests in it are for all of them.</summary>
    public static Activity? BeginLooks(IReadOnlyList<Render> rows) => RenderTelemetry.Source.HasListeners()
        ? RenderTelemetry.Source.StartActivity("renders look", ActivityKind.Internal, default(ActivityContext), [new("renders.looks", rows.Count)], rows.Select(row => new ActivityLink(RenderTrace.ContextOf(row))))
        : null;

    /// <summary>The part of one render in looks that were taken together.</summary>
    /// <param name="before">The row before.</param>
    /// <param name="after">And after; null: it went another way.</param>
    /// <param name="options">The models there are.</param>
    /// <param name="looks">All of the looks.</param>
    /// <param name="took">How long they took.</param>
    public static void WriteLook(Render before, Render? after, RenderOptions options, Activity? looks, TimeSpan took)
    {
        var result = after is null ? Dropped : ResultOf(before, after);
        RenderTelemetry.Ran(RenderStep.Poll, result, took);
        if (looks is null)
            return;
        using var span = Start(before, options, looks.StartTimeUtc, [new ActivityLink(looks.Context)]);
        Finish(span, after, result);
    }

    /// <summary>The whole of a render that has ended, from its enqueue on.</summary>
    public static void Write(Render render, RenderOptions options)
    {
        if (!RenderTelemetry.Source.HasListeners())
            return;
        using var span = RenderTelemetry.Source.StartActivity("render", ActivityKind.Internal, RenderTrace.ContextOf(render), Tags(render, options), startTime: render.CreatedAt);
        if (span is null)
            return;
        Finish(span, render, TelemetryFields.Word(render.Status));
        span.SetEndTime(render.UpdatedAt.UtcDateTime);
    }

    /// <summary>The enqueue of a render: what its other spans are children of. Null while nobody listens.</summary>
    public static Activity? BeginEnqueue() => RenderTelemetry.Source.StartActivity("render enqueue", ActivityKind.Producer);

    /// <summary>Now that there is one.</summary>
    public static void Describe(Activity? enqueue, Render render, RenderOptions options)
    {
        if (enqueue is null)
            return;
        foreach (var (name, value) in Tags(render, options))
            enqueue.SetTag(name, value);
    }

    /// <summary>What the run came to.</summary>
    /// <param name="before">The row as the run knew it.</param>
    /// <param name="after">The row as it left it.</param>
    public void End(Render before, Render after)
    {
        _result = ResultOf(before, after);
        Finish(_activity, after, _result);
    }

    public void Dispose()
    {
        RenderTelemetry.Ran(_row.Step, _result, _clock.GetElapsedTime(_began));
        _activity?.SetTag(TelemetryFields.Result, _result);
        _activity?.Dispose();
        _scope.Dispose();
    }

    private static Activity? Start(Render row, RenderOptions options, DateTimeOffset startTime = default, IEnumerable<ActivityLink>? links = null) =>
        RenderTelemetry.Source.HasListeners()
            ? RenderTelemetry.Source.StartActivity(NameOf(row.Step), ActivityKind.Consumer, RenderTrace.ContextOf(row), Tags(row, options), links, startTime)
            : null;

    private static string NameOf(RenderStep step) => step switch
    {
        RenderStep.Create => "render create",
        RenderStep.Poll => "render poll",
        RenderStep.Download => "render download",
        RenderStep.Upload => "render upload",
        _ => "render record",
    };

    private static KeyValuePair<string, object?>[] Tags(Render row, RenderOptions options) =>
    [
        new(TelemetryFields.RenderId, row.Id.ToString("D")),
        new(TelemetryFields.Step, TelemetryFields.Word(row.Step)),
        new(TelemetryFields.Attempt, row.Attempt),
        new(TelemetryFields.Model, RenderTelemetry.ModelWord(row.Model, options)),
    ];

    private static void Finish(Activity? span, Render? after, string result)
    {
        if (span is null)
            return;
        span.SetTag(TelemetryFields.Result, result);
        if (after is null)
            return;
        span.SetTag(TelemetryFields.Status, TelemetryFields.Word(after.Status));
        if (after.VideoId is { } video)
            span.SetTag(TelemetryFields.VideoId, video);
        if (after.Cause is not { } cause)
            return;
        // The message stays here: it may quote the provider, and the provider the prompt.
        span.SetTag(TelemetryFields.Cause, TelemetryFields.Word(cause));
        span.SetTag(TelemetryFields.ErrorType, TelemetryFields.Word(cause));
        span.SetStatus(ActivityStatusCode.Error);
    }

    private static string ResultOf(Render before, Render after) =>
        !after.Status.IsOpen() && after.Status != RenderStatus.Completed ? TelemetryFields.Word(after.Status)
        : after.Step != before.Step || after.Status == RenderStatus.Completed ? "done"
        : after.Attempt > before.Attempt ? "retry"
        : before.Step == RenderStep.Poll ? "again"
        : "waiting";
}
