using System.Globalization;
using System.Text;
using Bickford.Renders.Sora;
using Bickford.Renders.Tests.Support;

namespace Bickford.Renders.Tests.Sora;

/// <summary>A server's text in our messages: one line, short, and without our key.</summary>
public sealed class SafeTextPropertyTests
{
    private const string Key = "sk-secret-key";
    private static readonly SafeText Safe = new(new VideosApiOptions { BaseUrl = "https://api.example.test/v1", ApiKey = Key });

    [Fact]
    public void A_servers_text_is_one_short_line_without_the_key() => Fuzz.Check(5_000, random => (With(random), random.Next(1, 600)), input =>
    {
        var shown = Safe.Show(input.Item1, input.Item2)!;

        shown.Length.ShouldBeLessThanOrEqualTo(input.Item2 + 1);
        shown.Contains(Key, StringComparison.OrdinalIgnoreCase).ShouldBeFalse(shown);
        shown.EnumerateRunes().All(IsHarmless).ShouldBeTrue(shown);
        SafeText.Clean(shown, 1_000).ShouldBe(shown);
    });

    // The key, whole and in pieces, between everything that a cleaning takes away.
    private static string With(Random random) => string.Concat(Enumerable.Range(0, random.Next(6)).Select(_ => random.Next(3) switch
    {
        0 => random.Pick(Key, Key.ToUpperInvariant()),
        1 => Key[..random.Next(Key.Length)],
        _ => Arbitrary.Text(random),
    }));

    private static bool IsHarmless(Rune rune) => rune.Value == ' ' || Rune.GetUnicodeCategory(rune) is not
        (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.SpaceSeparator or UnicodeCategory.Surrogate);
}
