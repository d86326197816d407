using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Bickford.Renders.Webhooks;

/// <summary>Signatures as Standard Webhooks has them (version 1, HMAC-SHA256). Pure.</summary>
public static class WebhookSignature
{
    private const string Prefix = "whsec_";

    /// <summary>Whether this is a key: <c>whsec_</c> and base64 of 24 to 64 bytes.</summary>
    public static bool IsKey(string text) => TryRead(text) is { Length: >= 24 and <= 64 };

    /// <summary>The header <c>webhook-signature</c>: a signature for each key.</summary>
    /// <param name="keys">The keys.</param>
    /// <param name="id">The header <c>webhook-id</c>.</param>
    /// <param name="sentAt">The header <c>webhook-timestamp</c>.</param>
    /// <param name="body">The body, byte for byte.</param>
    public static string Of(IEnumerable<string> keys, string id, DateTimeOffset sentAt, ReadOnlySpan<byte> body)
    {
        byte[] signed = [.. Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{id}.{sentAt.ToUnixTimeSeconds()}.")), .. body];
        return string.Join(' ', keys.Select(key => $"v1,{Convert.ToBase64String(HMACSHA256.HashData(TryRead(key) ?? throw new ArgumentException("this is no key", nameof(keys)), signed))}"));
    }

    private static byte[]? TryRead(string text)
    {
        if (!text.StartsWith(Prefix, StringComparison.Ordinal))
            return null;
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text[Prefix.Length..], bytes, out var length) ? bytes[..length] : null;
    }
}
