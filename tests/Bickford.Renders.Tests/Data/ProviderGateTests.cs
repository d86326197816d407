namespace Bickford.Renders.Tests.Data;

/// <summary>The gate in memory.</summary>
public sealed class InMemoryProviderGateTests : ProviderGateContract
{
    protected override Task<StoreFixture> CreateAsync() => Task.FromResult<StoreFixture>(new InMemoryFixture());
}

/// <summary>The gate in a SQLite file.</summary>
public sealed class SqliteProviderGateTests : ProviderGateContract
{
    protected override async Task<StoreFixture> CreateAsync() => await SqliteFixture.CreateAsync();
}
