using System.Globalization;
using System.Text.Json;

namespace Bickford.Renders.Benchmarks;

/// <summary>
/// The figures of a benchmark: one a run, of which the median is told with the least and the most. What is compared is measured in the same run as what it is
/// compared with, and the ratio is taken run by run: a machine that is busy with other things is so for both.
/// </summary>
/// <param name="benchmark">Its name.</param>
/// <param name="arguments">What it was told.</param>
internal sealed class Report(string benchmark, Arguments arguments)
{
    private readonly Dictionary<string, List<double>> _figures = [];
    private readonly List<string> _notes = [];
    private readonly List<(string Figure, string Text, bool Met)> _targets = [];

    /// <summary>A line while it is measured, for people.</summary>
    public void Say(string text)
    {
        if (!arguments.AsJson)
            Console.WriteLine(text);
    }

    /// <summary>What was done, in a sentence.</summary>
    public void Note(string text) => _notes.Add(text);

    /// <summary>A run's figure.</summary>
    public void Add(string figure, double value)
    {
        if (!_figures.TryGetValue(figure, out var runs))
            _figures[figure] = runs = [];
        runs.Add(value);
    }

    /// <summary>How many runs have told a figure.</summary>
    public int Count(string figure) => _figures.TryGetValue(figure, out var runs) ? runs.Count : 0;

    public double Median(string figure) => MedianOf(_figures[figure]);

    /// <summary>What the median should be at least. It is told, and decides nothing.</summary>
    public void AtLeast(string figure, double target) => _targets.Add((figure, Invariant($"at least {target:0.###}"), Median(figure) >= target));

    /// <summary>What the median should stay under.</summary>
    public void Under(string figure, double target) => _targets.Add((figure, Invariant($"under {target:0.###}"), Median(figure) < target));

    /// <summary>What no run may exceed.</summary>
    public void NeverAbove(string figure, double target) => _targets.Add((figure, Invariant($"never above {target:0.###}"), _figures[figure].Max() <= target));

    public void Write()
    {
        if (arguments.AsJson)
        {
            Console.WriteLine(JsonSerializer.Serialize(new
            {
                benchmark,
                options = arguments.Given,
                notes = _notes,
                figures = _figures.ToDictionary(pair => pair.Key, pair => new { median = Round(MedianOf(pair.Value)), least = Round(pair.Value.Min()), most = Round(pair.Value.Max()), runs = pair.Value.Count }),
                targets = _targets.Select(target => new { figure = target.Figure, target = target.Text, met = target.Met }),
            }));
            return;
        }

        foreach (var note in _notes)
            Console.WriteLine($"{benchmark}: {note}");
        foreach (var (figure, runs) in _figures)
            Console.WriteLine(Invariant($"  {figure,-58} {Text(MedianOf(runs)),10}   ({Text(runs.Min())} to {Text(runs.Max())}, {runs.Count} runs)"));
        foreach (var (figure, text, met) in _targets)
            Console.WriteLine($"  target: {figure} {text}: {(met ? "met" : "MISSED")}");
    }

    private static double MedianOf(List<double> runs)
    {
        double[] sorted = [.. runs.Order()];
        return sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[sorted.Length / 2 - 1] + sorted[sorted.Length / 2]) / 2;
    }

    // Four digits are more than a noisy machine can mean.
    private static double Round(double value) => value is 0 or >= 1000 or <= -1000 ? Math.Round(value) : double.Parse(value.ToString("G4", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

    private static string Text(double value) => Round(value).ToString(value >= 1000 ? "#,0" : "0.####", CultureInfo.InvariantCulture);

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
