using System.Data.Common;

namespace Bickford.Renders.Worker.Settings;

/// <summary>Finds the secrets among settings and variables, so that nothing which is shown or written down holds one.</summary>
internal static class SettingSecrets
{
    private const string Shown = "********";

    // Npgsql's words for a password and for that of a certificate; with and without a space.
    private static readonly string[] PasswordWords = ["Password", "Pwd", "Psw", "Passwd", "Ssl Password", "SslPassword"];

    // What the libraries in here read from the environment themselves.
    private static readonly string[] Variables = ["OPENAI_API_KEY", "PGPASSWORD", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"];

    private static readonly string[] Proxies = ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"];

    /// <summary>Takes all of them out of a text.</summary>
    public static SecretMask MaskOf(IEnumerable<EffectiveSetting> settings, IReadOnlyDictionary<string, string> variables) => new(
    [
        .. settings.SelectMany(setting => setting.Key.Secret ? setting.Values.SelectMany(Parts) : setting.Values.SelectMany(PasswordsIn)),
        .. Variables.Select(variables.GetValueOrDefault),
        .. Proxies.Select(variables.GetValueOrDefault).SelectMany(LoginOf),
    ]);

    /// <summary>A value for people: a connection string is worth seeing, its password is not. What mentions one and cannot be read is not shown.</summary>
    public static string WithoutPassword(string value)
    {
        if (Parse(value) is not { } parts)
            return MayHoldPassword(value) ? Shown : value;
        var words = PasswordWords.Where(parts.ContainsKey).ToArray();
        if (words.Length == 0)
            return value;
        foreach (var word in words)
            parts[word] = Shown;
        return parts.ConnectionString;
    }

    /// <summary>A value that is a secret.</summary>
    public static string Hidden(string value) => value.Length > 0 ? Shown : value;

    /// <summary>Whether a text looks like one with a password in it: keywords, or an address with user info or a query.</summary>
    public static bool MayHoldPassword(string value) =>
        PasswordWords.Any(word => value.Replace(" ", "", StringComparison.Ordinal).Contains(word.Replace(" ", "", StringComparison.Ordinal) + "=", StringComparison.OrdinalIgnoreCase))
        || (value.Contains("://", StringComparison.Ordinal) && value.AsSpan().ContainsAny('@', '?'));

    // "Bearer abc" in a header: the part after the scheme is the secret as well; and so is that of a hook's whsec_abc.
    private static IEnumerable<string> Parts(string value) =>
        [value, value[(value.IndexOf(' ', StringComparison.Ordinal) + 1)..], value.StartsWith("whsec_", StringComparison.Ordinal) ? value["whsec_".Length..] : value];

    private static IEnumerable<string> PasswordsIn(string value) =>
        Parse(value) is { } parts ? PasswordWords.Where(parts.ContainsKey).Select(word => (string)parts[word]) : [];

    private static IEnumerable<string> LoginOf(string? proxy) =>
        proxy is not null && Uri.TryCreate(proxy.Contains("://", StringComparison.Ordinal) ? proxy : $"http://{proxy}", UriKind.Absolute, out var address)
            ? address.UserInfo.Split(':', 2).Skip(1).SelectMany(part => new[] { part, Uri.UnescapeDataString(part) })
            : [];

    private static DbConnectionStringBuilder? Parse(string value)
    {
        try
        {
            return new DbConnectionStringBuilder { ConnectionString = value };
        }
        catch (ArgumentException)
        {
            return null;
        }
    }
}
