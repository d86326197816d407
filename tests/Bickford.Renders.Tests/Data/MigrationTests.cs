using Bickford.Renders.Data;
using Dapper;
using Microsoft.Data.Sqlite;

namespace Bickford.Renders.Tests.Data;

/// <summary>The contract on a SQLite file.</summary>
public sealed class MigrationTests : MigrationContract, IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("renders-migrations-");
    private readonly List<RenderDatabase> _databases = [];

    private string File => Path.Combine(_folder.FullName, "data", "renders.db");

    public void Dispose()
    {
        _databases.ForEach(database => database.Dispose());
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task A_fresh_database_gets_its_folder_its_schema_and_its_durability()
    {
        var database = Open();

        await database.Migrator.MigrateAsync(Cancellation);

        var status = await database.Migrator.StatusAsync(Cancellation);
        status.IsCurrent.ShouldBeTrue();
        status.Version.ShouldBe(status.Latest);
        status.Migrations.ShouldAllBe(migration => migration.AppliedAt == TestRenders.Start);
        await using var connection = await database.Core.Dialect.OpenAsync(Cancellation);
        (await connection.ExecuteScalarAsync<string>("PRAGMA journal_mode")).ShouldBe("wal");
        // A commit does not wait for the disk by itself: the store does, for all that commit at about the same time.
        (await connection.ExecuteScalarAsync<int>("PRAGMA synchronous")).ShouldBe(1);
        (await connection.ExecuteScalarAsync<int>("PRAGMA foreign_keys")).ShouldBe(1);
        (await connection.ExecuteScalarAsync<int>("PRAGMA busy_timeout")).ShouldBe(30_000);
    }

    [Fact]
    public async Task Looking_at_the_status_makes_no_file()
    {
        var status = await Open().Migrator.StatusAsync(Cancellation);

        (status.Version, status.IsCurrent).ShouldBe((0, false));
        status.Migrations.ShouldAllBe(migration => migration.AppliedAt == null);
        Directory.Exists(Path.GetDirectoryName(File)).ShouldBeFalse();
    }

    protected override string Prefix => "";

    protected override RenderDatabase Open(bool other = false)
    {
        var database = RenderDatabase.Sqlite(PathOf(other), Clock);
        _databases.Add(database);
        return database;
    }

    protected override async Task ExecuteAsync(string sql, bool other = false)
    {
        await using var connection = Connection(other);
        await connection.ExecuteAsync(sql);
    }

    protected override async Task<string> SchemaAsync(bool other = false)
    {
        await using var connection = Connection(other);
        return string.Join("\n", await connection.QueryAsync<string>("SELECT sql FROM sqlite_master ORDER BY type, name"));
    }

    protected override async Task<string> AppliedAsync()
    {
        await using var connection = Connection(other: false);
        return string.Join("\n", await connection.QueryAsync<string>("SELECT version || name || checksum || applied_at FROM schema_migrations"));
    }

    private string PathOf(bool other) => other ? Path.Combine(_folder.FullName, "scripted.db") : File;

    private SqliteConnection Connection(bool other) => new($"Data Source={PathOf(other)};Pooling=False");
}
