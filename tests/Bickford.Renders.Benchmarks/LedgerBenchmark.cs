using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Bickford.Renders.Data;
using Bickford.Renders.IntegrationTests.Support;
using Bickford.Renders.Ledger;
using Bickford.Renders.Simulator;

namespace Bickford.Renders.Benchmarks;

/// <summary>
/// How fast the ledger takes events, beside the bare commits of its database; and how fast a long one is verified, from the database to the last seal, beside
/// SHA-256 of the same bytes and nothing else.
/// </summary>
internal sealed class LedgerBenchmark(Arguments arguments, PostgresServer? postgres)
{
    private const int Callers = 8;
    private const int Appends = 1_000;
    private const int Sampled = 20_000;
    private const double TargetEventsPerSecond = 200_000;

    private readonly Report _report = new("ledger", arguments);

    public async Task<int> RunAsync()
    {
        await using var world = await World.StartAsync(new SimulatorOptions { ApiKey = "simulator-key", RenderTime = TimeSpan.FromSeconds(0.2) });
        await using var server = postgres is null ? null : await postgres.CreateDatabaseAsync();
        if (server is not null)
            world.OnPostgreSql(server.ConnectionString);
        await FillAsync(world, server?.ConnectionString);

        using var database = Clones.Open(world, server?.ConnectionString);
        var sample = await SampleAsync(database.Ledger);
        for (var run = 0; run < arguments.Whole("--runs", 5); run++)
        {
            await AppendAsync(world, server?.ConnectionString, database.Ledger, run);
            await VerifyAsync(database.Ledger, sample);
        }

        _report.AtLeast("events verified a second and core", TargetEventsPerSecond);
        _report.Write();
        return 0;
    }

    private async Task FillAsync(World world, string? connection)
    {
        var first = await world.RunJsonAsync("render", "A lighthouse in fog, seen from a small boat", "--wait");
        var id = Guid.Parse((string)(await world.QueryAsync("SELECT id FROM renders")).Single()["id"]!);
        var each = await world.CountAsync("SELECT count(*) FROM ledger_events");
        var events = await new Clones(world, connection).AddAsync(id, (int)Math.Max(1, arguments.Long("--events", 100_000) / each), number => new CloneOf(string.Create(CultureInfo.InvariantCulture, $"video_{number:x16}"), null));
        await world.RunAsync("ledger", "seal");
        _report.Note(string.Create(CultureInfo.InvariantCulture,
            $"{events + each:N0} events of {events / each + 1:N0} completed renders in {(connection is null ? "SQLite" : "PostgreSQL")}, all sealed; {Callers} callers append {Appends:N0} events a run"));
        if (first["status"]?.GetValue<string>() is not ("Completed" or "completed"))
            throw new InvalidOperationException($"the first render did not complete: {first.ToJsonString()}");
    }

    private async Task AppendAsync(World world, string? connection, ILedger ledger, int run)
    {
        var bare = await BareCommits.RateAsync(connection, world.Folder, Appends, Callers);
        var payload = new JsonObject { ["order"] = "A-1234", ["amount"] = 12, ["note"] = "paid" };
        var start = Stopwatch.GetTimestamp();
        await Parallel.ForEachAsync(
            Enumerable.Range(0, Callers),
            new ParallelOptions { MaxDegreeOfParallelism = Callers },
            async (caller, token) =>
            {
                for (var i = 0; i < Appends / Callers; i++)
                    await ledger.RecordAsync(string.Create(CultureInfo.InvariantCulture, $"orders/{run}-{caller}"), "order.paid", (JsonObject)payload.DeepClone(), cancellationToken: token);
            });
        var rate = Appends / Stopwatch.GetElapsedTime(start).TotalSeconds;
        _report.Add("events appended a second", rate);
        _report.Add("bare commits a second", bare);
        _report.Add("appended, of the bare commits", rate / bare);
    }

    private async Task VerifyAsync(ILedger ledger, List<byte[]> sample)
    {
        var cpu = Environment.CpuUsage.TotalTime;
        foreach (var bytes in sample)
            SHA256.HashData(bytes);
        var hashed = sample.Count / (Environment.CpuUsage.TotalTime - cpu).TotalSeconds;

        cpu = Environment.CpuUsage.TotalTime;
        var allocated = GC.GetTotalAllocatedBytes();
        var start = Stopwatch.GetTimestamp();
        var verified = await ledger.VerifyAsync();
        var took = Stopwatch.GetElapsedTime(start).TotalSeconds;
        if (!verified.Verified)
            throw new InvalidOperationException($"the ledger does not verify: {verified.FirstFault}");
        var perCore = verified.Events / (Environment.CpuUsage.TotalTime - cpu).TotalSeconds;
        _report.Add("events verified a second", verified.Events / took);
        _report.Add("events verified a second and core", perCore);
        _report.Add("events hashed a second and core, by SHA-256 alone", hashed);
        _report.Add("verified a core, of the hashed", perCore / hashed);
        _report.Add("bytes allocated an event verified", (double)(GC.GetTotalAllocatedBytes() - allocated) / verified.Events);
        _report.Say(string.Create(CultureInfo.InvariantCulture, $"verified {verified.Events:N0} events in {took:0.00} s, {perCore:N0} a second and core; hashed {hashed:N0} ({sample.Average(bytes => bytes.Length):0} bytes each)"));
    }

    /// <summary>The bytes under the hashes of the first events.</summary>
    private static async Task<List<byte[]>> SampleAsync(ILedger ledger)
    {
        var sample = new List<byte[]>();
        await foreach (var e in ledger.ReadAsync())
        {
            sample.Add(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{e.PrevHash}\n{e.EventId:D}\n{e.Stream}\n{e.RenderSeq}\n{e.Type}\n{LedgerHash.TimeText(e.OccurredAt)}\n{e.Payload}\n")));
            if (sample.Count == Sampled)
                break;
        }

        return sample;
    }
}
