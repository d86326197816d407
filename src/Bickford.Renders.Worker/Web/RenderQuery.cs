using System.Text;
using Microsoft.Extensions.Primitives;

namespace Bickford.Renders.Worker.Web;

/// <summary>A list's filter and place as the query of its address, and back.</summary>
/// <param name="Filter">Which renders.</param>
/// <param name="Cursor">Where the page begins; null for the newest.</param>
/// <param name="Problems">What could not be read: nothing may be done to a filter that is not what somebody wrote.</param>
internal sealed record RenderQuery(RenderFilter Filter, string? Cursor, IReadOnlyList<string> Problems)
{
    public const int MaxTextLength = 200;

    public static RenderQuery Parse(IEnumerable<KeyValuePair<string, StringValues>> query)
    {
        var values = new Dictionary<string, StringValues>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, value) in query)
            values[name] = value;
        var problems = new List<string>();
        var filter = new RenderFilter
        {
            Statuses = Names<RenderStatus>(values, "status", problems),
            Causes = Names<RenderCause>(values, "cause", problems),
            Model = One(values, "model", problems),
            Tag = One(values, "tag", problems),
            Batch = One(values, "batch", problems),
            Text = One(values, "text", problems),
        };
        return new RenderQuery(filter, CursorOf(values, problems), problems);
    }

    /// <summary>The query of a filter, with its question mark; empty for all renders.</summary>
    public static string Of(RenderFilter filter, string? cursor = null)
    {
        var query = new StringBuilder();
        foreach (var (name, value) in Fields(filter))
            query.Append(query.Length == 0 ? '?' : '&').Append(name).Append('=').Append(Uri.EscapeDataString(value));
        if (cursor is not null)
            query.Append(query.Length == 0 ? '?' : '&').Append("before=").Append(Uri.EscapeDataString(cursor));
        return query.ToString();
    }

    /// <summary>What a form carries along for a filter.</summary>
    public static IEnumerable<(string Name, string Value)> Fields(RenderFilter filter)
    {
        foreach (var status in filter.Statuses)
            yield return ("status", status.ToString());
        foreach (var cause in filter.Causes)
            yield return ("cause", cause.ToString());
        if (filter.Model is { } model)
            yield return ("model", model);
        if (filter.Tag is { } tag)
            yield return ("tag", tag);
        if (filter.Batch is { } batch)
            yield return ("batch", batch);
        if (filter.Text is { } text)
            yield return ("text", text);
    }

    /// <summary>The filter with this status asked for as well, or no longer.</summary>
    public static RenderFilter Toggled(RenderFilter filter, RenderStatus status) => filter with
    {
        Statuses = filter.Statuses.Contains(status) ? [.. filter.Statuses.Where(one => one != status)] : [.. filter.Statuses, status],
    };

    /// <summary>True where every render fits.</summary>
    public static bool IsEverything(RenderFilter filter) => !Fields(filter).Any();

    /// <summary>The filter in words.</summary>
    public static string Words(RenderFilter filter)
    {
        var words = new List<string>();
        if (filter.Statuses.Count > 0)
            words.Add(string.Join(" or ", filter.Statuses));
        if (filter.Causes.Count > 0)
            words.Add($"cause {string.Join(" or ", filter.Causes)}");
        if (filter.Model is { } model)
            words.Add($"model {model}");
        if (filter.Tag is { } tag)
            words.Add($"tag {tag}");
        if (filter.Batch is { } batch)
            words.Add($"batch {batch}");
        if (filter.Text is { } text)
            words.Add($"'{text}' in the prompt");
        return words.Count == 0 ? "all renders" : string.Join(", ", words);
    }

    // Names only: a number would be taken for a status that nobody meant.
    private static List<T> Names<T>(Dictionary<string, StringValues> values, string name, List<string> problems)
        where T : struct, Enum
    {
        var found = new List<T>();
        foreach (var text in values.GetValueOrDefault(name).Where(static text => !string.IsNullOrWhiteSpace(text)))
        {
            if (Enum.GetNames<T>().FirstOrDefault(one => one.Equals(text!.Trim(), StringComparison.OrdinalIgnoreCase)) is not { } known)
                problems.Add($"{name}: '{Shown(text!)}' is not known; allowed: {string.Join(", ", Enum.GetNames<T>())}");
            else if (!found.Contains(Enum.Parse<T>(known)))
                found.Add(Enum.Parse<T>(known));
        }

        return found;
    }

    private static string? One(Dictionary<string, StringValues> values, string name, List<string> problems)
    {
        var texts = values.GetValueOrDefault(name).Where(static text => !string.IsNullOrWhiteSpace(text)).ToList();
        if (texts.Count > 1)
            problems.Add($"{name}: it is given {texts.Count} times; allowed: once");
        if (texts is not [var text, ..])
            return null;
        if (text!.Length > MaxTextLength || text.Any(char.IsControl))
        {
            problems.Add($"{name}: '{Shown(text)}' is not allowed; allowed: 1 to {MaxTextLength} characters without control characters");
            return null;
        }

        return text.Trim();
    }

    private static string? CursorOf(Dictionary<string, StringValues> values, List<string> problems)
    {
        var text = values.GetValueOrDefault("before").ToString();
        if (text.Length == 0)
            return null;
        if (Guid.TryParseExact(text, "N", out _))
            return text;
        problems.Add($"before: '{Shown(text)}' is no place in the list; allowed: what the page's own links say");
        return null;
    }

    private static string Shown(string text) => text.Length > 40 ? text[..39] + "…" : text;
}
