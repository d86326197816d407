using Bickford.Renders.Data;
using Bickford.Renders.Ledger;
using Bickford.Renders.Ports;
using Bickford.Renders.Testing;

namespace Bickford.Renders.Tests.Data;

/// <summary>In memory.</summary>
public sealed class InMemoryFixture : StoreFixture
{
    private readonly InMemoryRenderStore _store;

    public InMemoryFixture() => _store = new InMemoryRenderStore(Clock);

    public override IRenderStore Store => _store;

    public override ILedger Ledger => _store.Ledger;

    public override IRenderStore OtherStore => _store;

    public override ILedger OtherLedger => _store.Ledger;

    public override ILedgerSeals Seals => _store.Ledger;

    public override ILedgerSeals OtherSeals => _store.Ledger;

    public override ICleanupStore Cleanup => _store;

    public override IUpkeepLease Upkeep => _store;

    public override IUpkeepLease OtherUpkeep => _store;

    public override IProviderGate Gate => _store;

    public override IProviderGate OtherGate => _store;

    public override ISpending Spending => _store;
}

/// <summary>A SQLite file in a folder of its own, opened twice.</summary>
public sealed class SqliteFixture : StoreFixture
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("renders-data-");
    private readonly RenderDatabase _first;
    private readonly RenderDatabase _second;

    private SqliteFixture()
    {
        File = Path.Combine(_folder.FullName, "renders.db");
        _first = RenderDatabase.Sqlite(File, Clock);
        _second = RenderDatabase.Sqlite(File, Clock);
    }

    public string File { get; }

    /// <summary>The whole of it.</summary>
    public RenderDatabase First => _first;

    /// <summary>The same, opened by another worker.</summary>
    public RenderDatabase Second => _second;

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

    public static async Task<SqliteFixture> CreateAsync()
    {
        var fixture = new SqliteFixture();
        await fixture._first.Migrator.MigrateAsync(TestContext.Current.CancellationToken);
        return fixture;
    }

    public override async ValueTask DisposeAsync()
    {
        _first.Dispose();
        _second.Dispose();
        _folder.Delete(recursive: true);
        await base.DisposeAsync();
    }
}
