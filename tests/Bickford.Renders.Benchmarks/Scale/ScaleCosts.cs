namespace Bickford.Renders.Benchmarks.Scale;

/// <summary>What a render costs: measured with PostgreSQL and Quartz where ops/benchmarks.md says so, and else assumed, which ops/scale.md says too.</summary>
internal static class ScaleCosts
{
    /// <summary>Requests to the provider: create, looks, the video (benchmark load), and thumbnail and spritesheet, which that benchmark does not fetch.</summary>
    public const double Requests = 3.04 + 2;

    /// <summary>Commits. Benchmark pipeline.</summary>
    public const int Commits = 10;

    /// <summary>Processor time of the database: 44 % of all, where the worker's 52 % are 25 ms. Benchmark pipeline.</summary>
    public const double DatabaseSeconds = 0.021;

    /// <summary>Processor time of a worker: 39 of those 52 %, for the rest was compiling, and five more looks at 0.54 ms. Benchmarks pipeline, inflight.</summary>
    public const double WorkerSeconds = 0.0215;

    /// <summary>Share of the processors that is used: 40 renders a second of 46 ms, compiling included, on two cores. Benchmark pipeline.</summary>
    public const double UsableShare = 0.92;

    /// <summary>Database connections of a worker with all its hands full: 20 for rows, 24 workers and 10 more for the engine. Few are open when little is due: benchmark soak, 19 of two workers.</summary>
    public const int Connections = 54;

    /// <summary>Bytes of the database a render that is under way. Benchmark inflight; one that has ended keeps its row and all of its events.</summary>
    public const double RowBytes = 9_400;

    /// <summary>Events of a render, from enqueued to completed, with one of progress.</summary>
    public const int Events = 9;

    /// <summary>Bytes that an event is hashed over (benchmark ledger), with its columns and indexes about twice that.</summary>
    public const double EventBytes = 2 * 745;

    /// <summary>Events that a core verifies a second. Benchmark ledger.</summary>
    public const double VerifiedEvents = 61_000;

    /// <summary>The provider's gate is one row, that each request changes. Assumed: so long is it held.</summary>
    public const double GateSeconds = 0.001;

    /// <summary>Assumed: a create's POST.</summary>
    public const double CreateSeconds = 1;

    /// <summary>Assumed: what a transfer takes besides its bytes, and the bytes a second of one connection.</summary>
    public const double TransferOverhead = 0.5;

    /// <inheritdoc cref="TransferOverhead"/>
    public const double ConnectionBytes = 20e6;
}
