namespace Bickford.Renders.Worker.Web.Actions;

/// <summary>What can be done to many renders at once.</summary>
internal enum BulkWhat
{
    /// <summary>Free.</summary>
    Resume,

    /// <summary>Costs money.</summary>
    Again,

    /// <summary>Free.</summary>
    Cancel,
}

/// <summary>Which renders a bulk action may touch, and how it is called. Pure.</summary>
internal static class Bulk
{
    /// <summary>The most that can be picked one by one.</summary>
    public const int MostPicked = 100;

    public static BulkWhat? Parse(string? name) =>
        Enum.GetNames<BulkWhat>().FirstOrDefault(one => one.Equals(name, StringComparison.OrdinalIgnoreCase)) is { } known ? Enum.Parse<BulkWhat>(known) : null;

    public static string Name(BulkWhat what) => what.ToString().ToLowerInvariant();

    /// <summary>In which states a render can be for this. Rendering again many that are completed is nobody's wish.</summary>
    public static IReadOnlyList<RenderStatus> Statuses(BulkWhat what) => what switch
    {
        BulkWhat.Resume => [RenderStatus.Failed, RenderStatus.Parked],
        BulkWhat.Again => [RenderStatus.Failed, RenderStatus.Parked, RenderStatus.Cancelled],
        _ => [RenderStatus.Queued, RenderStatus.Rendering, RenderStatus.Storing, RenderStatus.Failed, RenderStatus.Parked],
    };

    /// <summary>What of the filter's renders it can be done to; null for none.</summary>
    public static RenderFilter? Narrow(RenderFilter filter, BulkWhat what)
    {
        var both = filter.Statuses.Count == 0 ? Statuses(what) : [.. filter.Statuses.Where(Statuses(what).Contains)];
        return both.Count == 0 ? null : filter with { Statuses = both };
    }

    public static bool Fits(Render render, BulkWhat what) => Statuses(what).Contains(render.Status) && what switch
    {
        BulkWhat.Resume => Offers.For(render).Resume,
        BulkWhat.Cancel => Offers.For(render).Cancel,
        _ => true,
    };

    /// <summary>'Resume 3 renders'.</summary>
    public static string Title(BulkWhat what, string count) => what switch
    {
        BulkWhat.Resume => $"Resume {count}",
        BulkWhat.Again => $"Render {count} again",
        _ => $"Cancel {count}",
    };

    /// <summary>What happened to those that it was done to.</summary>
    public static string Participle(BulkWhat what) => what switch
    {
        BulkWhat.Resume => "resumed",
        BulkWhat.Again => "rendered again",
        _ => "cancelled",
    };
}
