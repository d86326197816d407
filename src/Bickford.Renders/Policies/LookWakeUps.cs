namespace Bickford.Renders.Policies;

/// <summary>
/// Looks that share a request. Whoever is woken to look at one render takes along the renders around it, in the order of their ids, whose look is due or nearly so: one page of
/// the provider's list answers all of them. So not each of them needs to wake somebody.
/// </summary>
public static class LookWakeUps
{
    /// <summary>How many renders on each side of the one that is due are looked over for others to take along.</summary>
    public const int Reach = 100;

    /// <summary>A look is taken along when less than this share of its time is left.</summary>
    public const double NearShare = 0.25;

    /// <summary>True if the look may be taken along at this time.</summary>
    public static bool IsNear(Render row, DateTimeOffset at) => row.DueAt is { } due && due - at <= (due - row.UpdatedAt) * NearShare;

    /// <summary>Those of the renders that must wake somebody when they are due, so that all of them are looked at in time.</summary>
    /// <param name="looked">Renders that were looked at together just now and will be again.</param>
    public static IReadOnlyList<Render> Choose(IEnumerable<Render> looked)
    {
        var waiting = looked.OrderBy(row => row.Id).Select((row, place) => (Row: row, Place: place)).OrderBy(one => one.Row.DueAt).ToList();
        var chosen = new List<Render>();
        while (waiting.Count > 0)
        {
            var (first, place) = waiting[0];
            chosen.Add(first);
            waiting.RemoveAll(one => one.Place == place || (Math.Abs(one.Place - place) < Reach && IsNear(one.Row, first.DueAt!.Value)));
        }

        return chosen;
    }
}
