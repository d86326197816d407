using System.Globalization;

namespace Bickford.Renders.Benchmarks;

/// <summary>A benchmark by its name.</summary>
/// <param name="Options">What it takes, as the help shows it: <c>--db sqlite|postgres</c> (the first is the default), <c>--runs N</c> (a whole number), <c>--minutes M</c> (a number), <c>--json</c>.</param>
/// <param name="Run">Measures and prints; the exit code.</param>
internal sealed record Benchmark(string[] Options, Func<Arguments, Task<int>> Run);

/// <summary>A word of the command line that is not allowed.</summary>
internal sealed class ArgumentsException(string message) : Exception(message);

/// <summary>The options of a benchmark, as they were given.</summary>
internal sealed class Arguments
{
    private const string Json = "--json";
    private const long Most = 10_000_000_000;

    private readonly Dictionary<string, string> _values = [];
    private readonly string[] _known;

    /// <exception cref="ArgumentsException">One is not allowed.</exception>
    public Arguments(string[] known, IReadOnlyList<string> given)
    {
        _known = known;
        for (var i = 0; i < given.Count; i++)
        {
            if (given[i] == Json)
            {
                AsJson = true;
                continue;
            }

            var option = known.FirstOrDefault(option => NameOf(option) == given[i])
                ?? throw new ArgumentsException($"{given[i]}: not an option; allowed: {string.Join(", ", [.. known, Json])}");
            var value = ++i < given.Count ? given[i] : throw new ArgumentsException($"{given[i - 1]}: its value is missing; allowed: {FormOf(option)}");
            _values[NameOf(option)] = IsAllowed(FormOf(option), value) ? value : throw new ArgumentsException($"{NameOf(option)}: '{value}' is not allowed; allowed: {Allowed(FormOf(option))}");
        }
    }

    /// <summary>One line of JSON in the place of text.</summary>
    public bool AsJson { get; }

    /// <summary>What was given, by option.</summary>
    public IReadOnlyDictionary<string, string> Given => _values;

    public int Whole(string option, int otherwise) => checked((int)Long(option, otherwise));

    public long Long(string option, long otherwise) => _values.TryGetValue(option, out var value) ? long.Parse(value, CultureInfo.InvariantCulture) : otherwise;

    public double Number(string option, double otherwise) => _values.TryGetValue(option, out var value) ? double.Parse(value, CultureInfo.InvariantCulture) : otherwise;

    /// <summary>One of the words that are allowed; the first where none was given.</summary>
    public string Choice(string option) =>
        _values.TryGetValue(option, out var value) ? value : FormOf(_known.Single(known => NameOf(known) == option)).Split('|')[0];

    private static string NameOf(string option) => option.Split(' ')[0];

    private static string FormOf(string option) => option.Split(' ')[1];

    private static bool IsAllowed(string form, string value) => form switch
    {
        "N" => long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var whole) && whole is > 0 and <= Most,
        "M" => double.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) && number is > 0 and <= Most,
        _ => form.Split('|').Contains(value),
    };

    private static string Allowed(string form) => form switch
    {
        "N" => string.Create(CultureInfo.InvariantCulture, $"a whole number from 1 to {Most}"),
        "M" => string.Create(CultureInfo.InvariantCulture, $"a number above 0, such as 1.5, up to {Most}"),
        _ => form.Replace("|", ", ", StringComparison.Ordinal),
    };
}
