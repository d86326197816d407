using System.Security.Cryptography;
using Bickford.Renders.Worker.Output;
using Microsoft.AspNetCore.DataProtection;

namespace Bickford.Renders.Worker.Web;

/// <summary>
/// What an action has to say, on its way to the page that is shown next: in that page's address, so that the page stays a function of it, and protected, so that nobody can
/// make a link that speaks in the worker's name.
/// </summary>
internal sealed class Notice(IDataProtectionProvider protection)
{
    public const string Field = "said";

    private static readonly TimeSpan s_lasts = TimeSpan.FromMinutes(10);

    private readonly ITimeLimitedDataProtector _protector = protection.CreateProtector("Bickford.Renders.Notice").ToTimeLimitedDataProtector();

    /// <summary>The address with the message in it.</summary>
    /// <param name="url">A path of these pages, with or without a query.</param>
    /// <param name="text">For people.</param>
    /// <param name="isError">It did not work.</param>
    public string Add(string url, string text, bool isError = false)
    {
        var said = _protector.Protect((isError ? "!" : " ") + SafeText.Cut(text, 600), s_lasts);
        return $"{url}{(url.Contains('?', StringComparison.Ordinal) ? '&' : '?')}{Field}={Uri.EscapeDataString(said)}";
    }

    /// <summary>The message of an address; null where there is none that this process made.</summary>
    public (string Text, bool IsError)? Read(string? said)
    {
        if (string.IsNullOrEmpty(said))
            return null;
        try
        {
            var text = _protector.Unprotect(said);
            return (text[1..], text[0] == '!');
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}
