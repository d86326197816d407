using System.Text.Json;
using Bickford.Renders.Benchmarks;
using Bickford.Renders.Benchmarks.Scale;
using Bickford.Renders.IntegrationTests.Support;

const string Databases = "--db sqlite|postgres";

// What another benchmark starts as a process of its own.
if (args is [LoadHost.Name, var plan])
    return await LoadHost.RunAsync(JsonSerializer.Deserialize<LoadPlan>(plan)!);
if (args is [PipelineHost.Name, var pipeline])
    return await PipelineHost.RunAsync(JsonSerializer.Deserialize<PipelinePlan>(pipeline)!);

var benchmarks = new Dictionary<string, Benchmark>
{
    ["pipeline"] = new([Databases, "--engine quartz|hangfire", "--workers N", "--renders N", "--runs N"], a => OnAsync(a, server => new PipelineBenchmark(a, server).RunAsync())),
    ["inflight"] = new([Databases, "--renders N", "--seconds N"], a => OnAsync(a, server => new InflightBenchmark(a, server).RunAsync())),
    ["polling"] = new(["--renders N", "--runs N"], a => Task.FromResult(new PollingBenchmark(a.Whole("--renders", 1_000), a.Whole("--runs", 5)).Run(a.AsJson))),
    ["scale"] = new([], a => Task.FromResult(ScaleReport.Run(a.AsJson))),
    ["pacing"] = new([Databases, "--workers N", "--requests-per-minute N", "--minutes N"], a => OnAsync(a, server => new PacingBenchmark(a, server).RunAsync())),
    ["startup"] = new([Databases, "--renders N", "--runs N"], a => OnAsync(a, server => new StartupBenchmark(a, server).RunAsync())),
    ["transfer"] = new(["--store both|files|s3", "--bytes N", "--renders N", "--runs N"], a => new TransferBenchmark(a).RunAsync()),
    ["ledger"] = new([Databases, "--events N", "--runs N"], a => OnAsync(a, server => new LedgerBenchmark(a, server).RunAsync())),
    ["cleanup"] = new([Databases, "--videos N", "--requests-per-minute N"], a => OnAsync(a, server => new CleanupBenchmark(a, server).RunAsync())),
    ["dashboard"] = new(["--renders N", "--runs N"], a => new DashboardBenchmark(a.Whole("--renders", 100_000), a.Whole("--runs", 20)).RunAsync(a.AsJson)),
    ["memory"] = new(["--bytes N", "--runs N"], a => new MemoryBenchmark("memory", targetMegabytes: 64, ceph: null).RunAsync(a.Long("--bytes", 1_000_000_000), a.Whole("--runs", 5), a.AsJson)),
    ["s3-memory"] = new(["--bytes N", "--runs N"], async a =>
    {
        await using var ceph = new CephServer();
        return await new MemoryBenchmark("s3-memory", targetMegabytes: 100, ceph).RunAsync(a.Long("--bytes", 1_000_000_000), a.Whole("--runs", 5), a.AsJson);
    }),
    ["load"] = new([Databases, "--renders N", "--requests-per-second N", "--max-in-flight N"], a => OnAsync(a, server =>
        new LoadBenchmark(a.Whole("--renders", 10_000), a.Whole("--requests-per-second", 50), a.Whole("--max-in-flight", 0), server).RunAsync(a.AsJson))),
    ["soak"] = new([Databases, "--minutes M", "--seed N"], a => OnAsync(a, server =>
        new SoakBenchmark(TimeSpan.FromMinutes(a.Number("--minutes", 10)), server, a.Whole("--seed", 1)).RunAsync(a.AsJson))),
};

try
{
    if (args is not [var name, ..] || !benchmarks.TryGetValue(name, out var benchmark))
        throw new ArgumentsException($"'{args.FirstOrDefault()}' is no benchmark; there are:\n{string.Join('\n', benchmarks.Select(pair => $"  {pair.Key,-10} {string.Join(", ", [.. pair.Value.Options, "--json"])}"))}");
    return await benchmark.Run(new Arguments(benchmark.Options, args[1..]));
}
catch (ArgumentsException e)
{
    Console.Error.WriteLine($"benchmarks: {e.Message}");
    return 2;
}

static async Task<int> OnAsync(Arguments arguments, Func<PostgresServer?, Task<int>> run)
{
    await using var server = arguments.Choice("--db") == "postgres" ? new PostgresServer() : null;
    return await run(server);
}
