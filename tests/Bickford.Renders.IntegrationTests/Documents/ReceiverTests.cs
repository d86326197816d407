using System.Globalization;
using System.Text.Json;
using Bickford.Renders.Webhooks;

namespace Bickford.Renders.IntegrationTests.Documents;

/// <summary>The receiver of docs/feed.md, in Python, believes what a hook sends and nothing else.</summary>
public sealed class ReceiverTests
{
    private const string Key = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private const string Body = """{"type":"render.completed","data":{"seq":41}}""";

    [Theory]
    [InlineData(Key, Body, 0, "True")]
    [InlineData("whsec_BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB", Body, 0, "False")]
    [InlineData(Key, """{"type":"render.completed","data":{"seq":42}}""", 0, "False")]
    [InlineData(Key, Body, -301, "False")]
    public async Task It_believes_a_signature_of_its_key_over_this_body_and_of_this_time(string key, string body, int seconds, string believes)
    {
        var sentAt = TimeProvider.System.GetUtcNow().AddSeconds(seconds);
        var headers = new Dictionary<string, string>
        {
            ["webhook-id"] = "018f6b1e-7d2a-7c3e-9a31-5f0c9d2e4b7a",
            ["webhook-timestamp"] = sentAt.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture),
            ["webhook-signature"] = WebhookSignature.Of(["whsec_" + Convert.ToBase64String(new byte[32]), Key], "018f6b1e-7d2a-7c3e-9a31-5f0c9d2e4b7a", sentAt, System.Text.Encoding.UTF8.GetBytes(Body)),
        };
        var receiver = PageScript.Lines("docs/feed.md").SkipWhile(line => line != "```python").Skip(1).TakeWhile(line => line != "```");
        string[] script =
        [
            "import base64, hashlib, hmac, json, time",
            $"h, secret, body = {JsonSerializer.Serialize(headers)}, {JsonSerializer.Serialize(key)}, {JsonSerializer.Serialize(body)}.encode()",
            .. receiver,
            "print(ok)",
        ];

        var (said, error) = await PageScript.RunAsync(Path.GetTempPath(), "python3", ["-"], string.Join('\n', script), TestContext.Current.CancellationToken);

        said.Trim().ShouldBe(believes, error);
    }
}
