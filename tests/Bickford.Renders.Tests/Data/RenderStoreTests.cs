namespace Bickford.Renders.Tests.Data;

/// <summary>The contract in memory.</summary>
public sealed class InMemoryRenderStoreTests : RenderStoreContract
{
    protected override Task<StoreFixture> CreateAsync() => Task.FromResult<StoreFixture>(new InMemoryFixture());
}

/// <summary>The contract on a SQLite file.</summary>
public sealed class SqliteRenderStoreTests : RenderStoreContract
{
    protected override async Task<StoreFixture> CreateAsync() => await SqliteFixture.CreateAsync();
}
