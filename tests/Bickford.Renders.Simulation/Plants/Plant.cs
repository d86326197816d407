using Bickford.Renders.Ledger;
using Bickford.Renders.Ports;
using Bickford.Renders.Simulation.Faults;
using Bickford.Renders.Simulation.Workers;
using Bickford.Renders.Videos;
using Microsoft.Extensions.DependencyInjection;

namespace Bickford.Renders.Simulation.Plants;

/// <summary>
/// A known bug, planted to see whether the simulation finds it: a simulation that finds nothing proves nothing. It sits in a part of the product or in
/// front of one, and nothing that checks knows of it. This one is none.
/// </summary>
internal sealed class Plant(string name, string what)
{
    /// <summary>The product as it is.</summary>
    public static Plant None { get; } = new("none", "the product as it is");

    /// <summary>Every bug there is to plant.</summary>
    public static IReadOnlyList<Plant> All { get; } =
    [
        .. CreatePlants.All,
        .. RowPlants.All,
        .. FilePlants.All,
        .. CleanupPlants.All,
        .. SealPlants.All,
        .. WorkerPlants.All,
    ];

    /// <summary>By this name it is asked for.</summary>
    public string Name { get; } = name;

    /// <summary>What is wrong with the product, in a sentence.</summary>
    public string What { get; } = what;

    public static Plant? Find(string name) => All.FirstOrDefault(plant => plant.Name == name);

    /// <summary>The store's adapter takes an acknowledgement for stored bytes.</summary>
    public bool TrustsAcknowledgements { get; init; }

    /// <summary>The store's adapter says yes to whoever asks whether an object is still what it was.</summary>
    public bool TrustsStoredObjects { get; init; }

    /// <summary>Files are not flushed to the disk.</summary>
    public bool SkipsFlush { get; init; }

    /// <summary>Leases go by the clock of the worker that asks.</summary>
    public bool LeasesByOwnClock { get; init; }

    /// <summary>What has to go wrong for the bug to show: each world with it aims at that too.</summary>
    public IReadOnlyList<Cell> Aims { get; init; } = [];

    public Action<RenderOptions> Configure { get; init; } = static _ => { };

    /// <summary>In front of the database.</summary>
    public Func<IRenderStore, Life, IRenderStore> Rows { get; init; } = static (rows, _) => rows;

    /// <summary>In front of the ledger's seals.</summary>
    public Func<ILedgerSeals, ILedgerSeals> Seals { get; init; } = static seals => seals;

    /// <summary>In front of the protocol client.</summary>
    public Func<IVideosApi, Life, IVideosApi> Api { get; init; } = static (api, _) => api;

    /// <summary>Between the protocol client and the network.</summary>
    public Func<HttpMessageHandler, HttpMessageHandler> Link { get; init; } = static link => link;

    /// <summary>In the place of a part.</summary>
    public Action<IServiceCollection> Put { get; init; } = static _ => { };
}
