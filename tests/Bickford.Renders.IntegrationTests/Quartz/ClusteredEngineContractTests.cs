using Bickford.Renders.Data;
using Bickford.Renders.IntegrationTests.Support;
using Bickford.Renders.Quartz;
using Bickford.Renders.Tests.Quartz;

namespace Bickford.Renders.IntegrationTests.Quartz;

/// <summary>The engine with its jobs in a real PostgreSQL. It keeps the whole contract.</summary>
public sealed class ClusteredEngineContractTests(PostgresServer server) : JobSchedulerContract, IAsyncLifetime
{
    private PostgresDatabase _database = null!;

    public async ValueTask InitializeAsync()
    {
        _database = await server.CreateDatabaseAsync();
        using var database = RenderDatabase.PostgreSql(_database.ConnectionString, TimeProvider.System);
        await database.Migrator.MigrateAsync(TestContext.Current.CancellationToken);
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await _database.DisposeAsync();
    }

    protected override void UseEngine(RendersBuilder builder, TimeSpan reconcileEvery) => builder.UseQuartz(options =>
    {
        options.PostgreSql = _database.ConnectionString;
        options.ApiWorkers = ApiWorkers;
        options.TransferWorkers = TransferWorkers;
        options.ReconcileEvery = reconcileEvery;
        options.CleanupEvery = reconcileEvery;
    });
}
