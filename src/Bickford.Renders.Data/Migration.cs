using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Bickford.Renders.Data;

/// <summary>
/// One numbered change of the schema. <c>0001_name.sql</c> is for every database, with <c>{tokens}</c> where their types differ;
/// <c>0002_name.sqlite.sql</c> is for one.
/// </summary>
internal sealed record Migration(int Version, string Name, string Sql)
{
    private const string Folder = "Migrations/";

    public string Checksum { get; } = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Sql)));

    /// <summary>The changes for this database, by number.</summary>
    public static IReadOnlyList<Migration> All(SqlDialect dialect)
    {
        var assembly = typeof(Migration).Assembly;
        var migrations = new List<Migration>();
        foreach (var resource in assembly.GetManifestResourceNames().Where(name => name.StartsWith(Folder, StringComparison.Ordinal)))
        {
            var parts = resource[Folder.Length..].Split('.');
            if (parts.Length == 3 && parts[1] != dialect.Name)
                continue;
            using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!);
            var number = int.Parse(parts[0].Split('_')[0], CultureInfo.InvariantCulture);
            migrations.Add(new Migration(number, parts[0].Split('_', 2)[1].Replace('_', ' '), Fill(reader.ReadToEnd(), dialect)));
        }

        migrations.Sort((a, b) => a.Version.CompareTo(b.Version));
        return migrations.DistinctBy(migration => migration.Version).Count() == migrations.Count
            ? migrations
            : throw new InvalidOperationException($"two migrations for {dialect.Name} have the same number");
    }

    /// <summary>The text with this database's types, and line ends that do not depend on how it was checked out.</summary>
    public static string Fill(string sql, SqlDialect dialect) =>
        dialect.MigrationTokens.Aggregate(
            sql.ReplaceLineEndings("\n"),
            (text, token) => text.Replace("{" + token.Key + "}", token.Value, StringComparison.Ordinal));
}
