namespace Bickford.Renders.Tests.Data;

/// <summary>The contract on a SQLite file.</summary>
public sealed class SqliteWorkerRegisterTests : WorkerRegisterContract
{
    protected override async Task<StoreFixture> CreateAsync() => await SqliteFixture.CreateAsync();
}
