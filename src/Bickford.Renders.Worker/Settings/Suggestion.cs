namespace Bickford.Renders.Worker.Settings;

/// <summary>What somebody may have meant: the candidate with the fewest typing errors in between, if those are few.</summary>
internal static class Suggestion
{
    // What is much longer than every name there is was not meant to be one, and comparing it takes its length times theirs.
    private const int Longest = 100;

    public static string? For(string written, IEnumerable<string> candidates)
    {
        if (written.Length > Longest)
            return null;
        var (best, distance) = candidates
            .Select(candidate => (candidate, Distance(written.ToLowerInvariant(), candidate.ToLowerInvariant())))
            .DefaultIfEmpty((string.Empty, int.MaxValue))
            .MinBy(pair => pair.Item2);
        return distance <= Math.Max(2, written.Length / 3) ? best : null;
    }

    // Levenshtein: inserts, deletes and replacements from one text to the other.
    private static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var above = row[j];
                row[j] = Math.Min(Math.Min(row[j] + 1, row[j - 1] + 1), diagonal + (a[i - 1] == b[j - 1] ? 0 : 1));
                diagonal = above;
            }
        }

        return row[^1];
    }
}
