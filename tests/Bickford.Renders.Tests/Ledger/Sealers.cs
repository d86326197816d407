using Bickford.Renders.Ledger;
using Bickford.Renders.Ports;
using Microsoft.Extensions.DependencyInjection;

namespace Bickford.Renders.Tests.Ledger;

/// <summary>Sealers as a worker has them, each as if in a process of its own.</summary>
internal static class Sealers
{
    public static ILedgerSealer New(ILedgerSeals seals, IVideoStore store, TimeProvider clock, int maxEvents = 4) => new ServiceCollection()
        .AddSingleton(clock)
        .AddSingleton(seals)
        .AddSingleton(store)
        .AddRenders(options => options.Ledger.SealMaxEvents = maxEvents).Services
        .BuildServiceProvider()
        .GetRequiredService<ILedgerSealer>();
}
