using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Bickford.Renders.Data;

/// <summary>
/// A statement with numbered parameters, as PostgreSQL itself knows them, made once of one with named ones. Npgsql would look for the names anew each time it is asked
/// (https://www.npgsql.org/doc/basic-usage.html#positional-and-named-placeholders), and takes numbers for a single statement only.
/// </summary>
internal sealed partial class PositionalSql
{
    // The program's own texts, of which there are some dozens; limits of the settings give one each.
    private static readonly ConcurrentDictionary<string, PositionalSql> s_known = new(StringComparer.Ordinal);

    private readonly int[] _likely;

    private PositionalSql(string text, string[] names) => (Text, Names, _likely) = (text, names, new int[names.Length]);

    /// <summary>The statement.</summary>
    public string Text { get; }

    /// <summary>The name of $1, of $2, and so on.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>This statement with numbers.</summary>
    public static PositionalSql Of(string sql) => s_known.GetOrAdd(sql, Read);

    /// <summary>The parameters in the order of their numbers.</summary>
    public IEnumerable<TypedParameter> InOrder(TypedParameters parameters)
    {
        for (var i = 0; i < Names.Count; i++)
            yield return parameters.Find(Names[i], ref _likely[i]);
    }

    private static PositionalSql Read(string sql)
    {
        var names = new List<string>();
        var text = new StringBuilder(sql.Length);
        var read = 0;
        foreach (var found in Placeholder().Matches(sql).Where(found => found.Groups["name"].Success))
        {
            var name = found.Groups["name"].Value;
            if (!names.Contains(name))
                names.Add(name);
            text.Append(sql, read, found.Index - read).Append(CultureInfo.InvariantCulture, $"${names.IndexOf(name) + 1}");
            read = found.Index + found.Length;
        }

        return new PositionalSql(text.Append(sql, read, sql.Length - read).ToString(), [.. names]);
    }

    // Texts in quotes are passed over.
    [GeneratedRegex("'[^']*'|@(?<name>[a-z_][a-z_0-9]*)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Placeholder();
}
