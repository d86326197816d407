using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Bickford.Renders.IntegrationTests.Support;
using Npgsql;

namespace Bickford.Renders.Benchmarks;

/// <summary>
/// Renders a second through all five steps, from being handed in to completed, with a provider that is done at once and a store in memory: what rows, ledger and engine cost. Beside it, in each
/// run: how many of the smallest commits the database takes, and how many chains of five empty jobs the engine runs.
/// </summary>
internal sealed class PipelineBenchmark
{
    private const double TargetOfEngine = 1.5;
    private const double TargetOfCommits = 0.5;
    // As many as the runtime needs to compile for good most of what a render runs through: a worker lives for weeks.
    private const int WarmUp = 1_000;
    // As many as a worker uses at once: its creates, looks and transfers.
    private const int Connections = 20;
    private const int MostCommits = 5_000;

    private readonly Arguments _arguments;
    private readonly PostgresServer? _postgres;
    private readonly Report _report;
    private readonly int _workers;
    private readonly int _renders;

    /// <exception cref="ArgumentsException">The engine does not go with the database, or is not in this build.</exception>
    public PipelineBenchmark(Arguments arguments, PostgresServer? postgres)
    {
        if (arguments.Choice("--engine") == "hangfire" && postgres is null)
            throw new ArgumentsException("--engine: 'hangfire' needs --db postgres");
#if !HANGFIRE
        if (arguments.Choice("--engine") == "hangfire")
            throw new ArgumentsException("--engine: 'hangfire' is not in this build; allowed: quartz, or a build with -p:UseHangfire=true");
#endif
        (_arguments, _postgres, _report) = (arguments, postgres, new Report("pipeline", arguments));
        (_workers, _renders) = (arguments.Whole("--workers", 1), arguments.Whole("--renders", 2_000));
        if (_workers > 1 && postgres is null)
            throw new ArgumentsException($"--workers: '{_workers}' needs --db postgres: with SQLite one process has the jobs");
    }

    public async Task<int> RunAsync()
    {
        _report.Note(string.Create(CultureInfo.InvariantCulture, $"{_renders} renders, {_workers} worker processes, {_arguments.Choice("--engine")} on {_arguments.Choice("--db")}; {WarmUp} renders before that do not count"));
        if (_postgres is not null)
            await PostgresCounts.EnableAsync(_postgres);
        for (var run = 0; run < _arguments.Whole("--runs", 5); run++)
            await MeasureAsync();
        if (_postgres is not null)
            _report.AtLeast("renders, of the bare engine's chains", TargetOfEngine);
        _report.AtLeast("renders, of what the commit rate allows", TargetOfCommits);
        _report.Write();
        return 0;
    }

    private async Task MeasureAsync()
    {
        var chains = await InNewDatabaseAsync((folder, connection) => RunAsync(folder, connection, bare: true));
        var (pipeline, commitRate) = await InNewDatabaseAsync(async (folder, connection) =>
        {
            var run = await RunAsync(folder, connection, bare: false);
            var commits = (int)Math.Clamp(run.Commits * _renders, 1, MostCommits);
            return (run, await BareCommits.RateAsync(connection, folder, commits, Connections * _workers));
        });

        _report.Add("renders a second", pipeline.PerSecond);
        _report.Add("bare chains of five jobs a second", chains.PerSecond);
        _report.Add("bare commits a second", commitRate);
        _report.Add("renders, of the bare engine's chains", pipeline.PerSecond / chains.PerSecond);
        _report.Add("renders, of what the commit rate allows", pipeline.PerSecond * pipeline.Commits / commitRate);
        _report.Add("commits a render", pipeline.Commits);
        _report.Add("commits a bare chain", chains.Commits);
        _report.Add(_postgres is null ? "statements a render" : "round trips a render", pipeline.Statements);
        _report.Add(_postgres is null ? "statements a bare chain" : "round trips a bare chain", chains.Statements);
        _report.Add("changes of the row a render", pipeline.Changes);
        _report.Add("bytes allocated a change", pipeline.Allocated / pipeline.Changes);
        _report.Add("processor ms a render", pipeline.CpuSeconds * 1000);
        _report.Add("processor ms a bare chain", chains.CpuSeconds * 1000);
        if (_postgres is not null)
        {
            _report.Add("the server's processor ms a render", pipeline.ServerCpuSeconds * 1000);
            _report.Add("the server's processor ms a bare chain", chains.ServerCpuSeconds * 1000);
        }

        _report.Say(string.Create(CultureInfo.InvariantCulture,
            $"{pipeline.PerSecond:0.0} renders a second, {pipeline.Statements:0.0} trips and {pipeline.Commits:0.0} commits each; bare engine {chains.PerSecond:0.0}; {commitRate:0} commits a second"));
    }

    private async Task<T> InNewDatabaseAsync<T>(Func<string, string?, Task<T>> measure)
    {
        var folder = Directory.CreateTempSubdirectory("renders-pipeline-");
        try
        {
            await using var database = _postgres is null ? null : await _postgres.CreateDatabaseAsync();
            return await measure(folder.FullName, database?.ConnectionString);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private async Task<PipelineRun> RunAsync(string folder, string? connection, bool bare)
    {
        var plan = new PipelinePlan(folder, connection, _arguments.Choice("--engine") == "hangfire", bare, HandsIn: false, WarmUp, _renders);
        var hosts = new List<RendersProcess>();
        try
        {
            for (var i = 1; i < _workers; i++)
                hosts.Add(Start(plan));
            await EveryAsync(hosts, "they are ready", all => all.All(host => Saw(host, PipelineHost.Ready)));
            hosts.Add(Start(plan with { HandsIn = true }));
            await EveryAsync(hosts, "the first renders are done", all => all.Sum(DoneOf) >= WarmUp);
            var before = connection is null ? null : await PostgresCounts.NowAsync(connection);
            var serverCpu = ServerCpuSeconds();
            await File.WriteAllTextAsync(plan.GoFile, "");
            await EveryAsync(hosts, "all renders are done", all => all.Sum(DoneOf) >= WarmUp + _renders);
            var served = connection is null ? null : await PostgresCounts.NowAsync(connection) - before!;
            serverCpu = ServerCpuSeconds() - serverCpu;
            var began = long.Parse(Last(hosts[^1], PipelineHost.Began)!, CultureInfo.InvariantCulture);
            var ended = hosts.Max(host => Last(host, PipelineHost.Done) is { } done ? long.Parse(done.Split(' ')[1], CultureInfo.InvariantCulture) : began);
            var figures = new List<PipelineFigures>();
            foreach (var host in hosts)
            {
                host.Terminate();
                var output = (await host.WaitAsync()).Output;
                figures.Add(JsonSerializer.Deserialize<PipelineFigures>(output.Split('\n').Last(line => line.StartsWith('{')))!);
            }

            return new PipelineRun(
                _renders / Stopwatch.GetElapsedTime(began, ended).TotalSeconds,
                (served?.Commits ?? figures.Sum(f => (double)f.Database.Commits)) / _renders,
                (served?.Statements ?? figures.Sum(f => (double)f.Database.Statements)) / _renders,
                bare ? 0 : await ChangesAsync(folder, connection),
                figures.Sum(f => (double)f.AllocatedBytes) / _renders,
                figures.Sum(f => f.CpuSeconds) / _renders,
                serverCpu / _renders);
        }
        finally
        {
            foreach (var host in hosts)
                await host.DisposeAsync();
        }
    }

    private double ServerCpuSeconds() => _postgres is null ? 0 : ProcessFigures.FamilyCpuSeconds(_postgres.ProcessId);

    private static RendersProcess Start(PipelinePlan plan) =>
        RendersProcess.StartProgram(typeof(PipelineBenchmark).Assembly.Location, plan.Folder, new Dictionary<string, string>(), PipelineHost.Name, JsonSerializer.Serialize(plan));

    private static Task EveryAsync(List<RendersProcess> hosts, string what, Func<IReadOnlyList<RendersProcess>, bool> condition) => Eventually.HoldsAsync(what, () => Task.FromResult(
        hosts.Find(host => host.HasExited) is { } ended ? throw new InvalidOperationException($"a worker ended:\n{ended.Output}\n{ended.Error}") : condition(hosts)), TimeSpan.FromMinutes(10));

    private static bool Saw(RendersProcess host, string line) => host.Output.Split('\n').Contains(line);

    private static string? Last(RendersProcess host, string start) => host.Output.Split('\n').LastOrDefault(line => line.StartsWith(start, StringComparison.Ordinal))?[start.Length..];

    private static long DoneOf(RendersProcess host) => Last(host, PipelineHost.Done) is { } done ? long.Parse(done.Split(' ')[0], CultureInfo.InvariantCulture) : 0;

    private static async Task<double> ChangesAsync(string folder, string? connection)
    {
        await using System.Data.Common.DbConnection database = connection is null
            ? new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={Path.Combine(folder, "renders.db")};Pooling=False")
            : new NpgsqlConnection(connection + ";Search Path=renders;Pooling=false");
        await database.OpenAsync();
        await using var ask = database.CreateCommand();
        ask.CommandText = "SELECT CAST(sum(version) AS float) / count(*) FROM renders";
        return Convert.ToDouble(await ask.ExecuteScalarAsync(), CultureInfo.InvariantCulture);
    }

    /// <summary>Figures of one run; all but the first are of one render.</summary>
    private sealed record PipelineRun(double PerSecond, double Commits, double Statements, double Changes, double Allocated, double CpuSeconds, double ServerCpuSeconds);
}
