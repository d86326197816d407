using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Bickford.Renders.Ledger;
using Bickford.Renders.Tests.Support;

namespace Bickford.Renders.Tests.Ledger;

/// <summary>One text for one value: what is hashed can be understood in one way only.</summary>
public sealed class CanonicalJsonPropertyTests
{
    [Fact]
    public void Any_text_has_one_canonical_form_or_none() => Fuzz.Check(2_500, AnyText, text =>
    {
        string canonical;
        try
        {
            canonical = CanonicalJson.Of(text);
        }
        catch (JsonException)
        {
            return;
        }

        CanonicalJson.Of(canonical).ShouldBe(canonical);
        CanonicalJson.Of(JsonNode.Parse(canonical)).ShouldBe(canonical);
        JsonSerializer.Deserialize<JsonElement>(Encoding.UTF8.GetBytes(canonical)).GetRawText().ShouldBe(canonical, "it survives UTF-8");
    });

    [Fact]
    public void A_value_reads_back_from_its_canonical_form_as_the_same() => Fuzz.Check(1_500, random => Value(random, 4), value =>
        JsonNode.DeepEquals(JsonNode.Parse(CanonicalJson.Of(value)), JsonNode.Parse(value?.ToJsonString() ?? "null")).ShouldBeTrue());

    [Fact]
    public void Two_values_that_differ_have_two_texts() => Fuzz.Check(1_500, Pair, pair =>
    {
        var (one, other) = pair;
        (CanonicalJson.Of(one) == CanonicalJson.Of(other)).ShouldBe(JsonNode.DeepEquals(one, other));
    });

    [Fact]
    public void Whole_numbers_of_64_bits_keep_every_digit() => Fuzz.Check(2_000, random => (random.NextInt64(long.MinValue, long.MaxValue), random.Next(64)), input =>
    {
        var signed = input.Item1 >> input.Item2;
        var unsigned = (ulong)input.Item1 >> input.Item2;
        CanonicalJson.Of(JsonValue.Create(signed)).ShouldBe(signed.ToString(CultureInfo.InvariantCulture));
        CanonicalJson.Of(JsonValue.Create(unsigned)).ShouldBe(unsigned.ToString(CultureInfo.InvariantCulture));
    });

    private static string AnyText(Random random) => random.Next(4) switch
    {
        0 => Arbitrary.Text(random),
        1 => $"\"{Arbitrary.Text(random)}\"",
        2 => Arbitrary.Mutated(random, Arbitrary.Json(random)),
        _ => Arbitrary.Json(random, 4, "a", "b", "a\u0301", "á", "\u0000"),
    };

    // Numbers as .NET values have them: what JSON text may hold beyond a double is rounded, as RFC 8785 has it.
    private static JsonNode? Value(Random random, int depth) => random.Next(depth == 0 ? 6 : 8) switch
    {
        0 => null,
        1 => JsonValue.Create(random.Chance(0.5)),
        2 => JsonValue.Create(random.NextInt64(long.MinValue, long.MaxValue) >> random.Next(64)),
        3 => JsonValue.Create(BitConverter.Int64BitsToDouble(random.NextInt64(long.MinValue, long.MaxValue)) is var number && double.IsFinite(number) ? number : 0.5),
        4 => JsonValue.Create(random.Next(100_000) / 1_000m),
        5 => JsonValue.Create(Arbitrary.Unicode(random)),
        6 => new JsonArray([.. Enumerable.Range(0, random.Next(4)).Select(_ => Value(random, depth - 1))]),
        _ => new JsonObject(Enumerable.Range(0, random.Next(4)).Select(i => KeyValuePair.Create(Arbitrary.Unicode(random) + i, Value(random, depth - 1)))),
    };

    // Two payloads with a small difference somewhere, or none: the order of members is none.
    private static (JsonObject One, JsonObject Other) Pair(Random random)
    {
        var one = new JsonObject { ["a"] = Value(random, 2), ["b"] = Value(random, 2), ["c"] = new JsonArray(Value(random, 1), Value(random, 1)) };
        var other = (JsonObject)one.DeepClone();
        switch (random.Next(7))
        {
            case 0:
                other["a"] = Value(random, 1);
                break;
            case 1:
                (other["a"], other["b"]) = (one["b"]?.DeepClone(), one["a"]?.DeepClone());
                break;
            case 2:
                other.Remove(random.Pick("a", "b", "c"));
                break;
            case 3:
                other["d"] = null;
                break;
            case 4:
                other["c"]!.AsArray().Insert(random.Next(3), Value(random, 0));
                break;
            case 5 when other["a"]?.GetValueKind() == JsonValueKind.String:
                other["a"] = Arbitrary.Mutated(random, one["a"]!.GetValue<string>()).ReplaceLineEndings();
                if (other["a"]!.GetValue<string>().EnumerateRunes().Contains(Rune.ReplacementChar))
                    other["a"] = "half a pair has no text of its own";
                break;
            default:
                var moved = other["a"]?.DeepClone();
                other.Remove("a");
                other["a"] = moved;
                break;
        }

        return (one, other);
    }
}
