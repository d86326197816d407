using System.Globalization;
using System.Text;
using Bickford.Renders.Ledger;

namespace Bickford.Renders.Data;

/// <summary>A change of the schema, and whether the database has it.</summary>
/// <param name="Version">Its number, from 1.</param>
/// <param name="Name">What it does.</param>
/// <param name="Checksum">SHA-256 of its SQL as this program knows it.</param>
/// <param name="AppliedAt">When it was applied; null when it was not.</param>
/// <param name="Changed">The database applied another text under this number.</param>
public sealed record MigrationStatus(int Version, string Name, string Checksum, DateTimeOffset? AppliedAt, bool Changed);

/// <summary>Where a database stands.</summary>
/// <param name="Version">The newest change it has; 0 for none.</param>
/// <param name="Latest">The newest change this program knows.</param>
/// <param name="Migrations">Every change this program knows.</param>
public sealed record SchemaStatus(int Version, int Latest, IReadOnlyList<MigrationStatus> Migrations)
{
    /// <summary>True if the database has exactly the changes this program knows.</summary>
    public bool IsCurrent => Version == Latest && Migrations.All(migration => migration is { AppliedAt: not null, Changed: false });
}

/// <summary>Brings the database to this program's schema. Safe to run in many processes at once.</summary>
public sealed class DatabaseMigrator
{
    private const string CreateTable =
        """
        CREATE TABLE IF NOT EXISTS {schema}schema_migrations (
            version    integer NOT NULL PRIMARY KEY,
            name       text    NOT NULL,
            checksum   text    NOT NULL,
            applied_at {time}  NOT NULL
        ){strict};
        """;

    private readonly SqlDatabase _database;
    private readonly IReadOnlyList<Migration> _migrations;

    internal DatabaseMigrator(SqlDatabase database)
        : this(database, Migration.All(database.Dialect))
    {
    }

    internal DatabaseMigrator(SqlDatabase database, IReadOnlyList<Migration> migrations)
    {
        _database = database;
        _migrations = migrations;
    }

    private string CreateTableSql => _database.Dialect.CreateSchemaSql + Migration.Fill(CreateTable, _database.Dialect);

    private int Latest => _migrations[^1].Version;

    /// <summary>Applies what is missing, in one transaction under a lock; nothing when the database is current.</summary>
    /// <exception cref="DatabaseException">The database cannot be used, is newer than this program, or applied another text of a change.</exception>
    public async Task MigrateAsync(CancellationToken cancellationToken = default)
    {
        await _database.ExplainedAsync(async () =>
        {
            await _database.Dialect.PrepareAsync(cancellationToken);
            return true;
        });
        // Who finds nothing to do needs no right to change the schema, and waits for nobody.
        if (Missing(await _database.ReadAsync(AppliedAsync, cancellationToken)).Count == 0)
            return;
        await _database.WriteAsync(
            async session =>
            {
                session.Timeout = 0; // large tables, or the wait for another migrator
                await _database.Dialect.LockMigrationsAsync(session);
                await session.ExecuteAsync(CreateTableSql);
                var missing = Missing(await AppliedAsync(session));
                var now = LedgerHash.TimeText(_database.TimeProvider.GetUtcNow());
                foreach (var migration in missing)
                    await session.ExecuteAsync(migration.Sql + Recorded(migration, $"'{now}'"));
                return true;
            },
            repeatable: true,
            cancellationToken);
    }

    /// <summary>The SQL that <see cref="MigrateAsync"/> runs, for people who apply it themselves. It records what it applies.</summary>
    /// <param name="after">Only changes after this version; 0 for all.</param>
    public string Script(int after = 0)
    {
        var script = new StringBuilder("BEGIN;\n\n").Append(CreateTableSql).Append('\n');
        foreach (var migration in _migrations.Where(migration => migration.Version > after))
        {
            script.Append(CultureInfo.InvariantCulture, $"\n-- {migration.Version}: {migration.Name}\n")
                .Append(migration.Sql)
                .Append(Recorded(migration, _database.Dialect.TimeOfScript));
        }

        return script.Append("\nCOMMIT;\n").ToString();
    }

    /// <summary>Looks, and changes nothing.</summary>
    /// <exception cref="DatabaseException">The database cannot be used.</exception>
    public async Task<SchemaStatus> StatusAsync(CancellationToken cancellationToken = default)
    {
        var applied = _database.Dialect.Exists()
            ? await _database.ReadAsync(AppliedAsync, cancellationToken)
            : new Dictionary<int, Applied>();
        return new SchemaStatus(
            applied.Keys.DefaultIfEmpty(0).Max(),
            Latest,
            [
                .. _migrations.Select(migration => applied.TryGetValue(migration.Version, out var a)
                    ? new MigrationStatus(migration.Version, migration.Name, migration.Checksum, a.At, a.Checksum != migration.Checksum)
                    : new MigrationStatus(migration.Version, migration.Name, migration.Checksum, null, false)),
            ]);
    }

    private string Recorded(Migration migration, string time) => string.Create(
        CultureInfo.InvariantCulture,
        $"\nINSERT INTO {_database.Dialect.Schema}schema_migrations (version, name, checksum, applied_at) VALUES ({migration.Version}, '{migration.Name}', '{migration.Checksum}', {time});\n");

    private List<Migration> Missing(Dictionary<int, Applied> applied)
    {
        var newest = applied.Keys.DefaultIfEmpty(0).Max();
        if (newest > Latest)
        {
            throw new DatabaseException(
                "Database schema", $"version {newest}", $"versions up to {Latest}: this program is older than its database; run the newer program, or restore a backup from before its upgrade");
        }

        if (_migrations.FirstOrDefault(migration => applied.TryGetValue(migration.Version, out var a) && a.Checksum != migration.Checksum) is { } changed)
        {
            throw new DatabaseException(
                "Database schema",
                $"migration {changed.Version} ({changed.Name})",
                $"the text with checksum {changed.Checksum}",
                $"the database applied another text, {applied[changed.Version].Checksum}: a migration is never edited after it was applied; add a new one");
        }

        return [.. _migrations.Where(migration => !applied.ContainsKey(migration.Version))];
    }

    private async Task<Dictionary<int, Applied>> AppliedAsync(SqlSession session)
    {
        if (await session.NumberAsync(_database.Dialect.TableExistsSql, new { table = "schema_migrations" }) == 0)
            return [];

        var rows = await session.QueryAsync(
            $"SELECT version, checksum, applied_at FROM {_database.Dialect.Schema}schema_migrations",
            row => (Version: (int)row.Number("version"), Applied: new Applied(row.Text("checksum"), row.Time("applied_at"))));
        return rows.ToDictionary(row => row.Version, row => row.Applied);
    }

    private sealed record Applied(string Checksum, DateTimeOffset At);
}
