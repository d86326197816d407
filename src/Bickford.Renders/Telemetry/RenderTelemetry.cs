using System.Diagnostics;
using System.Diagnostics.Metrics;
using Bickford.Renders.Ledger;
using Bickford.Renders.Policies;

namespace Bickford.Renders.Telemetry;

/// <summary>
/// Every instrument of the chain. They cost next to nothing while nobody listens; whoever exports adds the source of spans and the meter <see cref="TelemetryFields.Source"/>
/// to what he listens to. Nothing here holds a prompt, a secret or an address, and no metric has a render's id.
/// </summary>
internal static class RenderTelemetry
{
    private const string Renders = "{render}";
    private static readonly string s_version = typeof(RenderTelemetry).Assembly.GetName().Version!.ToString(3);

    // What renders take is from seconds to hours, and what steps and waits take from milliseconds to minutes.
    private static readonly InstrumentAdvice<double> s_long = new() { HistogramBucketBoundaries = [1, 5, 10, 20, 30, 45, 60, 90, 120, 180, 300, 600, 1200, 1800, 3600, 7200] };
    private static readonly InstrumentAdvice<double> s_short = new() { HistogramBucketBoundaries = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 900] };

    private static readonly Meter s_meter = new(TelemetryFields.Source, s_version);

    private static readonly Counter<long> s_enqueued = s_meter.CreateCounter<long>("renders.enqueued", Renders, "Renders that were handed in");
    private static readonly Counter<long> s_ended = s_meter.CreateCounter<long>("renders.ended", Renders, "Renders that completed, failed, were parked or cancelled; one that is resumed ends again");
    private static readonly Histogram<double> s_duration = s_meter.CreateHistogram("renders.duration", "s", "From the enqueue to the end", advice: s_long);
    private static readonly Histogram<double> s_stepDuration = s_meter.CreateHistogram("renders.step.duration", "s", "One run of a step, its commit included", advice: s_short);
    private static readonly Counter<long> s_retries = s_meter.CreateCounter<long>("renders.step.retries", "{retry}", "Failed tries of steps that are tried again");
    private static readonly Counter<long> s_looks = s_meter.CreateCounter<long>("renders.looks", "{look}", "Looks at the provider's status");
    private static readonly Histogram<double> s_lag = s_meter.CreateHistogram("renders.look.lag", "s", "From the provider's end of a video to the look that found it", advice: s_short);
    private static readonly Histogram<double> s_lateness = s_meter.CreateHistogram("renders.queue.lateness", "s", "From when a step was due to when a worker took it", advice: s_short);
    private static readonly Histogram<double> s_requests = s_meter.CreateHistogram("renders.provider.request.duration", "s", "Requests to the provider, until the head of the answer", advice: s_short);
    private static readonly Counter<long> s_bytes = s_meter.CreateCounter<long>("renders.transfer.bytes", "By", "Bytes that were downloaded from the provider, and stored");
    private static readonly Counter<long> s_leasesLost = s_meter.CreateCounter<long>("renders.leases.lost", "{lease}", "Steps that were cut because their lease was lost");
    private static readonly Counter<long> s_reconciled = s_meter.CreateCounter<long>("renders.reconciled", Renders, "Times that reconcile handed an overdue render to the engine again");
    private static readonly Counter<long> s_ledgerFaults = s_meter.CreateCounter<long>("renders.ledger.faults", "{fault}", "What does not fit in the ledger or its copies");
    private static readonly Counter<double> s_cost = s_meter.CreateCounter<double>("renders.cost", "USD", "List prices of the videos that the provider accepted");

    /// <summary>The source of spans.</summary>
    internal static ActivitySource Source { get; } = new(TelemetryFields.Source, s_version);

    /// <summary>A change of a row is durable; its events say what happened.</summary>
    /// <param name="after">The row as it is now.</param>
    /// <param name="entries">Its events.</param>
    /// <param name="options">The models there are.</param>
    /// <param name="outcome">What a step brought about, where it was one.</param>
    internal static void Committed(Render after, IReadOnlyList<LedgerEntry> entries, RenderOptions options, StepOutcome? outcome = null)
    {
        if (outcome is StepOutcome.Seen seen)
            s_looks.Add(1, Tag(TelemetryFields.LookBy, seen.FromPage ? "page" : "single"));
        foreach (var entry in entries)
            Count(entry.Type, after, options);
    }

    private static void Count(string type, Render render, RenderOptions options)
    {
        switch (type)
        {
            case RenderEvents.Enqueued:
                s_enqueued.Add(1, Model(render, options));
                break;
            case RenderEvents.Created or RenderEvents.Adopted when render.Cost is { } cost:
                s_cost.Add((double)cost, Model(render, options));
                break;
            case RenderEvents.Rendered when render.ProviderCompletedAt is { } completed:
                s_lag.Record(Seconds(render.UpdatedAt - completed), Model(render, options));
                break;
            case RenderEvents.Retry or RenderEvents.StagingLost:
                s_retries.Add(1, Step(type == RenderEvents.Retry ? render.Step : RenderStep.Upload), Cause(render));
                break;
            case RenderEvents.Completed or RenderEvents.Failed or RenderEvents.Parked or RenderEvents.Cancelled:
                var outcome = Tag(TelemetryFields.Status, TelemetryFields.Word(render.Status));
                s_ended.Add(1, outcome, Cause(render), Model(render, options));
                s_duration.Record(Seconds(render.UpdatedAt - render.CreatedAt), outcome, Model(render, options));
                RenderSpan.Write(render, options);
                break;
        }
    }

    /// <summary>A worker took a step that was due.</summary>
    internal static void Taken(Render row, DateTimeOffset now)
    {
        if (row.DueAt is { } due)
            s_lateness.Record(Seconds(now - due), Step(row.Step));
    }

    /// <summary>A run of a step is over.</summary>
    internal static void Ran(RenderStep step, string result, TimeSpan took) =>
        s_stepDuration.Record(Seconds(took), Step(step), Tag(TelemetryFields.Result, result));

    /// <summary>Bytes came from the provider.</summary>
    internal static void Downloaded(AssetKind kind, long bytes) => Transferred("download", kind, bytes);

    /// <summary>Bytes are in the video store.</summary>
    internal static void Uploaded(AssetKind kind, long bytes) => Transferred("upload", kind, bytes);

    /// <summary>Somebody else may be at a step that was running here.</summary>
    internal static void LeaseLost(RenderStep step) => s_leasesLost.Add(1, Step(step));

    /// <summary>Reconcile handed these to the engine.</summary>
    internal static void Reconciled(IEnumerable<RenderStep> steps)
    {
        if (!s_reconciled.Enabled)
            return;
        foreach (var group in steps.GroupBy(step => step))
            s_reconciled.Add(group.Count(), Step(group.Key));
    }

    /// <summary>The ledger, or the copies of its seals, was looked through.</summary>
    /// <param name="check"><c>verify</c>, or <c>seal_copies</c>.</param>
    /// <param name="faults">What does not fit; none is told too, as a sign of life.</param>
    internal static void LedgerChecked(string check, long faults) => s_ledgerFaults.Add(faults, Tag(TelemetryFields.Check, check));

    /// <summary>A request to the provider, for adapters.</summary>
    /// <param name="operation">What was asked: one of few words.</param>
    /// <param name="took">Until the head of the answer.</param>
    /// <param name="status">The answer's HTTP status; null for none.</param>
    /// <param name="error">Why there is none: one of few words.</param>
    internal static void Requested(string operation, TimeSpan took, int? status, string? error)
    {
        var tags = new TagList { { TelemetryFields.Operation, operation } };
        if (status is { } code)
            tags.Add(TelemetryFields.HttpStatus, code);
        if (error is not null || status >= 400)
            tags.Add(TelemetryFields.ErrorType, error ?? status!.Value.ToString(System.Globalization.CultureInfo.InvariantCulture));
        s_requests.Record(Seconds(took), tags);
    }

    /// <summary>A model as metrics have it: there are as many as in the settings, whatever callers and providers say.</summary>
    internal static string ModelWord(string model, RenderOptions options) => options.Models.ContainsKey(model) ? model : "other";

    private static void Transferred(string direction, AssetKind kind, long bytes)
    {
        if (bytes > 0)
            s_bytes.Add(bytes, Tag(TelemetryFields.Direction, direction), Tag(TelemetryFields.Asset, TelemetryFields.Word(kind)));
    }

    // Another clock than ours may have set what it is counted from.
    private static double Seconds(TimeSpan time) => Math.Max(0, time.TotalSeconds);

    private static KeyValuePair<string, object?> Model(Render render, RenderOptions options) => Tag(TelemetryFields.Model, ModelWord(render.Model, options));

    private static KeyValuePair<string, object?> Step(RenderStep step) => Tag(TelemetryFields.Step, TelemetryFields.Word(step));

    private static KeyValuePair<string, object?> Cause(Render render) => Tag(TelemetryFields.Cause, render.Cause is { } cause ? TelemetryFields.Word(cause) : "none");

    private static KeyValuePair<string, object?> Tag(string name, object? value) => new(name, value);
}
