using Bickford.Renders.Tests.Data;

namespace Bickford.Renders.Tests.Ledger;

/// <summary>The contract in memory.</summary>
public sealed class InMemoryLedgerTests : LedgerContract
{
    protected override Task<StoreFixture> CreateAsync() => Task.FromResult<StoreFixture>(new InMemoryFixture());
}

/// <summary>The contract on a SQLite file.</summary>
public sealed class SqliteLedgerTests : LedgerContract
{
    protected override async Task<StoreFixture> CreateAsync() => await SqliteFixture.CreateAsync();
}
