namespace Bickford.Renders.Policies;

/// <summary>
/// Looks that share a request. Whoever is woken to look at one render takes along the renders around it, in the order of their creates, whose look is due or nearly so: one page of
/// the provider's list, which has the same order, answers all of them. So not each of them needs to wake somebody.
/// </summary>
public static class LookWakeUps
{
    /// <summary>How many a page of the provider's list holds at most.</summary>
    public const int PageSize = 100;

    /// <summary>How many renders on each side of the one that is due are looked over for others to take along: with it, and with <see cref="Slack"/>, those of one side fill a page.</summary>
    public const int Reach = PageSize - Slack - 1;

    /// <summary>So many places may the provider's order differ from ours, who know when we sent a create and not when it was accepted: a page of its list begins so much earlier.</summary>
    public const int Slack = 5;

    /// <summary>A look is taken along when less than this share of its time is left.</summary>
    public const double NearShare = 1.0 / 3;

    /// <summary>The order of the provider's list, the oldest first.</summary>
    public static IOrderedEnumerable<Render> InOrder(IEnumerable<Render> rows) => rows.OrderBy(row => row.CreateStartedAt).ThenBy(row => row.Id);

    /// <summary>True if the look may be taken along at this time.</summary>
    public static bool IsNear(Render row, DateTimeOffset at) => row.DueAt is { } due && due - at <= (due - row.UpdatedAt) * NearShare;

    /// <summary>
    /// Those of the renders that must wake somebody when they are due, so that all of them are looked at in time. One stands for another where no more than <see cref="Reach"/>
    /// renders lie between them: those that do not take part in this are not known. It is so between the one that all were found around and any of them, and between two on the same side of it.
    /// New renders are added at the end; where one that is resumed comes in between, reconcile finds what was missed.
    /// </summary>
    /// <param name="looked">Renders that were looked at together just now and will be again.</param>
    /// <param name="around">The one that they were found around; null where it is not known: then each wakes somebody.</param>
    public static IReadOnlyList<Render> Choose(IEnumerable<Render> looked, Render? around)
    {
        var waiting = looked.OrderBy(row => row.DueAt).Select(row => (Row: row, Side: SideOf(row, around))).ToList();
        var chosen = new List<Render>();
        while (waiting.Count > 0)
        {
            var (first, side) = waiting[0];
            chosen.Add(first);
            waiting.RemoveAt(0);
            waiting.RemoveAll(one => around is not null && (side == 0 || one.Side == 0 || one.Side == side) && IsNear(one.Row, first.DueAt!.Value));
        }

        return chosen;
    }

    private static int SideOf(Render row, Render? around) =>
        around is null || row.Id == around.Id ? 0 : Math.Sign((row.CreateStartedAt ?? default, row.Id).CompareTo((around.CreateStartedAt ?? default, around.Id)));
}
