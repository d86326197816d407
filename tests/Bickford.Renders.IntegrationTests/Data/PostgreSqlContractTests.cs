using Bickford.Renders.Data;
using Bickford.Renders.IntegrationTests.Support;
using Bickford.Renders.Tests.Data;
using Bickford.Renders.Tests.Ledger;

namespace Bickford.Renders.IntegrationTests.Data;

/// <summary>The rows on a real PostgreSQL.</summary>
public sealed class PostgreSqlRenderStoreTests(PostgresServer server) : RenderStoreContract
{
    protected override async Task<StoreFixture> CreateAsync() => await PostgreSqlFixture.CreateAsync(server);
}

/// <summary>The provider's gate on a real PostgreSQL.</summary>
public sealed class PostgreSqlProviderGateTests(PostgresServer server) : ProviderGateContract
{
    protected override async Task<StoreFixture> CreateAsync() => await PostgreSqlFixture.CreateAsync(server);
}

/// <summary>Money on a real PostgreSQL.</summary>
public sealed class PostgreSqlSpendingTests(PostgresServer server) : SpendingContract
{
    protected override async Task<StoreFixture> CreateAsync() => await PostgreSqlFixture.CreateAsync(server);
}

/// <summary>The ledger on a real PostgreSQL.</summary>
public sealed class PostgreSqlLedgerTests(PostgresServer server) : LedgerContract
{
    protected override async Task<StoreFixture> CreateAsync() => await PostgreSqlFixture.CreateAsync(server);
}

/// <summary>Named readers of the ledger on a real PostgreSQL.</summary>
public sealed class PostgreSqlCursorTests(PostgresServer server) : CursorContract
{
    protected override async Task<StoreFixture> CreateAsync() => await PostgreSqlFixture.CreateAsync(server);
}

/// <summary>Seals on a real PostgreSQL.</summary>
public sealed class PostgreSqlSealTests(PostgresServer server) : SealContract
{
    protected override async Task<StoreFixture> CreateAsync() => await PostgreSqlFixture.CreateAsync(server);
}

/// <summary>Somebody with psql, who owns the tables, and seals.</summary>
public sealed class PostgreSqlSealTamperingTests(PostgresServer server) : SealTamperingContract
{
    protected override Task<TamperedLedger> CreateAsync() => PostgreSqlTamperingTests.CreateAsync(server);
}

/// <summary>What clean-up asks of a real PostgreSQL.</summary>
public sealed class PostgreSqlCleanupStoreTests(PostgresServer server) : CleanupStoreContract
{
    protected override async Task<StoreFixture> CreateAsync() => await PostgreSqlFixture.CreateAsync(server);
}

/// <summary>Programs' keys on a real PostgreSQL.</summary>
public sealed class PostgreSqlKeyTests(PostgresServer server) : KeyContract
{
    protected override async Task<(IAsyncDisposable Owner, RenderDatabase First, RenderDatabase Second)> CreateAsync()
    {
        var fixture = await PostgreSqlFixture.CreateAsync(server);
        return (fixture, fixture.First, fixture.Second);
    }
}

/// <summary>Where hooks stand, on a real PostgreSQL.</summary>
public sealed class PostgreSqlHookStoreTests(PostgresServer server) : HookStoreContract
{
    protected override async Task<(IAsyncDisposable Owner, RenderDatabase First, RenderDatabase Second)> CreateAsync()
    {
        var fixture = await PostgreSqlFixture.CreateAsync(server);
        return (fixture, fixture.First, fixture.Second);
    }
}

/// <summary>What pages ask of a real PostgreSQL.</summary>
public sealed class PostgreSqlRenderViewsTests(PostgresServer server) : RenderViewsContract
{
    protected override async Task<StoreFixture> CreateAsync() => await PostgreSqlFixture.CreateAsync(server);
}

/// <summary>The register of workers on a real PostgreSQL.</summary>
public sealed class PostgreSqlWorkerRegisterTests(PostgresServer server) : WorkerRegisterContract
{
    protected override async Task<StoreFixture> CreateAsync() => await PostgreSqlFixture.CreateAsync(server);
}

/// <summary>How everything stands, by a real PostgreSQL.</summary>
public sealed class PostgreSqlRenderReadingsTests(PostgresServer server) : RenderReadingsContract
{
    protected override async Task<StoreFixture> CreateAsync() => await PostgreSqlFixture.CreateAsync(server);
}
