using System.Text;
using System.Text.Json.Nodes;
using Bickford.Renders.Ledger;
using Bickford.Renders.Webhooks;

namespace Bickford.Renders.Tests.Webhooks;

public sealed class WebhookSignatureTests
{
    private const string Key = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    [Fact]
    public void The_example_of_Standard_Webhooks_has_its_signature()
    {
        var signature = WebhookSignature.Of([Key], "msg_p5jXN8AQM9LWM0D4loKWxJek", DateTimeOffset.FromUnixTimeSeconds(1614265330), "{\"test\": 2432232314}"u8);

        signature.ShouldBe("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    [Fact]
    public void Each_key_gives_a_signature_so_that_one_can_be_replaced_without_a_gap()
    {
        var other = "whsec_" + Convert.ToBase64String(new byte[32]);

        var both = WebhookSignature.Of([other, Key], "a", DateTimeOffset.UnixEpoch, "{}"u8).Split(' ');

        both.ShouldBe([WebhookSignature.Of([other], "a", DateTimeOffset.UnixEpoch, "{}"u8), WebhookSignature.Of([Key], "a", DateTimeOffset.UnixEpoch, "{}"u8)]);
        both[0].ShouldNotBe(both[1]);
    }

    [Theory]
    [InlineData(Key, true)]
    [InlineData("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", false)]
    [InlineData("whsec_", false)]
    [InlineData("whsec_c2hvcnQ=", false)]
    [InlineData("whsec_not base64 at all, but long enough!", false)]
    public void A_key_is_whsec_and_base64_of_24_to_64_bytes(string text, bool isKey) => WebhookSignature.IsKey(text).ShouldBe(isKey);

    [Fact]
    public void A_message_has_the_events_id_and_its_payload_byte_for_byte()
    {
        const string Payload = """{"a":1.5,"prompt":"Åsa \u003c \"b\""}""";
        var one = new LedgerEvent(7, Guid.AllBitsSet, "renders/x", Guid.AllBitsSet, 2, "render.completed", DateTimeOffset.UnixEpoch, Payload, LedgerHash.Genesis, new string('c', 64));

        var message = HookMessage.Of(one);

        var body = Encoding.UTF8.GetString(message.Body.Span);
        var json = JsonNode.Parse(body)!;
        message.Id.ShouldBe(one.EventId.ToString());
        body.ShouldContain($"\"payload\":{Payload},");
        (json["type"]!.GetValue<string>(), json["timestamp"]!.GetValue<string>()).ShouldBe(("render.completed", "1970-01-01T00:00:00.000Z"));
        json["data"]!.AsObject().Select(field => field.Key).ShouldBe(["seq", "event_id", "stream", "render_id", "render_seq", "payload", "prev_hash", "hash"]);
    }
}
