using Bickford.Renders.Ledger;
using Bickford.Renders.Ports;

namespace Bickford.Renders.Tests.Data;

/// <summary>What every row store must do.</summary>
public abstract partial class RenderStoreContract : DatabaseContract
{
    protected IRenderStore Store => Fixture.Store;

    protected IRenderStore OtherStore => Fixture.OtherStore;

    protected ILedger Ledger => Fixture.Ledger;

    internal ManualClock Clock => Fixture.Clock;

    protected async Task<Render> InsertedAsync(Render render) =>
        (await Store.InsertAsync(render, [render.Entry("render.enqueued")], Cancellation)).Render;

    protected async Task<Render> CommittedAsync(Render next)
    {
        (await Store.CommitAsync(next, next.Version - 1, [next.Entry()], Cancellation)).ShouldBe(CommitResult.Committed);
        return (await Store.GetAsync(next.Id, Cancellation))!;
    }
}
