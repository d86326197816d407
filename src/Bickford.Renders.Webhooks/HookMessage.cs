using System.Text.Json;
using Bickford.Renders.Ledger;

namespace Bickford.Renders.Webhooks;

/// <summary>What a receiver gets: an id that is the same on every try, and a body.</summary>
/// <param name="Id">The header <c>webhook-id</c>: the event's id, by which a receiver knows what it had before.</param>
/// <param name="Body">JSON.</param>
public sealed record HookMessage(string Id, ReadOnlyMemory<byte> Body)
{
    /// <summary>An event as a message: <c>type</c>, <c>timestamp</c> and <c>data</c>, as Standard Webhooks has them. The payload stands in it byte for byte, for its hash.</summary>
    public static HookMessage Of(LedgerEvent one)
    {
        using var body = new MemoryStream();
        using (var json = new Utf8JsonWriter(body))
        {
            json.WriteStartObject();
            json.WriteString("type", one.Type);
            json.WriteString("timestamp", LedgerHash.TimeText(one.OccurredAt));
            json.WriteStartObject("data");
            json.WriteNumber("seq", one.Seq);
            json.WriteString("event_id", one.EventId);
            json.WriteString("stream", one.Stream);
            if (one.RenderId is { } render)
                json.WriteString("render_id", render);
            else
                json.WriteNull("render_id");
            json.WriteNumber("render_seq", one.RenderSeq);
            json.WritePropertyName("payload");
            json.WriteRawValue(one.Payload);
            json.WriteString("prev_hash", one.PrevHash);
            json.WriteString("hash", one.Hash);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return new HookMessage(one.EventId.ToString("D"), body.ToArray());
    }

    /// <summary>A message by which a person finds out whether a hook works. It is about nothing that happened.</summary>
    public static HookMessage Test(Guid id, DateTimeOffset now) => new(
        id.ToString("D"), JsonSerializer.SerializeToUtf8Bytes(new { type = "hook.test", timestamp = LedgerHash.TimeText(now), data = new { } }));
}
