using Bickford.Renders.Tests.Data;

namespace Bickford.Renders.Tests.Ledger;

/// <summary>The contract in memory.</summary>
public sealed class InMemorySealTests : SealContract
{
    protected override Task<StoreFixture> CreateAsync() => Task.FromResult<StoreFixture>(new InMemoryFixture());
}

/// <summary>The contract on a SQLite file.</summary>
public sealed class SqliteSealTests : SealContract
{
    protected override async Task<StoreFixture> CreateAsync() => await SqliteFixture.CreateAsync();
}

/// <summary>Somebody with the file and the sqlite3 shell, and seals.</summary>
public sealed class SqliteSealTamperingTests : SealTamperingContract
{
    protected override Task<TamperedLedger> CreateAsync() => TamperingTests.CreateSqliteAsync();
}
