namespace Bickford.Renders.Worker.Web;

/// <summary>One line of a family tree.</summary>
/// <param name="Render">The render.</param>
/// <param name="Depth">0 for a root.</param>
/// <param name="Relation">How it came from the one above it; empty for a root.</param>
internal sealed record FamilyLine(Render Render, int Depth, string Relation);

/// <summary>Renders that come from each other, as a tree.</summary>
internal static class Family
{
    /// <summary>Parents before their children, siblings by age. What a render is again of counts before what it remixes; whoever's parent is not in the list is a root.</summary>
    public static IReadOnlyList<FamilyLine> Tree(IReadOnlyList<Render> renders)
    {
        var known = renders.Select(static render => render.Id).ToHashSet();
        var children = renders.ToLookup(render => Parent(render) is { } parent && known.Contains(parent) && parent != render.Id ? parent : (Guid?)null);
        var lines = new List<FamilyLine>();
        // Ids are in the order of time, and a child names a parent that was there: there are no circles, and what says otherwise is not followed twice.
        var seen = new HashSet<Guid>();
        void Add(Render render, int depth)
        {
            if (!seen.Add(render.Id))
                return;
            lines.Add(new FamilyLine(render, depth, depth == 0 ? "" : render.AgainOf is not null ? "again" : render.RemixKind.ToString().ToLowerInvariant()));
            foreach (var child in children[render.Id].OrderBy(static one => one.CreatedAt).ThenBy(static one => one.Id))
                Add(child, depth + 1);
        }

        foreach (var root in children[null].OrderBy(static one => one.CreatedAt).ThenBy(static one => one.Id))
            Add(root, 0);
        return lines;
    }

    private static Guid? Parent(Render render) => render.AgainOf ?? render.RemixOf;
}
