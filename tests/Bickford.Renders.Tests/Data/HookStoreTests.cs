using Bickford.Renders.Data;

namespace Bickford.Renders.Tests.Data;

/// <summary>Where hooks stand, in a SQLite file.</summary>
public sealed class SqliteHookStoreTests : HookStoreContract
{
    protected override async Task<(IAsyncDisposable Owner, RenderDatabase First, RenderDatabase Second)> CreateAsync()
    {
        var fixture = await SqliteFixture.CreateAsync();
        return (fixture, fixture.First, fixture.Second);
    }
}
