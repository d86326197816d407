using System.Globalization;
using System.Text.RegularExpressions;

namespace Bickford.Renders.Webhooks;

/// <summary>An address that ledger events are sent to as signed HTTP requests.</summary>
public sealed partial record Hook
{
    /// <summary>The types that a hook takes if it names none: how renders end.</summary>
    public static readonly IReadOnlyList<string> Endings = ["render.completed", "render.failed", "render.parked", "render.cancelled"];

    /// <summary>Lower-case letters, digits, <c>-</c> and <c>_</c>; what is kept about it has this name.</summary>
    public required string Name { get; init; }

    /// <summary>Where requests go. Its path may be a secret of the receiver's, so only scheme, host and port are ever shown.</summary>
    public required Uri Url { get; init; }

    /// <summary>Keys that requests are signed with, as <c>whsec_</c> and base64 of 24 to 64 bytes. Several while one is replaced by another: each gives a signature.</summary>
    public required IReadOnlyList<string> Secrets { get; init; }

    /// <summary>Types of events it takes; <c>render.*</c> for all that begin so, <c>*</c> for all.</summary>
    public IReadOnlyList<string> Types { get; init; } = Endings;

    /// <summary>How long one request may take.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Tries of one event before it becomes a dead letter.</summary>
    public int MaxAttempts { get; init; } = 16;

    /// <summary>From a first failure to the second try.</summary>
    public TimeSpan RetryFirst { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The longest time between tries.</summary>
    public TimeSpan RetryMax { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Plain http, and addresses of private networks and of this machine, are allowed. Link-local ones never are.</summary>
    public bool AllowPrivateHosts { get; init; }

    /// <summary>Where it sends to, for people.</summary>
    public string Shown => Url.GetLeftPart(UriPartial.Authority);

    /// <summary>Whether it takes events of this type.</summary>
    public bool Takes(string type) => Types.Any(one => one.EndsWith('*') ? type.StartsWith(one[..^1], StringComparison.Ordinal) : one == type);

    /// <summary>What is wrong with it: the setting's last word (empty for the name), its value where that is no secret, and what is allowed; null if nothing is.</summary>
    public (string Setting, string? Value, string Allowed)? Problem() =>
        !NameForm().IsMatch(Name) ? ("", Name, "as the name of a hook 1 to 60 letters, digits, '-' and '_'")
        : Url is not { IsAbsoluteUri: true, Scheme: "http" or "https", UserInfo: "", Fragment: "" } ? ("Url", null, "an http or https address without user info and fragment")
        : Url.Scheme == "http" && !AllowPrivateHosts ? ("Url", Shown, "https; or http to a receiver on the own network, with AllowPrivateHosts=true")
        : Secrets.Count == 0 || !Secrets.All(WebhookSignature.IsKey) ? ("Secret", null, "whsec_ and base64 of 24 to 64 random bytes, such as the output of: echo whsec_$(openssl rand -base64 32)")
        : Types.Count == 0 || !Types.All(type => TypeForm().IsMatch(type)) ? ("Types", string.Join(", ", Types), "types of events such as render.completed, or render.*, or *")
        : Wrong("Timeout", Timeout, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(5))
        ?? (MaxAttempts is >= 1 and <= 1000 ? null : Wrong("MaxAttempts", MaxAttempts.ToString(CultureInfo.InvariantCulture), "1 to 1000"))
        ?? Wrong("RetryFirst", RetryFirst, TimeSpan.FromMilliseconds(10), TimeSpan.FromHours(1))
        ?? Wrong("RetryMax", RetryMax, RetryFirst, TimeSpan.FromDays(1));

    private static (string, string?, string)? Wrong(string setting, TimeSpan value, TimeSpan least, TimeSpan most) =>
        value >= least && value <= most ? null : Wrong(setting, value.ToString("c", CultureInfo.InvariantCulture), $"{least:c} to {most:c}");

    private static (string, string?, string)? Wrong(string setting, string value, string allowed) => (setting, value, allowed);

    [GeneratedRegex(@"\A[a-z0-9_-]{1,60}\z")]
    private static partial Regex NameForm();

    [GeneratedRegex(@"\A(\*|[a-z][a-z0-9_-]*(\.[a-z][a-z0-9_-]*)*(\.\*)?)\z")]
    private static partial Regex TypeForm();
}
