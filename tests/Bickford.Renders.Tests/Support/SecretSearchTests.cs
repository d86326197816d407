using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;

namespace Bickford.Renders.Tests.Support;

/// <summary>A search that finds nothing proves nothing unless it finds what is there; and the mask hides all that the search can find.</summary>
public sealed class SecretSearchTests
{
    private const string Secret = "sK7\"/+%&~Qz\\Lm3'vT9<xW2=";

    private static readonly JsonSerializerOptions s_fewEscapes = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>A leak, by how it was written.</summary>
    public static TheoryData<string, string> Leaks => new()
    {
        { "plain", $"key {Secret} refused" },
        { "another case", $"key {Secret.ToUpperInvariant()} refused" },
        { "the first characters", $"key {Secret[..8]}********W2= refused" },
        { "URL-encoded", $"https://host/?key={Uri.EscapeDataString(Secret)}&x=1" },
        { "form-encoded", $"a=1&key={WebUtility.UrlEncode(Secret)}" },
        { "JSON", JsonSerializer.Serialize(new { Key = "a " + Secret }) },
        { "JSON with few escapes", JsonSerializer.Serialize(new { Key = Secret }, s_fewEscapes) },
        { "base64", Base64(Secret) },
        { "Basic authentication", "Basic " + Base64("operator:" + Secret) },
        { "Basic authentication of a shorter name", "Basic " + Base64("me:" + Secret) },
        { "Basic authentication without a name", "Basic " + Base64(":" + Secret) },
        { "base64 for URLs", Base64("??>" + Secret).Replace('+', '-').Replace('/', '_') },
    };

    [Theory]
    [MemberData(nameof(Leaks))]
    public void A_leak_is_found_however_it_was_written(string how, string text) =>
        new SecretSearch(("the key", Secret)).In("a log", text).ShouldNotBeEmpty(how);

    [Fact]
    public void A_leak_in_bytes_is_found()
    {
        var search = new SecretSearch(("the key", Secret));

        search.In("a file", [0, 255, .. Encoding.UTF8.GetBytes(Secret), 1]).ShouldNotBeEmpty();
        search.In("a file", Encoding.Unicode.GetBytes("x" + Secret)).ShouldNotBeEmpty();
        search.In("a page", WebUtility.HtmlEncode(Secret)).ShouldNotBeEmpty();
        search.In("a dump", Convert.ToHexStringLower(Encoding.UTF8.GetBytes(Secret))).ShouldBe(["a dump: the key, hex"]);
    }

    [Fact]
    public void What_holds_no_secret_is_let_be() =>
        new SecretSearch(("the key", Secret)).In("a log", $"the key was refused, {Secret[..7]}, {Secret[1..]}").ShouldBeEmpty();

    [Theory]
    [MemberData(nameof(Leaks))]
    public void The_mask_leaves_nothing_of_it(string how, string text)
    {
        var masked = new SecretMask([Secret]).Apply(text);

        masked.ShouldContain(SecretMask.Mask, customMessage: how);
        new SecretSearch(("the key", Secret)).In("the masked text", masked).ShouldBeEmpty(how);
        // Not only its beginning: nothing after it either.
        masked.ShouldNotContain("vT9");
    }

    [Fact]
    public void The_mask_leaves_nothing_of_any_secret_anywhere_in_any_form()
    {
        var random = new Random(11);
        for (var i = 0; i < 500; i++)
        {
            var secret = Text(random, random.Next(8, 40));
            var text = Text(random, random.Next(0, 9)) + secret + Text(random, random.Next(0, 9));
            var written = (i % 5) switch
            {
                0 => text,
                1 => Uri.EscapeDataString(text),
                2 => JsonSerializer.Serialize(text),
                3 => Base64(text),
                _ => WebUtility.UrlEncode(text),
            };
            var masked = new SecretMask([secret, Text(random, 20)]).Apply(written);
            new SecretSearch(("it", secret)).In(string.Create(CultureInfo.InvariantCulture, $"case {i}"), masked).ShouldBeEmpty();
        }
    }

    [Fact]
    public void Masked_JSON_stays_JSON()
    {
        var random = new Random(5);
        for (var i = 0; i < 300; i++)
        {
            var secret = Text(random, random.Next(8, 20));
            var text = i % 2 == 0 ? secret : secret[..random.Next(8, secret.Length)] + Text(random, 6);
            var masked = new SecretMask([secret]).Apply(JsonSerializer.Serialize(new { Message = text, Other = 1 }));
            Should.NotThrow(() => JsonDocument.Parse(masked).Dispose(), masked);
        }
    }

    [Theory]
    [InlineData("see https://store.example/a.mp4?X-Amz-Signature=abc&x=1, or call", "see https://store.example/a.mp4?*** or call")]
    [InlineData("http://user:pw@proxy.example:3128/ refused", "http://***@proxy.example:3128/ refused")]
    [InlineData("{\"url\":\"https://h/x?sig=1\",\"a\":2}", "{\"url\":\"https://h/x?***\",\"a\":2}")]
    [InlineData("what now? nothing@all", "what now? nothing@all")]
    public void Addresses_lose_their_queries_and_logins(string text, string shown) => SecretMask.WithoutTokens(text).ShouldBe(shown);

    [Fact]
    public void Short_values_are_no_secrets_and_an_address_is_hidden_whole_or_not_at_all()
    {
        var mask = new SecretMask(["true", null, "https://tenant.example/a"]);

        mask.Apply("true: https://other.example/b").ShouldBe("true: https://other.example/b");
        mask.Apply("at https://tenant.example/a").ShouldBe("at ***");
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    private static string Text(Random random, int length) => string.Concat(Enumerable.Range(0, length).Select(_ => (char)random.Next('!', '~' + 1)));
}
