namespace Bickford.Renders.Tests.Data;

/// <summary>The contract in memory.</summary>
public sealed class InMemoryCleanupStoreTests : CleanupStoreContract
{
    protected override Task<StoreFixture> CreateAsync() => Task.FromResult<StoreFixture>(new InMemoryFixture());
}

/// <summary>The contract on a SQLite file.</summary>
public sealed class SqliteCleanupStoreTests : CleanupStoreContract
{
    protected override async Task<StoreFixture> CreateAsync() => await SqliteFixture.CreateAsync();
}
