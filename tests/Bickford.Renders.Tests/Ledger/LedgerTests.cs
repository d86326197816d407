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

/// <summary>Named readers in memory.</summary>
public sealed class InMemoryCursorTests : CursorContract
{
    protected override Task<StoreFixture> CreateAsync() => Task.FromResult<StoreFixture>(new InMemoryFixture());
}

/// <summary>Named readers on a SQLite file.</summary>
public sealed class SqliteCursorTests : CursorContract
{
    protected override async Task<StoreFixture> CreateAsync() => await SqliteFixture.CreateAsync();
}
