using System.Globalization;
using Bickford.Renders.Telemetry;

namespace Bickford.Renders.Worker.Telemetry;

/// <summary>The last look at every text that leaves in a span or a log entry.</summary>
/// <param name="secrets">Taken out.</param>
/// <param name="provider">The address of the provider, whose paths say what was asked for; of other hosts' addresses only the host leaves.</param>
internal sealed class Cleaner(SecretMask secrets, Uri? provider)
{
    private const int MostText = 4_000;

    /// <summary>A text without our secrets, without what follows a <c>?</c> in an address, and without the prompt of the render that it is written about.</summary>
    public string Text(string text)
    {
        var clean = secrets.Apply(SecretMask.WithoutTokens(RenderScope.Current?.WithoutPrompt(text) ?? text));
        return clean.Length <= MostText ? clean : string.Concat(clean.AsSpan(0, MostText), "…");
    }

    /// <summary>An address: signed ones may hold their secret anywhere.</summary>
    public string Address(string address) => Uri.TryCreate(address, UriKind.Absolute, out var url)
        ? Text(IsProvider(url) ? url.GetLeftPart(UriPartial.Path) : $"{url.Scheme}://{url.Authority}/")
        : Text(address);

    /// <summary>A value as it may leave: numbers as they are, everything else as a clean text.</summary>
    public object? Value(object? value) => value switch
    {
        null or bool or int or long or double => value,
        string text => Text(text),
        _ => Text(Convert.ToString(value, CultureInfo.InvariantCulture) ?? ""),
    };

    private bool IsProvider(Uri url) => provider is not null && Uri.Compare(url, provider, UriComponents.SchemeAndServer, UriFormat.SafeUnescaped, StringComparison.OrdinalIgnoreCase) == 0;
}
