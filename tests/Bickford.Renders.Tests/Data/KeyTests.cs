using Bickford.Renders.Data;

namespace Bickford.Renders.Tests.Data;

/// <summary>The contract on a SQLite file.</summary>
public sealed class SqliteKeyTests : KeyContract
{
    protected override async Task<(IAsyncDisposable Owner, RenderDatabase First, RenderDatabase Second)> CreateAsync()
    {
        var fixture = await SqliteFixture.CreateAsync();
        return (fixture, fixture.First, fixture.Second);
    }
}
