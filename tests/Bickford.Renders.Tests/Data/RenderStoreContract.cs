using Bickford.Renders.Ledger;
using Bickford.Renders.Ports;

namespace Bickford.Renders.Tests.Data;

/// <summary>What every row store must do.</summary>
public abstract partial class RenderStoreContract : IAsyncLifetime
{
    private StoreFixture _fixture = null!;

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    protected IRenderStore Store => _fixture.Store;

    protected IRenderStore OtherStore => _fixture.OtherStore;

    protected ILedger Ledger => _fixture.Ledger;

    internal ManualClock Clock => _fixture.Clock;

    public async ValueTask InitializeAsync() => _fixture = await CreateAsync();

    public async ValueTask DisposeAsync()
    {
        await _fixture.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected abstract Task<StoreFixture> CreateAsync();

    protected async Task<Render> InsertedAsync(Render render) =>
        (await Store.InsertAsync(render, [render.Entry("render.enqueued")], Cancellation)).Render;

    protected async Task<Render> CommittedAsync(Render next)
    {
        (await Store.CommitAsync(next, next.Version - 1, [next.Entry()], Cancellation)).ShouldBe(CommitResult.Committed);
        return (await Store.GetAsync(next.Id, Cancellation))!;
    }
}
