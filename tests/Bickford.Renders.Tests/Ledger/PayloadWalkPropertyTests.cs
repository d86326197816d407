using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Bickford.Renders.Ledger;
using Bickford.Renders.Tests.Support;

namespace Bickford.Renders.Tests.Ledger;

/// <summary>The quick look at a payload never says more than the thorough one.</summary>
public sealed class PayloadWalkPropertyTests
{
    private static readonly Guid Event = Guid.Parse("0192f5b4-7b1c-8d3a-9f00-0123456789ab");

    [Fact]
    public void What_it_takes_for_canonical_is() => Fuzz.Check(1_500, AnyPayload, text =>
    {
        if (Walk(text) is not { } walk)
            return;
        CanonicalJson.Of(text).ShouldBe(text);
        var payload = JsonNode.Parse(text)!.AsObject();
        walk.Version.ShouldBe(payload["version"] is JsonValue version && version.GetValueKind() == JsonValueKind.Number && version.TryGetValue<long>(out var number) ? number : null);
        foreach (var (name, range) in new[] { ("status", walk.Status), ("video_id", walk.VideoId), ("storage_uri", walk.StorageUri) })
        {
            (range is not null).ShouldBe(payload[name] is JsonValue value && value.GetValueKind() == JsonValueKind.String, name);
            if (range is { } at)
                JsonNode.Parse([(byte)'"', .. Encoding.UTF8.GetBytes(text)[at], (byte)'"'])!.GetValue<string>().ShouldBe(payload[name]!.GetValue<string>());
        }

        walk.NamesEvent.ShouldBe(payload["event_id"] is JsonValue id && id.GetValueKind() == JsonValueKind.String && id.GetValue<string>() == Event.ToString("D"));
    });

    [Fact]
    public void It_knows_the_payloads_that_renders_write()
    {
        var text = $$"""{"assets":[{"bytes":20493,"kind":"Video","uri":"file:///v/a.mp4"}],"cost":0.4,"event_id":"{{Event:D}}","prompt":"A \"quoted\" line\nand é","status":"Completed","tags":[],"version":13,"video_id":null}""";
        CanonicalJson.Of(text).ShouldBe(text);
        var status = text.IndexOf("Completed", StringComparison.Ordinal) + 1; // a byte more than characters: the é
        Walk(text).ShouldBe(new PayloadWalk(13, NamesEvent: true) { Status = status..(status + 9) });
    }

    [Theory]
    [InlineData("""{"b":1,"a":2}""")]
    [InlineData("""{"a":1,"a":1}""")]
    [InlineData("""{"a":1, "b":2}""")]
    [InlineData("""{"a":1} """)]
    [InlineData("""{"a":-0}""")]
    [InlineData("""{"a":0.50}""")]
    [InlineData("""{"a":1e2}""")]
    [InlineData("""{"a":0.0000001}""")]
    [InlineData("""{"a":"\/"}""")]
    [InlineData("""{"a":"\u0041"}""")]
    [InlineData("""[1]""")]
    [InlineData("""1""")]
    public void It_says_nothing_of_what_is_not_plainly_canonical(string text) => Walk(text).ShouldBeNull();

    // As verification does it.
    private static PayloadWalk? Walk(string text)
    {
        using var hashed = new HashedText(LedgerHash.Genesis, Event, "notes", 1, "note.taken", DateTimeOffset.UnixEpoch, text);
        return hashed.PayloadIsWhole ? PayloadWalk.Along(hashed.Payload, Event) : null;
    }

    private static string AnyPayload(Random random)
    {
        var text = Arbitrary.Json(random, 4, "version", "event_id", "status", "video_id", "storage_uri", "a", "b", "\"");
        if (random.Chance(0.3))
            text = $$"""{"event_id":"{{(random.Chance(0.5) ? Event : Guid.Empty):D}}","version":{{random.Next(100)}},"z":{{text}}}""";
        try
        {
            text = random.Chance(0.7) ? CanonicalJson.Of(text) : text;
        }
        catch (JsonException)
        {
            // It has no canonical form: all the better.
        }

        return random.Chance(0.3) ? Arbitrary.Mutated(random, text) : text;
    }
}
