using System.Globalization;
using System.Text.RegularExpressions;
using Bickford.Renders.Files;

namespace Bickford.Renders.S3;

/// <summary>Checks <see cref="S3StoreOptions"/>: ranges as its documentation says.</summary>
internal static partial class S3StoreOptionsValidation
{
    private const long MiB = 1 << 20;
    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_hour = TimeSpan.FromHours(1);

    public static void Check(S3StoreOptions options)
    {
        CheckServiceUrl(options.ServiceUrl);
        Require(RegionPattern().IsMatch(options.Region), "Region", options.Region, "a region such as us-east-1, or auto");
        Require(BucketPattern().IsMatch(options.Bucket) && !options.Bucket.Contains("..", StringComparison.Ordinal),
            "Bucket", options.Bucket, "3 to 63 lower-case letters, digits, dots and hyphens, a letter or digit at both ends");
        CheckPrefix(options.Prefix);
        CheckKeys(options.AccessKey, options.SecretKey);
        Require(!options.DisablePayloadSigning || options.ServiceUrl is null || IsHttps(options.ServiceUrl),
            "DisablePayloadSigning", "true", "false, unless Storage:ServiceUrl is https");
        Within("PartBytes", options.PartBytes, 5 * MiB, 512 * MiB);
        Within("MultipartThreshold", options.MultipartThreshold, 0, options.PartBytes);
        Within("ParallelParts", options.ParallelParts, 2, 32);
        Within("Retries", options.Retries, 0, 20);
        Within("Timeout", options.Timeout);
        Within("ConnectTimeout", options.ConnectTimeout);
        Require(options.CacheControl.Length <= 200 && options.CacheControl.All(c => c is >= ' ' and <= '~'),
            "CacheControl", options.CacheControl, "up to 200 printable ASCII characters, or empty");
    }

    private static void CheckServiceUrl(string? url)
    {
        if (url is null)
            return;
        var isUri = Uri.TryCreate(url, UriKind.Absolute, out var uri);
        const string Allowed = "absolute http or https without user info, path, query and fragment, such as http://localhost:9000; none for AWS";
        if (isUri && uri!.UserInfo.Length > 0)
            throw Problem("ServiceUrl", "an address with user info", Allowed);
        Require(isUri && uri!.Scheme is "http" or "https" && uri.Host.Length > 0 && uri.PathAndQuery == "/" && uri.Fragment.Length == 0, "ServiceUrl", url, Allowed);
    }

    private static void CheckPrefix(string prefix)
    {
        var names = prefix.EndsWith('/') ? prefix[..^1] : prefix;
        if (prefix.Length > 0 && StoreKey.ProblemOf(names) is { } problem)
            throw new RenderRequestException("Storage:Prefix", prefix, $"names joined by '/', or empty{Where("Prefix")}", $"it {problem}");
    }

    private static void CheckKeys(string? accessKey, string? secretKey)
    {
        foreach (var (name, value) in new[] { ("AccessKey", accessKey), ("SecretKey", secretKey) })
        {
            if (value is not null && (value.Length == 0 || !value.All(c => c is > ' ' and <= '~')))
                throw Problem(name, value.Length == 0 ? "" : "a value that is not shown", "printable ASCII without spaces");
        }
        if (accessKey is null != secretKey is null)
        {
            throw Problem(accessKey is null ? "AccessKey" : "SecretKey", null,
                "Storage:AccessKey and Storage:SecretKey together, or neither of them (then environment, profiles and roles are asked)");
        }
    }

    private static bool IsHttps(string url) => url.StartsWith("https:", StringComparison.OrdinalIgnoreCase);

    private static void Within(string name, long value, long least, long most) =>
        Require(value >= least && value <= most, name, value.ToString(CultureInfo.InvariantCulture), string.Create(CultureInfo.InvariantCulture, $"{least} to {most}"));

    private static void Within(string name, TimeSpan value) =>
        Require(value >= s_second && value <= s_hour, name, value.ToString("c", CultureInfo.InvariantCulture), $"{s_second:c} to {s_hour:c}");

    private static void Require(bool holds, string name, string? value, string allowed)
    {
        if (!holds)
            throw Problem(name, value, allowed);
    }

    private static RenderRequestException Problem(string name, string? value, string allowed) => new($"Storage:{name}", value, allowed + Where(name));

    private static string Where(string name) => $"; set it in appsettings.json or as environment variable Storage__{name}";

    [GeneratedRegex("^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$", RegexOptions.CultureInvariant)]
    private static partial Regex BucketPattern();

    [GeneratedRegex("^[A-Za-z0-9][A-Za-z0-9-]{0,62}$", RegexOptions.CultureInvariant)]
    private static partial Regex RegionPattern();
}
