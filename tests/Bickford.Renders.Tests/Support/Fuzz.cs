using System.Globalization;
using System.Text;

namespace Bickford.Renders.Tests.Support;

/// <summary>
/// Holds a property against inputs that are made from seeds: 0, 1, 2 and so on, so that every run tries the same ones and the seed of a failure repeats it.
/// RENDERS_FUZZ_RUNS=100 tries a hundred times as many, RENDERS_FUZZ_SEED=7 only that one.
/// </summary>
internal static class Fuzz
{
    private const int LongestShown = 4_000;

    private static readonly int Times = Variable("RENDERS_FUZZ_RUNS") ?? 1;
    private static readonly int? Only = Variable("RENDERS_FUZZ_SEED");

    /// <summary>Makes <paramref name="runs"/> inputs and asks whether the property holds for each; it says no by throwing.</summary>
    public static void Check<T>(int runs, Func<Random, T> make, Action<T> holds)
    {
        foreach (var seed in Seeds(runs))
        {
            var input = make(RandomOf(seed));
            try
            {
                holds(input);
            }
            catch (Exception e)
            {
                throw Broken(seed, input, e);
            }
        }
    }

    /// <inheritdoc cref="Check"/>
    public static async Task CheckAsync<T>(int runs, Func<Random, T> make, Func<T, Task> holds)
    {
        foreach (var seed in Seeds(runs))
        {
            var input = make(RandomOf(seed));
            try
            {
                await holds(input);
            }
            catch (Exception e)
            {
                throw Broken(seed, input, e);
            }
        }
    }

    private static IEnumerable<int> Seeds(int runs) => Only is { } only ? [only] : Enumerable.Range(0, checked(runs * Times));

    // Neighbouring seeds begin alike; far ones do not.
    private static Random RandomOf(int seed) => new(unchecked((int)((uint)seed * 2_654_435_769)));

    private static InvalidOperationException Broken<T>(int seed, T input, Exception e) =>
        new($"It does not hold for seed {seed} (RENDERS_FUZZ_SEED={seed} repeats it alone): {e.GetType().Name}: {e.Message}\nInput: {Cut(Shown(input))}", e);

    private static string Shown(object? value) => value switch
    {
        null => "null",
        string text => Escaped(text),
        byte[] bytes => $"{Escaped(Encoding.Latin1.GetString(bytes))} ({bytes.Length} bytes)",
        System.Collections.IEnumerable items => $"[{string.Join(", ", items.Cast<object?>().Select(Shown))}]",
        System.Runtime.CompilerServices.ITuple tuple => $"({string.Join(", ", Enumerable.Range(0, tuple.Length).Select(i => Shown(tuple[i])))})",
        _ => Escaped(value.ToString() ?? ""),
    };

    // As a C# literal: what is invisible or half a character is what it is about.
    private static string Escaped(string text) => $"\"{string.Concat(text.Select(c => c switch
    {
        '"' => "\\\"",
        '\\' => @"\\",
        >= ' ' and < '\x7f' => c.ToString(),
        _ => string.Create(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
    }))}\"";

    private static string Cut(string text) => text.Length > LongestShown ? $"{text[..LongestShown]}… ({text.Length} characters)" : text;

    private static int? Variable(string name) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
