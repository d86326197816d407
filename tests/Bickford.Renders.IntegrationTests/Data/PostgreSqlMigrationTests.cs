using Bickford.Renders.Data;
using Bickford.Renders.IntegrationTests.Support;
using Bickford.Renders.Tests.Data;
using Dapper;

namespace Bickford.Renders.IntegrationTests.Data;

/// <summary>The contract on a real PostgreSQL: each migrator has connections of its own, as each worker has.</summary>
public sealed class PostgreSqlMigrationTests(PostgresServer server) : MigrationContract, IAsyncLifetime
{
    private readonly List<RenderDatabase> _databases = [];
    private PostgresDatabase _database = null!;
    private PostgresDatabase _other = null!;

    protected override string Prefix => "renders.";

    public async ValueTask InitializeAsync() => (_database, _other) = (await server.CreateDatabaseAsync(), await server.CreateDatabaseAsync());

    public async ValueTask DisposeAsync()
    {
        _databases.ForEach(database => database.Dispose());
        await _database.DisposeAsync();
        await _other.DisposeAsync();
    }

    [Fact]
    public async Task A_migrator_waits_for_another_and_finds_nothing_left_to_do()
    {
        await using var connection = await _database.OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync(Cancellation);
        await connection.ExecuteAsync("SELECT pg_advisory_xact_lock(@key)", new { key = PostgreSqlDialect.MigrationLock }, transaction);
        var migrating = Open().Migrator.MigrateAsync(Cancellation);
        await using var watcher = await _database.OpenAsync();
        await Eventually.HoldsAsync("it waits", async () => await watcher.QuerySingleAsync<long>("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted") > 0);

        await connection.ExecuteAsync(Open().Migrator.Script().Replace("BEGIN;", "", StringComparison.Ordinal).Replace("COMMIT;", "", StringComparison.Ordinal), transaction: transaction);
        await transaction.CommitAsync(Cancellation);

        await migrating;
        (await Open().Migrator.StatusAsync(Cancellation)).IsCurrent.ShouldBeTrue();
    }

    protected override RenderDatabase Open(bool other = false)
    {
        var database = RenderDatabase.PostgreSql((other ? _other : _database).ConnectionString, Clock);
        _databases.Add(database);
        return database;
    }

    protected override async Task ExecuteAsync(string sql, bool other = false)
    {
        await using var connection = await (other ? _other : _database).OpenAsync();
        await connection.ExecuteAsync(sql);
    }

    protected override async Task<string> SchemaAsync(bool other = false)
    {
        await using var connection = await (other ? _other : _database).OpenAsync();
        return string.Join("\n", await connection.QueryAsync<string>(
            """
            SELECT table_name || ' ' || column_name || ' ' || data_type || ' ' || is_nullable || ' ' || coalesce(collation_name, '') FROM information_schema.columns WHERE table_schema = 'renders'
            UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'renders'
            UNION ALL SELECT conname || ' ' || pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace = to_regnamespace('renders')
            UNION ALL SELECT pg_get_triggerdef(t.oid) || t.tgenabled::text FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid WHERE c.relnamespace = to_regnamespace('renders') AND NOT t.tgisinternal
            UNION ALL SELECT pg_get_functiondef(oid) FROM pg_proc WHERE pronamespace = to_regnamespace('renders')
            ORDER BY 1
            """));
    }

    protected override async Task<string> AppliedAsync()
    {
        await using var connection = await _database.OpenAsync();
        return string.Join("\n", await connection.QueryAsync<string>("SELECT version || name || checksum || applied_at FROM renders.schema_migrations"));
    }
}
