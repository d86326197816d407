using Bickford.Renders.Ports;

namespace Bickford.Renders.Worker.Cli;

/// <summary>Finds the render that somebody means by an id or by its ending.</summary>
internal static class ShortIds
{
    private const int Shortest = 4;
    private const int MostShown = 5;

    /// <exception cref="InputException">The text is no id, or fits several renders.</exception>
    /// <exception cref="RenderNotFoundException">It fits none.</exception>
    public static async Task<Guid> ResolveAsync(IRenderStore store, string text, CancellationToken cancellationToken)
    {
        if (Guid.TryParse(text, out var id))
            return id;

        var ending = text.Replace("-", "", StringComparison.Ordinal).ToLowerInvariant();
        if (ending.Length is < Shortest or > 32 || !ending.All(char.IsAsciiHexDigit))
            throw new InputException("ID", $"'{text}' is not allowed; allowed: a render's id, or at least its last {Shortest} hex digits; see 'renders list'");

        var found = await store.FindIdsAsync(ending, MostShown + 1, cancellationToken);
        return found.Count switch
        {
            1 => found[0],
            0 => throw new RenderNotFoundException(text),
            _ => throw new InputException("ID", $"'{text}' fits several renders: {Shown(found)}; give more digits"),
        };
    }

    private static string Shown(IReadOnlyList<Guid> ids) =>
        string.Join(", ", ids.Take(MostShown)) + (ids.Count > MostShown ? ", …" : "");
}
