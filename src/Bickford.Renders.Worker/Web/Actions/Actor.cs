using Bickford.Renders.Worker.Doors;
using Bickford.Renders.Worker.Output;

namespace Bickford.Renders.Worker.Web.Actions;

/// <summary>Who did it and why, as it stands on the ledger.</summary>
internal static class Actor
{
    public const int MaxReason = 300;

    /// <summary>The name, and the reason where one was given.</summary>
    public static string Of(HttpContext http, string? reason) => Text(http.Actor(), reason);

    public static string Text(string name, string? reason) =>
        SafeText.Line(reason) is { Length: > 0 } why ? $"{SafeText.Cut(name, 100)}: {SafeText.Cut(why, MaxReason)}" : SafeText.Cut(name, 100);
}
