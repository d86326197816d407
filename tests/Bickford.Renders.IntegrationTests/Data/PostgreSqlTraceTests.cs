using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;
using Bickford.Renders.IntegrationTests.Support;
using Bickford.Renders.Tests.Data;
using Npgsql;

namespace Bickford.Renders.IntegrationTests.Data;

/// <summary>What Npgsql tells of our statements: that they ran, and nothing of what is in the rows.</summary>
public sealed class PostgreSqlTraceTests(PostgresServer server)
{
    private const string Prompt = "Seventeen paper lanterns over a frozen harbour";

    [Fact]
    public async Task Statements_are_spans_inside_of_the_step_and_hold_neither_values_nor_the_password()
    {
        using var source = new ActivitySource(nameof(PostgreSqlTraceTests));
        var spans = new ConcurrentQueue<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = one => one == source || one.Name == "Npgsql",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = spans.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        var measured = new ConcurrentQueue<string>();
        using var meters = new MeterListener { InstrumentPublished = (instrument, to) => to.EnableMeasurementEvents(instrument) };
        meters.SetMeasurementEventCallback<int>((instrument, _, tags, _) => Keep(instrument, tags));
        meters.SetMeasurementEventCallback<long>((instrument, _, tags, _) => Keep(instrument, tags));
        meters.SetMeasurementEventCallback<double>((instrument, _, tags, _) => Keep(instrument, tags));
        meters.Start();
        await using var fixture = await PostgreSqlFixture.CreateAsync(server);
        var row = TestRenders.New(TestRenders.Start, Prompt);
        ActivityTraceId trace;

        using (var step = source.StartActivity("a step")!)
        {
            trace = step.TraceId;
            await fixture.Store.InsertAsync(row, [row.Entry("render.enqueued")], TestContext.Current.CancellationToken);
            await fixture.Store.InsertAsync(row, [row.Entry("render.enqueued")], TestContext.Current.CancellationToken);
            await fixture.Store.ListOpenCreatesAsync(Prompt, row.Model, TestContext.Current.CancellationToken);
        }

        meters.RecordObservableInstruments();
        var statements = spans.Where(span => span.Source.Name == "Npgsql" && span.TraceId == trace).ToList();
        statements.ShouldNotBeEmpty();
        var told = string.Join('\n', statements.SelectMany(span => span.TagObjects.Concat(span.Events.SelectMany(one => one.Tags)).Select(tag => $"{tag.Key}={tag.Value}"))) + string.Join('\n', measured);
        told.ShouldContain("INSERT INTO renders.renders");
        told.ShouldNotContain(Prompt);
        told.ShouldNotContain("Password");
        if (new NpgsqlConnectionStringBuilder(fixture.ConnectionString).Password is { Length: > 0 } password)
            told.ShouldNotContain(password);

        void Keep(Instrument instrument, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            if (instrument.Meter.Name == "Npgsql")
                measured.Enqueue(string.Join(' ', tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}")));
        }
    }
}
