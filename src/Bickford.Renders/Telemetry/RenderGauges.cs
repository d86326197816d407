using System.Diagnostics.Metrics;
using Bickford.Renders.Policies;
using Bickford.Renders.Ports;

namespace Bickford.Renders.Telemetry;

/// <summary>What the gauges show.</summary>
/// <param name="At">When it was read.</param>
/// <param name="Rows">How everything stands.</param>
/// <param name="SpentToday">List prices of the creates of the day, in UTC.</param>
/// <param name="Budgets">What is spent of each limit.</param>
internal sealed record GaugeReading(DateTimeOffset At, RenderReading Rows, decimal SpentToday, IReadOnlyList<(SpendLimit Limit, decimal Spent)> Budgets);

/// <summary>
/// Gauges over what was last read from the database: they say how everything stands and not what this process did, so every process that exports says the same. They are silent
/// while nothing is known.
/// </summary>
internal sealed class RenderGauges : IDisposable
{
    private const string Renders = "{render}";
    private const string Dollars = "USD";
    private readonly Meter _meter = new(TelemetryFields.Source, typeof(RenderGauges).Assembly.GetName().Version!.ToString(3));

    public RenderGauges()
    {
        Add("renders.open", Renders, "Open renders by status", read => read.Rows.Open.Select(open => Of(open.Value, Status(open.Key))));
        Add("renders.in_flight", Renders, "Renders that the provider works on, or may", read => [Of(read.Rows.InFlight)]);
        Add("renders.overdue", Renders, "Renders that are due and worked on by nobody, by step", read => Steps.Select(step => Of(Overdue(read, step)?.Renders ?? 0, Step(step))));
        Add("renders.overdue.age", "s", "How long the first of them has been due", read => Steps.Select(step => Of(Age(read, Overdue(read, step)?.DueSince), Step(step))));
        Add("renders.expiring", Renders, "Finished videos that are not stored and that the provider deletes within 15 minutes", read => [Of(read.Rows.ExpiringUnsaved)]);
        Add("renders.stopped", Renders, "Failed and parked renders by cause", read => read.Rows.Stopped.Select(stopped => Of(stopped.Renders, Status(stopped.Status), Tag(TelemetryFields.Cause, TelemetryFields.Word(stopped.Cause)))));
        Add("renders.ledger.position", "{event}", "Position of the newest ledger event", read => [Of(read.Rows.LedgerPosition)]);
        Add("renders.ledger.unsealed", "{event}", "Ledger events behind the newest seal, counted up to 100,000", read => [Of(read.Rows.Unsealed)]);
        Add("renders.ledger.unsealed.age", "s", "How long the first of them has waited for a seal", read => [Of(Age(read, read.Rows.UnsealedSince))]);
        Add("renders.spend.today", Dollars, "List prices of the creates of the day (UTC)", read => [Of((double)read.SpentToday)]);
        Add("renders.budget.limit", Dollars, "What creates may cost", read => read.Budgets.Select(budget => Of((double)budget.Limit.Most, Period(budget.Limit), BudgetTag(budget.Limit))));
        Add("renders.budget.left", Dollars, "What is left of it", read => read.Budgets.Select(budget => Of((double)(budget.Limit.Most - budget.Spent), Period(budget.Limit), BudgetTag(budget.Limit))));
    }

    /// <summary>What they show; null silences them.</summary>
    public GaugeReading? Reading { get; set; }

    private static RenderStep[] Steps { get; } = Enum.GetValues<RenderStep>();

    public void Dispose() => _meter.Dispose();

    private void Add(string name, string unit, string description, Func<GaugeReading, IEnumerable<Measurement<double>>> show) =>
        _meter.CreateObservableGauge(name, () => Reading is { } reading ? show(reading) : [], unit, description);

    private static OverdueRenders? Overdue(GaugeReading reading, RenderStep step) => reading.Rows.Overdue.FirstOrDefault(overdue => overdue.Step == step);

    private static double Age(GaugeReading reading, DateTimeOffset? since) => since is { } time ? Math.Max(0, (reading.At - time).TotalSeconds) : 0;

    private static Measurement<double> Of(double value, params KeyValuePair<string, object?>[] tags) => new(value, tags);

    private static KeyValuePair<string, object?> Status(RenderStatus status) => Tag(TelemetryFields.Status, TelemetryFields.Word(status));

    private static KeyValuePair<string, object?> Step(RenderStep step) => Tag(TelemetryFields.Step, TelemetryFields.Word(step));

    private static KeyValuePair<string, object?> Period(SpendLimit limit) => Tag(TelemetryFields.Period, limit.Setting.EndsWith("PerDay", StringComparison.Ordinal) ? "day" : "month");

    private static KeyValuePair<string, object?> BudgetTag(SpendLimit limit) => Tag(TelemetryFields.BudgetTag, limit.Tag ?? "");

    private static KeyValuePair<string, object?> Tag(string name, object? value) => new(name, value);
}
