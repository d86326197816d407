using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Text.RegularExpressions;
using Bickford.Renders.Policies;
using Bickford.Renders.Ports;
using Bickford.Renders.Telemetry;
using Bickford.Renders.Tests.Support;
using Bickford.Renders.Videos;
using Microsoft.Extensions.Logging.Abstractions;

namespace Bickford.Renders.Tests.Telemetry;

/// <summary>The tables in docs/telemetry.md are true: dashboards and alerts are built upon them.</summary>
public sealed partial class TelemetryDocumentTests : IDisposable
{
    private static readonly string[] s_document = File.ReadAllLines(Path.Combine(Root(), "docs", "telemetry.md"));

    private readonly Recorder _recorder = new();

    public void Dispose() => _recorder.Dispose();

    [Fact]
    public async Task Metrics_are_those_of_the_table_with_their_kind_unit_and_attributes()
    {
        await HappenAsync();

        var documented = Table("metric").Select(row => (Name: Code(row[0]).Single(), Kind: row[1], Unit: Code(row[2]).Single(), Attributes: string.Join(", ", Code(row[3]).Order(StringComparer.Ordinal)))).ToHashSet();
        var real = _recorder.Instruments.Select(instrument => (
            instrument.Name,
            Kind: KindOf(instrument),
            Unit: instrument.Unit!,
            Attributes: string.Join(", ", _recorder.Values.Where(value => value.Name == instrument.Name).SelectMany(value => value.Tags.Keys).Distinct().Order(StringComparer.Ordinal)))).ToHashSet();
        documented.Except(real).ShouldBeEmpty("in the table, but not as the code has it");
        real.Except(documented).ShouldBeEmpty("in the code, but not as the table has it");
        _recorder.Values.Select(value => value.Name).Distinct().ShouldBe(_recorder.Instruments.Select(instrument => instrument.Name), ignoreOrder: true, "each was given a value");
    }

    [Fact]
    public async Task Spans_and_their_attributes_are_those_of_the_tables()
    {
        await HappenAsync();

        var kinds = _recorder.Spans.Select(span => (span.OperationName, Kind: $"{span.Kind}".ToLowerInvariant())).Distinct();
        kinds.ShouldBe(Table("span").Select(row => (Code(row[0]).Single(), row[1])), ignoreOrder: true);
        _recorder.Spans.SelectMany(span => span.TagObjects.Select(tag => tag.Key)).Distinct().ShouldBe(Table("attribute").Select(row => Code(row[0]).Single()), ignoreOrder: true);
    }

    [Fact]
    public void Fields_of_logs_are_those_of_the_table()
    {
        using var scope = RenderScope.Begin(Rows.Queued(), NullLogger.Instance);

        RenderScope.Current!.Select(field => field.Key).ShouldBe(Table("field").Select(row => Code(row[0]).Single()));
    }

    [Fact]
    public void Words_that_attributes_hold_are_those_that_the_code_knows()
    {
        var text = string.Join('\n', s_document);
        foreach (var word in Enum.GetValues<RenderCause>().Cast<Enum>().Concat(Enum.GetValues<RenderStatus>().Cast<Enum>()).Concat(Enum.GetValues<RenderStep>().Cast<Enum>()))
            text.ShouldContain($"`{TelemetryFields.Word(word)}`");
        TelemetryFields.Word(RenderCause.AmbiguousCreate).ShouldBe("ambiguous_create");
    }

    /// <summary>Everything that is told happens once.</summary>
    private async Task HappenAsync()
    {
        using var world = new World(options => (options.Poll.Merges, options.Models["sora-2"]) = (true, new ModelOptions { Price = 0.1m }));
        var ids = new List<Guid>();
        for (var i = 0; i < 3; i++)
            ids.Add((await world.EnqueueAsync()).Id);
        world.Provider.Look = video => video.Id == "video_2" ? video with { Status = VideoStatus.Failed } : video;
        var tries = 0;
        world.Observer.OnCompleted = _ => tries++ == 0 ? throw new IOException("an observer that fails once") : Task.CompletedTask;
        world.Clock.Advance(TimeSpan.FromSeconds(30));
        await world.Reconciler.ReconcileAsync(TestContext.Current.CancellationToken);
        foreach (var id in ids)
            await world.RunToEndAsync(id);
        await world.Sealer.SealAsync(TestContext.Current.CancellationToken);
        RenderTelemetry.LeaseLost(RenderStep.Upload);
        RenderTelemetry.Requested("get", TimeSpan.FromSeconds(1), 429, null);

        using var gauges = new RenderGauges
        {
            Reading = new GaugeReading(
                Rows.Now,
                new RenderReading(new Dictionary<RenderStatus, long> { [RenderStatus.Queued] = 1 }, 1, [], 1, [new StoppedRenders(RenderStatus.Parked, RenderCause.Quota, 1)], 1, 1, Rows.Now),
                1,
                [.. SpendLimit.Of([], new BudgetOptions { PerDay = 5 }, Rows.Now).Select(limit => (limit, 1m))]),
        };
        _recorder.Observe();
    }

    private static string KindOf(Instrument instrument) => instrument.GetType().GetGenericTypeDefinition() switch
    {
        var type when type == typeof(Counter<>) => "counter",
        var type when type == typeof(Histogram<>) => "histogram",
        var type when type == typeof(ObservableGauge<>) => "gauge",
        var type => type.Name,
    };

    /// <summary>The rows of the table whose first column has this name.</summary>
    private static IEnumerable<string[]> Table(string first) => s_document
        .SkipWhile(line => !line.StartsWith($"| {first} |", StringComparison.Ordinal)).Skip(2)
        .TakeWhile(line => line.StartsWith('|'))
        .Select(line => line.Trim('|').Split('|').Select(cell => cell.Trim()).ToArray());

    private static IEnumerable<string> Code(string cell) => CodeWord().Matches(cell).Select(match => match.Groups[1].Value);

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "worker.sln")))
            folder = folder.Parent;
        return folder.FullName;
    }

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex CodeWord();
}
