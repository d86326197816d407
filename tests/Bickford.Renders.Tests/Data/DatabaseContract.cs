namespace Bickford.Renders.Tests.Data;

/// <summary>What every database must do: each test on a fresh one.</summary>
public abstract class DatabaseContract : IAsyncLifetime
{
    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    protected StoreFixture Fixture { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Fixture = await CreateAsync();

    public async ValueTask DisposeAsync()
    {
        await Fixture.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected abstract Task<StoreFixture> CreateAsync();
}
