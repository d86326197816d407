using Bickford.Renders.Worker.Output;
using Bickford.Renders.Worker.Serve;
using Bickford.Renders.Worker.Settings;

namespace Bickford.Renders.Tests.Worker;

public sealed class TextTests
{
    [Theory]
    [InlineData("a\u001b[31mred", "a\uFFFD[31mred")]
    [InlineData("one\r\ntwo\tthree", "one  two three")]
    [InlineData("\u202Eabc\u2066def", "abcdef")]
    [InlineData("a\u2028b", "a b")]
    [InlineData("\u009b2J", "\uFFFD2J")]
    [InlineData("zero\u200Bwidth", "zerowidth")]
    [InlineData("no\uFFFFcharacter\uFDD0", "no\uFFFDcharacter\uFFFD")]
    [InlineData("👩‍🚀 日本", "👩‍🚀 日本")]
    [InlineData(null, "")]
    public void Text_from_outside_cannot_steer_a_terminal(string? text, string shown) => SafeText.Line(text).ShouldBe(shown);

    [Fact]
    public void A_lone_surrogate_is_shown_as_the_replacement_character() => SafeText.Line("a\uD800b").ShouldBe("a\uFFFDb");

    /// <summary>Spectre.Console cannot measure it, and one prompt would take the whole list with it.</summary>
    [Fact]
    public void A_code_point_that_is_no_character_can_be_cut() => SafeText.Cut("a long prompt \uFFFF", 6).ShouldBe("a lon…");

    [Fact]
    public void Markup_in_a_prompt_stays_text() => SafeText.Markup("[red]x[/]").ShouldBe("[[red]]x[[/]]");

    [Theory]
    [InlineData("short", 10, "short")]
    [InlineData("a long prompt", 6, "a lon…")]
    [InlineData("日本語の文", 5, "日本…")]
    public void Text_is_cut_by_columns_not_by_characters(string text, int columns, string shown) => SafeText.Cut(text, columns).ShouldBe(shown);

    [Theory]
    [InlineData("500ms", 0.5)]
    [InlineData("30s", 30)]
    [InlineData("1.5m", 90)]
    [InlineData("2h", 7200)]
    [InlineData("1d", 86400)]
    [InlineData("00:00:30", 30)]
    [InlineData("1.00:00:00", 86400)]
    public void A_time_has_a_unit_or_colons(string text, double seconds)
    {
        DurationText.TryParse(text, out var time).ShouldBeTrue();
        time.ShouldBe(TimeSpan.FromSeconds(seconds));
    }

    [Theory]
    [InlineData("30")]
    [InlineData("")]
    [InlineData("s")]
    [InlineData("-5s")]
    [InlineData("5 parsecs")]
    [InlineData("1e9d")]
    [InlineData("99999999999d")]
    [InlineData("NaNs")]
    [InlineData("∞s")]
    public void Anything_else_is_no_time(string text) => DurationText.TryParse(text, out _).ShouldBeFalse();

    [Theory]
    [InlineData("lst", "list")]
    [InlineData("Jobs:ApiWorker", "Jobs:ApiWorkers")]
    [InlineData("entirely different", null)]
    public void The_nearest_word_is_suggested_when_it_is_near(string written, string? meant) =>
        Suggestion.For(written, ["list", "show", "Jobs:ApiWorkers"]).ShouldBe(meant);

    [Theory]
    [InlineData("http://127.0.0.1:8090", "127.0.0.1", 8090)]
    [InlineData("http://localhost:1/", "127.0.0.1", 1)]
    [InlineData("http://*:80", "::", 80)]
    [InlineData("http://+:8080", "::", 8080)]
    [InlineData("http://[::1]:5", "::1", 5)]
    [InlineData("http://0.0.0.0:0", "0.0.0.0", 0)]
    public void An_address_to_listen_on_is_read(string url, string ip, int port)
    {
        var address = ListenAddress.Parse(url);

        (address.Address.ToString(), address.Port).ShouldBe((ip, port));
    }

    [Theory]
    [InlineData("http://host.example:80")]
    [InlineData("http://127.0.0.1:80/path")]
    [InlineData("http://127.0.0.1:99999")]
    public void Other_addresses_are_refused(string url) => ListenAddress.TryParse(url, out _).ShouldBeFalse();

    [Fact]
    public void Every_cause_comes_with_something_to_do()
    {
        foreach (var cause in Enum.GetValues<RenderCause>())
            NextStep.For(Sample.Render() with { Status = RenderStatus.Failed, Cause = cause }).ShouldNotBeNull().ShouldContain("renders ");
    }

    [Theory]
    [InlineData(0.25, "250 ms")]
    [InlineData(1, "1.0 s")]
    [InlineData(59.99, "60.0 s")]
    [InlineData(61, "1 min 1 s")]
    [InlineData(7260, "2 h 1 min")]
    public void Spans_are_short(double seconds, string shown) => HumanText.Span(TimeSpan.FromSeconds(seconds)).ShouldBe(shown);
}
