using Bickford.Renders.Data;
using Bickford.Renders.IntegrationTests.Support;
using Bickford.Renders.Ledger;
using Bickford.Renders.Ports;
using Bickford.Renders.Tests.Data;
using Dapper;
using Npgsql;

namespace Bickford.Renders.IntegrationTests.Data;

/// <summary>A PostgreSQL database, opened twice. Its leases go by a clock in a table, which moves with the test's own.</summary>
public sealed class PostgreSqlFixture : StoreFixture
{
    private readonly PostgresDatabase _database;
    private readonly RenderDatabase _first;
    private readonly RenderDatabase _second;

    private PostgreSqlFixture(PostgresDatabase database)
    {
        _database = database;
        _first = Open();
        _second = Open();
    }

    /// <summary>The whole of it.</summary>
    public RenderDatabase First => _first;

    /// <summary>The same, opened by another worker.</summary>
    public RenderDatabase Second => _second;

    public string ConnectionString => _database.ConnectionString;

    public override IRenderStore Store => _first.Store;

    public override ILedger Ledger => _first.Ledger;

    public override IRenderStore OtherStore => _second.Store;

    public override ILedger OtherLedger => _second.Ledger;

    public override ILedgerSeals Seals => _first.Seals;

    public override ILedgerSeals OtherSeals => _second.Seals;

    public override ICleanupStore Cleanup => _first.Cleanup;

    public override IUpkeepLease Upkeep => _first.Upkeep;

    public override IUpkeepLease OtherUpkeep => _second.Upkeep;

    public override IProviderGate Gate => _first.Gate;

    public override IProviderGate OtherGate => _second.Gate;

    public override ISpending Spending => _second.Spending;

    public override IRenderViews Views => _first.Views;

    public override IRenderReadings Readings => _first.Readings;

    public override IWorkerRegister Workers => _first.Workers;

    public override IWorkerRegister OtherWorkers => _second.Workers;

    public static async Task<PostgreSqlFixture> CreateAsync(PostgresServer server)
    {
        var fixture = new PostgreSqlFixture(await server.CreateDatabaseAsync());
        await fixture._first.Migrator.MigrateAsync(TestContext.Current.CancellationToken);
        await using var connection = await fixture.OpenAsync();
        await connection.ExecuteAsync("CREATE TABLE public.clock AS SELECT @now AS now", new { now = fixture.Clock.GetUtcNow() });
        fixture.Clock.Moved = now =>
        {
            using var mover = new NpgsqlConnection(fixture.ConnectionString + ";Pooling=False");
            mover.Execute("UPDATE public.clock SET now = @now", new { now });
        };
        return fixture;
    }

    public Task<NpgsqlConnection> OpenAsync() => _database.OpenAsync();

    public override async ValueTask DisposeAsync()
    {
        _first.Dispose();
        _second.Dispose();
        await _database.DisposeAsync();
        await base.DisposeAsync();
    }

    private RenderDatabase Open() =>
        new(new PostgreSqlDialect(PostgreSqlServer.Parse(ConnectionString + ";Maximum Pool Size=8"), "(SELECT now FROM public.clock)"), Clock);
}
