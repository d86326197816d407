using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Bickford.Renders.Worker.Doors;

/// <summary>How a program's key is written: <c>brk_ID_SECRET</c>, the id with 48 random bits, the secret with 256, both as lower-case hex digits.</summary>
internal static partial class ApiKeyText
{
    /// <summary>What all of them begin with, so that scanners for leaked secrets find them.</summary>
    public const string Prefix = "brk_";

    /// <summary>Random bytes that one is made of.</summary>
    public const int RandomBytes = IdBytes + 32;

    private const int IdBytes = 6;

    /// <summary>Makes one.</summary>
    /// <param name="random"><see cref="RandomBytes"/> bytes that nobody can guess.</param>
    public static (string Id, string Key) Make(ReadOnlySpan<byte> random)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(random.Length, RandomBytes);
        var id = Convert.ToHexStringLower(random[..IdBytes]);
        return (id, $"{Prefix}{id}_{Convert.ToHexStringLower(random[IdBytes..])}");
    }

    /// <summary>The id in a key; null if it is none.</summary>
    public static string? IdOf(string text) => Form().Match(text) is { Success: true } form ? form.Groups["id"].Value : null;

    /// <summary>What is kept of it. The secret is random through and through: a slow hash would protect it no better.</summary>
    public static string Sha256(string key) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)));

    /// <summary>Whether this is the key that was kept, in a time that tells nothing.</summary>
    public static bool Fits(string key, string sha256) => CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(Sha256(key)), Encoding.ASCII.GetBytes(sha256));

    [GeneratedRegex("^brk_(?<id>[0-9a-f]{12})_[0-9a-f]{64}\\z", RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
