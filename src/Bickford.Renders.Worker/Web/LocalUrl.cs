namespace Bickford.Renders.Worker.Web;

/// <summary>Addresses that forms say to go back to.</summary>
internal static class LocalUrl
{
    /// <summary>The address if it is a path of these pages, else the other; a message that it carries is taken out.</summary>
    public static string Or(string? url, string otherwise)
    {
        // '//host' and '/\host' lead elsewhere, and browsers skip control characters before they look for them; a header carries ASCII only.
        if (url is not ['/', ..] || (url.Length > 1 && url[1] == '/') || url.Length > 6_000 || url.Any(static one => one is < '!' or > '~' or '\\'))
            return otherwise;
        var query = url.IndexOf('?', StringComparison.Ordinal);
        if (query < 0)
            return url;
        var fields = url[(query + 1)..].Split('&').Where(static field => field.Length > 0 && !field.StartsWith(Notice.Field + "=", StringComparison.Ordinal)).ToList();
        return fields.Count == 0 ? url[..query] : $"{url[..query]}?{string.Join('&', fields)}";
    }
}
