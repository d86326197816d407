namespace Bickford.Renders.Tests.Data;

/// <summary>Money in memory.</summary>
public sealed class InMemorySpendingTests : SpendingContract
{
    protected override Task<StoreFixture> CreateAsync() => Task.FromResult<StoreFixture>(new InMemoryFixture());
}

/// <summary>Money in SQLite.</summary>
public sealed class SqliteSpendingTests : SpendingContract
{
    protected override async Task<StoreFixture> CreateAsync() => await SqliteFixture.CreateAsync();
}
