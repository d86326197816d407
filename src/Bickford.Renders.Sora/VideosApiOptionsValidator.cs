using System.Buffers;
using System.Globalization;
using Microsoft.Extensions.Options;

namespace Bickford.Renders.Sora;

/// <summary>Refuses settings that cannot work, with one line that names the setting, its value and what is allowed.</summary>
internal sealed class VideosApiOptionsValidator : IValidateOptions<VideosApiOptions>
{
    private static readonly SearchValues<char> TokenChars =
        SearchValues.Create("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");

    private static readonly SearchValues<char> FieldChars =
        SearchValues.Create("_-.[]0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ");

    /// <summary>Headers that belong to the client itself: a setting must not change how a message is framed or what is asked for.</summary>
    private static readonly HashSet<string> OwnHeaders = new(StringComparer.OrdinalIgnoreCase)
    {
        "Accept-Encoding", "Connection", "Content-Length", "Content-Type", "Expect", "Host", "If-Range", "Keep-Alive", "Proxy-Authorization",
        "Proxy-Connection", "Range", "TE", "Trailer", "Transfer-Encoding", "Upgrade",
    };

    private static readonly HashSet<string> OwnFields = new(StringComparer.Ordinal) { "prompt", "model", "size", "seconds", "input_reference" };

    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, VideosApiOptions options) =>
        FirstProblem(options) is { } problem ? ValidateOptionsResult.Fail(problem) : ValidateOptionsResult.Success;

    /// <summary>Throws for the first problem.</summary>
    /// <exception cref="OptionsValidationException">A setting is not allowed.</exception>
    public static void ThrowIfInvalid(VideosApiOptions options)
    {
        if (FirstProblem(options) is { } problem)
            throw new OptionsValidationException(nameof(VideosApiOptions), typeof(VideosApiOptions), [problem]);
    }

    private static string? FirstProblem(VideosApiOptions options) =>
        BaseUrl(options.BaseUrl)
        ?? ApiKey(options)
        ?? options.Headers.Select(Header).FirstOrDefault(static p => p is not null)
        ?? options.ExtraFields.Select(Field).FirstOrDefault(static p => p is not null)
        ?? (Enum.IsDefined(options.Format) ? null : Problem("Format", options.Format.ToString(), "Auto, Multipart or Json"))
        ?? Time("CreateTimeout", options.CreateTimeout, Second, Hour)
        ?? Time("ReadTimeout", options.ReadTimeout, Second, Hour)
        ?? Time("IdleTimeout", options.IdleTimeout, Second, Hour)
        ?? (options.MinBytesPerSecond is >= 0 and <= 1 << 30 ? null
            : Problem("MinBytesPerSecond", options.MinBytesPerSecond.ToString(CultureInfo.InvariantCulture), "0 (any pace) to 1073741824"))
        ?? Time("DownloadTimeout", options.DownloadTimeout, TimeSpan.FromMinutes(1), TimeSpan.FromDays(1))
        ?? Time("ConnectTimeout", options.ConnectTimeout, Second, Hour)
        ?? Number("ReadAttempts", options.ReadAttempts, 1, 20)
        ?? Time("ReadRetryFirst", options.ReadRetryFirst, TimeSpan.FromMilliseconds(10), TimeSpan.FromMinutes(1))
        ?? Time("ReadRetryMax", options.ReadRetryMax, options.ReadRetryFirst, TimeSpan.FromMinutes(10))
        ?? (options.CircuitFailureRatio is > 0 and <= 1 ? null
            : Problem("CircuitFailureRatio", options.CircuitFailureRatio.ToString(CultureInfo.InvariantCulture), "above 0 up to 1"))
        ?? Number("CircuitMinimumRequests", options.CircuitMinimumRequests, 2, 10_000)
        ?? Time("CircuitWindow", options.CircuitWindow, Second, Hour)
        ?? Time("CircuitBreak", options.CircuitBreak, Second, Hour);

    private static string? BaseUrl(string? value)
    {
        var right = Uri.TryCreate(value, UriKind.Absolute, out var uri)
            && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps)
            && uri.Host.Length > 0 && uri.UserInfo.Length == 0 && !value!.AsSpan().ContainsAny("?#@") && !value.Any(char.IsControl);
        // An address with user info may hold a password, so it is not repeated.
        var shown = value?.Contains('@', StringComparison.Ordinal) == true ? "(hidden)" : value;
        return right ? null : Problem("BaseUrl", shown, "an absolute http or https address such as https://api.example.com/v1, without user info, query and fragment");
    }

    private static string? ApiKey(VideosApiOptions options)
    {
        if (string.IsNullOrEmpty(options.ApiKey))
            return null;
        if (!options.ApiKey.All(static c => c is > ' ' and < '\x7f'))
            return Problem("ApiKey", "(hidden)", "printable ASCII characters without spaces");
        return options.Headers.ContainsKey("Authorization")
            ? Problem("Headers:Authorization", "(hidden)", "either ApiKey or an Authorization header, not both")
            : null;
    }

    private static string? Header(KeyValuePair<string, string> header)
    {
        if (header.Key.Length is 0 or > 100 || header.Key.AsSpan().ContainsAnyExcept(TokenChars))
            return Problem("Headers", header.Key, "header names of 1 to 100 letters, digits and -");
        if (OwnHeaders.Contains(header.Key))
            return Problem("Headers", header.Key, "headers that the client does not set itself");
        return header.Value is not null && header.Value.Length <= 8192 && header.Value.All(static c => c is >= ' ' and < '\x7f' or '\t')
            ? null
            : Problem($"Headers:{header.Key}", "(hidden)", "up to 8192 printable ASCII characters on one line");
    }

    private static string? Field(KeyValuePair<string, string> field)
    {
        if (field.Key.Length is 0 or > 100 || field.Key.AsSpan().ContainsAnyExcept(FieldChars))
            return Problem("ExtraFields", field.Key, "field names of 1 to 100 letters, digits and _ - . [ ]");
        if (OwnFields.Contains(field.Key))
            return Problem("ExtraFields", field.Key, $"fields other than {string.Join(", ", OwnFields)}, which come from the request");
        return field.Value is null ? Problem($"ExtraFields:{field.Key}", null, "a text, which may be empty") : null;
    }

    private static string? Time(string name, TimeSpan value, TimeSpan min, TimeSpan max) =>
        value >= min && value <= max ? null : Problem(name, value.ToString("c", CultureInfo.InvariantCulture), $"{min:c} to {max:c}");

    private static string? Number(string name, int value, int min, int max) =>
        value >= min && value <= max ? null : Problem(name, value.ToString(CultureInfo.InvariantCulture), $"{min} to {max}");

    private static string Problem(string name, string? value, string allowed)
    {
        var shown = string.IsNullOrEmpty(value) ? "(none)" : $"'{SafeText.Clean(value, 100)}'";
        return $"Sora:{name}: {shown} is not allowed; allowed: {allowed}; set it in appsettings.json or as environment variable Sora__{name.Replace(":", "__", StringComparison.Ordinal)}";
    }
}
