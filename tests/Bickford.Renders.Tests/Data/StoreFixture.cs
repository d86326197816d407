using Bickford.Renders.Ledger;
using Bickford.Renders.Ports;

namespace Bickford.Renders.Tests.Data;

/// <summary>A fresh store with its ledger, and a second worker's view of the same.</summary>
public abstract class StoreFixture : IAsyncDisposable
{
    public abstract IRenderStore Store { get; }

    public abstract ILedger Ledger { get; }

    /// <summary>The same rows, opened by another worker.</summary>
    public abstract IRenderStore OtherStore { get; }

    public abstract ILedger OtherLedger { get; }

    public abstract ILedgerSeals Seals { get; }

    public abstract ILedgerSeals OtherSeals { get; }

    public abstract ICleanupStore Cleanup { get; }

    public abstract IUpkeepLease Upkeep { get; }

    public abstract IUpkeepLease OtherUpkeep { get; }

    public abstract IProviderGate Gate { get; }

    public abstract IProviderGate OtherGate { get; }

    public abstract ISpending Spending { get; }

    /// <summary>Only databases have views.</summary>
    public virtual IRenderViews Views => throw new NotSupportedException("rows in memory have no views");

    /// <summary>Only databases have readings.</summary>
    public virtual IRenderReadings Readings => throw new NotSupportedException("rows in memory have no readings");

    /// <summary>Only databases have a register.</summary>
    public virtual IWorkerRegister Workers => throw new NotSupportedException("rows in memory have no register");

    public virtual IWorkerRegister OtherWorkers => Workers;

    internal ManualClock Clock { get; } = new(TestRenders.Start);

    public virtual ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }
}
