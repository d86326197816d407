namespace Bickford.Renders.Tests.Documents;

/// <summary>The records in ops/decisions: short, alike, and listed.</summary>
public sealed class DecisionRecordTests
{
    private static readonly IReadOnlyList<Page> s_records = [.. Repository.Pages.Where(page => page.Path.StartsWith("ops/decisions/0", StringComparison.Ordinal))];

    [Fact]
    public void They_are_numbered_without_a_gap() =>
        s_records.Select(record => int.Parse(record.Path["ops/decisions/".Length..][..4], System.Globalization.CultureInfo.InvariantCulture)).ShouldBe(Enumerable.Range(1, s_records.Count));

    [Fact]
    public void Each_says_what_was_asked_what_was_decided_and_what_it_costs() => Problems.None(s_records
        .Where(record => !record.Anchors.IsSupersetOf(["the-question", "the-decision", "what-was-not-chosen", "what-it-costs"]) || record.Text.Split('\n').Length > 40)
        .Select(record => $"{record.Path}: wants the four headings, and at most 40 lines"));

    [Fact]
    public void The_list_has_all_of_them_by_their_titles()
    {
        var list = Repository.Page("ops/decisions/README.md").Text;

        s_records.Count.ShouldBeGreaterThanOrEqualTo(10);
        Problems.None(s_records
            .Select(record => $"[{record.Text.Split('\n')[0].TrimStart('#', ' ')}]({Path.GetFileName(record.Path)})")
            .Where(entry => !list.Contains(entry, StringComparison.Ordinal)));
    }
}
