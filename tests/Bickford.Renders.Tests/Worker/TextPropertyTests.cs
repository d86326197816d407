using System.Globalization;
using System.Net;
using System.Text;
using Bickford.Renders.Ports;
using Bickford.Renders.Tests.Support;
using Bickford.Renders.Worker.Cli;
using Bickford.Renders.Worker.Doors;
using Bickford.Renders.Worker.Output;
using Bickford.Renders.Worker.Serve;
using Bickford.Renders.Worker.Settings;
using Bickford.Renders.Worker.Web;
using Microsoft.AspNetCore.Http;
using NSubstitute;

namespace Bickford.Renders.Tests.Worker;

/// <summary>Small texts from outside: what people type, and what must not steer their terminal or browser.</summary>
public sealed class TextPropertyTests
{
    [Fact]
    public void A_time_is_read_or_refused() => Fuzz.Check(5_000, Arbitrary.Amount, text =>
    {
        if (DurationText.TryParse(text, out var time))
            time.Duration().ShouldBeLessThanOrEqualTo(TimeSpan.MaxValue);
    });

    [Fact]
    public void A_time_in_whole_milliseconds_is_written_as_it_is_read() => Fuzz.Check(3_000, random => TimeSpan.FromMilliseconds(random.NextInt64(1L << random.Next(1, 34))), time =>
    {
        DurationText.TryParse(DurationText.Short(time), out var read).ShouldBeTrue(DurationText.Short(time));
        read.ShouldBe(time);
    });

    [Fact]
    public void A_size_is_two_sides_or_refused() => Fuzz.Check(3_000, random => random.Chance(0.5) ? $"{Arbitrary.Amount(random)}x{Arbitrary.Amount(random)}" : Arbitrary.Mutated(random, "1280x720"), text =>
    {
        if (ModelSize.TryParse(text, out var width, out var height))
            string.Create(CultureInfo.InvariantCulture, $"{width}x{height}").ShouldBe(string.Join('x', text.Split('x').Select(side => side.TrimStart('0'))));
    });

    [Fact]
    public void An_address_to_listen_on_is_one_or_refused() => Fuzz.Check(5_000, Address, text =>
    {
        if (!ListenAddress.TryParse(text, out var address))
            return;
        address.Port.ShouldBeInRange(0, 65_535);
        new UriBuilder("http", address.Address.ToString(), address.Port).Uri.IsAbsoluteUri.ShouldBeTrue();
    });

    [Fact]
    public void No_text_can_steer_a_terminal() => Fuzz.Check(1_000, random => (Arbitrary.Text(random), random.Next(1, 60)), input =>
    {
        var (text, columns) = input;
        foreach (var shown in new[] { SafeText.Line(text), SafeText.Cut(text, columns), SafeText.Markup(text) })
        {
            shown.EnumerateRunes().Any(rune => Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
                || (Rune.GetUnicodeCategory(rune) == UnicodeCategory.Format && rune.Value is not (0x200C or 0x200D))).ShouldBeFalse(shown);
            Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(shown)).ShouldBe(shown, "no half of a pair is left");
        }

        var console = new StringWriter();
        new Terminal(console, TextWriter.Null, outIsTerminal: false, json: false).Line(SafeText.Markup(text));
        console.ToString().TrimEnd().ShouldBe(SafeText.Line(text), "markup in it stays text");
    });

    [Fact]
    public void No_address_that_a_form_says_leads_elsewhere() => Fuzz.Check(5_000, random => random.Pick("/", "//", "/\\", "/\t/", "/renders?", "") + Arbitrary.Text(random), text =>
    {
        var url = new Uri(new Uri("http://here.example"), LocalUrl.Or(text, "/"));
        url.Host.ShouldBe("here.example", text);
    });

    [Fact]
    public void A_comment_behind_a_byte_order_mark_and_blanks_is_no_prompt() =>
        PromptFile.Parse("\uFEFF  # a list of prompts\nA boat").ShouldHaveSingleItem().ShouldBe(new PromptLine(2, "A boat"));

    [Fact]
    public void Prompts_of_a_file_are_its_lines() => Fuzz.Check(3_000, random => string.Join(random.Pick("\n", "\r\n"), Enumerable.Range(0, random.Next(6)).Select(_ => Arbitrary.Text(random))), text =>
    {
        var lines = text.Split('\n');
        foreach (var prompt in PromptFile.Parse(text))
        {
            lines[prompt.Line - 1].ShouldContain(prompt.Text);
            prompt.Text.Trim().ShouldBe(prompt.Text);
            prompt.Text.ShouldNotBeEmpty();
        }
    });

    [Fact]
    public Task A_short_id_is_hex_or_refused_by_name() => Fuzz.CheckAsync(500, random => random.Chance(0.6) ? Arbitrary.Mutated(random, "01950000-0000-7000-8000-000000000001") : Arbitrary.Text(random), async text =>
    {
        var store = Substitute.For<IRenderStore>();
        store.FindIdsAsync(default!, default, default).ReturnsForAnyArgs([]);
        try
        {
            await Renders.Worker.Cli.ShortIds.ResolveAsync(store, text, TestContext.Current.CancellationToken);
        }
        catch (Exception e) when (e is InputException or RenderNotFoundException)
        {
            foreach (var call in store.ReceivedCalls())
                ((string)call.GetArguments()[0]!).All(char.IsAsciiHexDigit).ShouldBeTrue();
        }
    });

    [Fact]
    public void Whoever_says_anything_but_a_password_stays_outside() => Fuzz.Check(4_000, random => (Arbitrary.Text(random), Authorization(random), random.Chance(0.5)), input =>
    {
        var (host, authorization, hasPasswords) = input;
        var settings = hasPasswords ? new DoorSettings("operator-password-1", null, ReadOnly: false) : new DoorSettings(null, null, ReadOnly: false);

        Door.Of(settings, IPAddress.Parse("203.0.113.7"), new HostString(host), authorization).ShouldBe(Access.None);
        if (!hasPasswords && Door.Of(settings, IPAddress.Loopback, new HostString(host), authorization) != Access.None)
            (host.StartsWith("localhost", StringComparison.OrdinalIgnoreCase) || host.Any(char.IsAsciiDigit)).ShouldBeTrue(host);
    });

    [Fact]
    public void A_word_of_any_length_is_compared_with_known_ones_or_not_at_all() => Fuzz.Check(200, random => new string('x', 1 << random.Next(20)) + Arbitrary.Text(random), word =>
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        Suggestion.For(word, ["Jobs:ApiWorkers", "Sora:BaseUrl"]);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(100_000);
    });

    private static string Address(Random random) => random.Next(4) switch
    {
        0 => Arbitrary.Mutated(random, random.Pick("http://127.0.0.1:8090", "http://[::1]:0", "http://*:80", "http://+", "http://localhost", "http://[fe80::1%eth0]:80")),
        1 => $"http://{Arbitrary.Text(random)}:{Arbitrary.Amount(random)}",
        2 => $"http://{random.Pick("xn--", "xn--a", "\u200d", "a\u0301", "１２７.0.0.1", "0x7f.1", "127.1", "%31", "[::]", "[v1.a]")}{random.Pick("", ":80", ":0", ":99999")}{random.Pick("", "/", "//", "?", "#")}",
        _ => Arbitrary.Text(random),
    };

    private static string? Authorization(Random random) => random.Next(4) switch
    {
        0 => null,
        1 => $"Basic {Convert.ToBase64String(Arbitrary.Bytes(random, 40))}",
        2 => $"Basic {Arbitrary.Mutated(random, Convert.ToBase64String("operator:operator-password-"u8))}",
        _ => Arbitrary.Text(random),
    };
}
