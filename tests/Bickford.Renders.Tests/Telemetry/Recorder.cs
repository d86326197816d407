using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Bickford.Renders.Telemetry;

namespace Bickford.Renders.Tests.Telemetry;

/// <summary>A value that an instrument was given.</summary>
internal sealed record Measured(Instrument Instrument, double Value, IReadOnlyDictionary<string, object?> Tags)
{
    public string Name => Instrument.Name;

    public string? Tag(string name) => Tags.GetValueOrDefault(name)?.ToString();
}

/// <summary>Hears all that the instruments say in this process: tests find what is theirs by a model or a render of their own.</summary>
internal sealed class Recorder : IDisposable
{
    private readonly MeterListener _meters = new();
    private readonly ActivityListener _activities;
    private readonly ConcurrentDictionary<string, Instrument> _instruments = new();

    public Recorder()
    {
        _meters.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name != TelemetryFields.Source)
                return;
            _instruments.TryAdd(instrument.Name, instrument);
            listener.EnableMeasurementEvents(instrument);
        };
        _meters.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
        _meters.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument, value, tags));
        _meters.Start();
        _activities = new ActivityListener
        {
            ShouldListenTo = source => source.Name == TelemetryFields.Source,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = Spans.Enqueue,
        };
        ActivitySource.AddActivityListener(_activities);
    }

    public ConcurrentQueue<Measured> Values { get; } = new();

    public ConcurrentQueue<Activity> Spans { get; } = new();

    /// <summary>Every instrument there is.</summary>
    public IReadOnlyCollection<Instrument> Instruments => [.. _instruments.Values];

    public IEnumerable<Measured> Of(string name, string model) => Values.Where(value => value.Name == name && value.Tag(TelemetryFields.Model) == model);

    public IEnumerable<Activity> Of(Guid render) => Spans.Where(span => (string?)span.GetTagItem(TelemetryFields.RenderId) == render.ToString("D"));

    /// <summary>Asks the gauges.</summary>
    public void Observe() => _meters.RecordObservableInstruments();

    public void Dispose()
    {
        _meters.Dispose();
        _activities.Dispose();
    }

    private void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        Values.Enqueue(new Measured(instrument, value, tags.ToArray().ToDictionary(tag => tag.Key, tag => tag.Value)));
}
