using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Bickford.Renders.Ledger;

namespace Bickford.Renders.Tests.Ledger;

public sealed class CanonicalJsonTests
{
    [Theory]
    [InlineData("""{ "b" : 1, "a" : [ true, false, null ] }""", """{"a":[true,false,null],"b":1}""")]
    [InlineData("{\"€\":1,\"\\r\":2,\"\ufb33\":3,\"1\":4,\"😀\":5,\"\\u0080\":6,\"ö\":7}", "{\"\\r\":2,\"1\":4,\"\u0080\":6,\"ö\":7,\"€\":1,\"😀\":5,\"\ufb33\":3}")]
    [InlineData("{}", "{}")]
    [InlineData("[]", "[]")]
    [InlineData("""{"a":{"d":1,"c":{}}}""", """{"a":{"c":{},"d":1}}""")]
    public void Members_are_sorted_by_code_units_without_white_space(string json, string canonical) => CanonicalJson.Of(json).ShouldBe(canonical);

    [Theory]
    [InlineData("\"\\u0041\\/\\u00e9\\u2028<>&'\"", "\"A/é\u2028<>&'\"")]
    [InlineData("\"\\\"\\\\\\b\\f\\n\\r\\t\\u0001\\u001F\\u007f\"", "\"\\\"\\\\\\b\\f\\n\\r\\t\\u0001\\u001f\u007f\"")]
    public void Texts_have_only_the_escapes_they_need(string json, string canonical) => CanonicalJson.Of(json).ShouldBe(canonical);

    // Samples of RFC 8785, appendix B, and the places where notations change.
    [Theory]
    [InlineData("0", "0")]
    [InlineData("-0", "0")]
    [InlineData("-0.0", "0")]
    [InlineData("1.0", "1")]
    [InlineData("0.80", "0.8")]
    [InlineData("1e2", "100")]
    [InlineData("5e-324", "5e-324")]
    [InlineData("1.7976931348623157e308", "1.7976931348623157e+308")]
    [InlineData("9007199254740993", "9007199254740993")]
    [InlineData("-9223372036854775808", "-9223372036854775808")]
    [InlineData("18446744073709551615", "18446744073709551615")]
    [InlineData("295147905179352830000", "295147905179352830000")]
    [InlineData("1e21", "1e+21")]
    [InlineData("999999999999999900000", "999999999999999900000")]
    [InlineData("9.999999999999997e22", "9.999999999999997e+22")]
    [InlineData("1e23", "1e+23")]
    [InlineData("0.000001", "0.000001")]
    [InlineData("0.0000001", "1e-7")]
    [InlineData("333333333.33333329", "333333333.3333333")]
    [InlineData("-1.5e-9", "-1.5e-9")]
    public void Numbers_have_their_shortest_form(string json, string canonical) => CanonicalJson.Of(json).ShouldBe(canonical);

    [Theory]
    [InlineData("""{"a":1,"a":1}""")]
    [InlineData("""{"a":1,"\u0061":2}""")]
    [InlineData("1e400")]
    [InlineData("NaN")]
    [InlineData("[1,]")]
    [InlineData("// comment\n1")]
    [InlineData("\"\\ud800\"")]
    [InlineData("{\"\\udc00\":1}")]
    [InlineData("")]
    public void What_can_be_read_in_two_ways_has_no_canonical_form(string json) => Should.Throw<JsonException>(() => CanonicalJson.Of(json));

    [Fact]
    public void A_node_with_a_number_that_JSON_has_not_is_refused() =>
        Should.Throw<JsonException>(() => CanonicalJson.Of(new JsonObject { ["x"] = double.NaN }));

    [Fact]
    public void A_node_with_a_member_twice_is_refused() =>
        Should.Throw<JsonException>(() => CanonicalJson.Of(JsonNode.Parse("""{"a":1,"a":2}""")));

    [Fact]
    public void A_text_with_half_a_surrogate_pair_is_refused() => Should.Throw<JsonException>(() => CanonicalJson.Of($"\"{(char)0xD800}\""));

    [Fact]
    public void A_parsed_node_with_half_a_surrogate_pair_is_refused() =>
        Should.Throw<JsonException>(() => CanonicalJson.Of(JsonNode.Parse("""{"a":"\ud800"}""")));

    [Fact]
    public void Half_a_surrogate_pair_in_a_node_is_replaced() =>
        CanonicalJson.Of(new JsonObject { ["x"] = "cut \ud83c" }).ShouldBe("{\"x\":\"cut \ufffd\"}");

    [Fact]
    public void Equal_amounts_have_one_form() =>
        CanonicalJson.Of(new JsonObject { ["cost"] = 0.80m }).ShouldBe(CanonicalJson.Of(new JsonObject { ["cost"] = 0.8 }));

    [Fact]
    public void The_canonical_form_of_a_canonical_form_is_itself()
    {
        for (var seed = 0; seed < 2_000; seed++)
        {
            var canonical = CanonicalJson.Of(Value(new Random(seed), 4));
            CanonicalJson.Of(canonical).ShouldBe(canonical, $"seed {seed}");
            JsonNode.DeepEquals(JsonNode.Parse(canonical), JsonNode.Parse(CanonicalJson.Of(JsonNode.Parse(canonical)))).ShouldBeTrue($"seed {seed}");
        }
    }

    [Fact]
    public void The_order_of_members_does_not_matter()
    {
        for (var seed = 0; seed < 500; seed++)
        {
            var random = new Random(seed);
            var members = Enumerable.Range(0, random.Next(12)).Select(i => (Name: Text(random) + i, Value: Value(random, 2)?.ToJsonString() ?? "null")).ToList();
            var one = members.Select(m => $"{JsonSerializer.Serialize(m.Name)}:{m.Value}").ToList();
            var other = one.ToArray();
            random.Shuffle(other);

            CanonicalJson.Of($"{{{string.Join(',', one)}}}").ShouldBe(CanonicalJson.Of($"{{ {string.Join(" , ", other)} }}"), $"seed {seed}");
        }
    }

    [Fact]
    public void A_number_reads_back_as_the_same()
    {
        var random = new Random(1);
        for (var i = 0; i < 20_000; i++)
        {
            var number = BitConverter.Int64BitsToDouble(random.NextInt64(long.MinValue, long.MaxValue));
            if (double.IsFinite(number))
                double.Parse(CanonicalJson.Of(JsonValue.Create(number)), CultureInfo.InvariantCulture).ShouldBe(number == 0 ? 0 : number);
        }
    }

    private static JsonNode? Value(Random random, int depth) => random.Next(depth == 0 ? 5 : 7) switch
    {
        0 => null,
        1 => JsonValue.Create(random.Next(2) == 0),
        2 => JsonValue.Create(random.NextInt64(long.MinValue, long.MaxValue) >> random.Next(64)),
        3 => JsonValue.Create(random.NextDouble() * Math.Pow(10, random.Next(-30, 30))),
        4 => JsonValue.Create(Text(random)),
        5 => new JsonArray([.. Enumerable.Range(0, random.Next(4)).Select(_ => Value(random, depth - 1))]),
        _ => new JsonObject(Enumerable.Range(0, random.Next(4)).Select(i => KeyValuePair.Create(Text(random) + i, Value(random, depth - 1)))),
    };

    private static string Text(Random random) =>
        new([.. Enumerable.Range(0, random.Next(6)).Select(_ => (char)(random.Next(3) == 0 ? random.Next(0xD800) : random.Next(0x80)))]);
}
