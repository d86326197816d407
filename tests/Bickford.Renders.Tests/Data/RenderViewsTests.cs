namespace Bickford.Renders.Tests.Data;

/// <summary>The contract on a SQLite file.</summary>
public sealed class SqliteRenderViewsTests : RenderViewsContract
{
    protected override async Task<StoreFixture> CreateAsync() => await SqliteFixture.CreateAsync();
}

/// <summary>The contract on a SQLite file.</summary>
public sealed class SqliteRenderReadingsTests : RenderReadingsContract
{
    protected override async Task<StoreFixture> CreateAsync() => await SqliteFixture.CreateAsync();
}
