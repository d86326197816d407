using System.Data.Common;
using System.Globalization;
using Bickford.Renders.IntegrationTests.Support;
using Bickford.Renders.Simulator;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Bickford.Renders.Benchmarks;

/// <summary>
/// Thousands of renders that the provider works on, each to be looked at now and then: what that takes of a worker, how late the looks are, and how many requests they cost, by the rows and the
/// provider's own record. Beside it, in the same run: a worker that has nothing to do.
/// </summary>
internal sealed class InflightBenchmark(Arguments arguments, PostgresServer? postgres)
{
    private const double TargetShare = 0.2;
    private const double TargetMegabytes = 300;
    private const double TargetLateness = 1;
    private const int Windows = 5;
    private const int PlantedASecond = 1_000;
    private static readonly TimeSpan s_idle = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan s_longestInterval = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan s_every = TimeSpan.FromSeconds(5);

    private readonly Report _report = new("inflight", arguments);

    public async Task<int> RunAsync()
    {
        var renders = arguments.Whole("--renders", 10_000);
        var window = TimeSpan.FromSeconds(arguments.Whole("--seconds", 20));
        _report.Note(string.Create(CultureInfo.InvariantCulture,
            $"{renders:N0} renders at the provider, on {arguments.Choice("--db")}; {Windows} windows of {window.TotalSeconds:0} s. Each is looked at every {s_longestInterval.TotalSeconds:0} s"));
        await InWorldAsync(async (world, _) =>
        {
            await using var worker = await StartAsync(world);
            await WaitAsync(s_idle);
            for (var i = 0; i < Windows; i++)
                await MeasureIdleAsync(worker, s_idle / Windows);
        });
        await InWorldAsync((world, connection) => MeasureAsync(world, connection, renders, window));
        _report.Under("processor share, of one core", TargetShare);
        _report.Under("MB held", TargetMegabytes);
        _report.Under("seconds late, 99 of 100 looks", TargetLateness);
        _report.Write();
        return 0;
    }

    private async Task InWorldAsync(Func<World, string?, Task> measure)
    {
        await using var world = await World.StartAsync(new SimulatorOptions { ApiKey = "simulator-key", RenderTime = Planted.RenderTime, ContentLifetime = TimeSpan.FromHours(24) });
        Planted.UseOwnTimes(world);
        await using var database = postgres is null ? null : await postgres.CreateDatabaseAsync();
        if (database is not null)
            world.OnPostgreSql(database.ConnectionString);
        await measure(world, database?.ConnectionString);
    }

    private async Task MeasureIdleAsync(RendersProcess worker, TimeSpan time)
    {
        var before = FiguresOf(worker);
        var start = TimeProvider.System.GetTimestamp();
        await WaitAsync(time);
        var after = FiguresOf(worker);
        _report.Add("processor share of an idle worker", (after.CpuSeconds - before.CpuSeconds) / TimeProvider.System.GetElapsedTime(start).TotalSeconds);
        _report.Add("MB held by an idle worker", after.Megabytes);
    }

    private async Task MeasureAsync(World world, string? connection, int renders, TimeSpan window)
    {
        var now = TimeProvider.System.GetUtcNow();
        var first = now + TimeSpan.FromSeconds(15 + (double)renders / PlantedASecond);
        // Accepted one after the other, in the order of their rows: their progress does not change for all at once.
        await new Planted(world, connection).AddAsync(renders, n => now - (renders - n) * (Planted.RenderTime / 2 / renders), n => first + n * (s_longestInterval / renders));
        await using var worker = await StartAsync(world);
        _report.Add("seconds that planting left until the first look", (first - TimeProvider.System.GetUtcNow()).TotalSeconds);
        await WaitAsync(first + s_longestInterval + s_every - TimeProvider.System.GetUtcNow());
        for (var i = 0; i < Windows; i++)
            await MeasureWindowAsync(world, connection, worker, window);
        _report.Add("bytes of the database a render", (double)await BytesAsync(world, connection) / renders);
        worker.Terminate();
        await worker.WaitAsync();
    }

    private async Task MeasureWindowAsync(World world, string? connection, RendersProcess worker, TimeSpan window)
    {
        var (before, requests, start) = (FiguresOf(worker), world.Simulator.Requests.Total, TimeProvider.System.GetTimestamp());
        var late = new List<double>();
        var looks = 0;
        var rows = await RowsAsync(world, connection);
        while (TimeProvider.System.GetElapsedTime(start) < window)
        {
            await WaitAsync(s_every);
            var next = await RowsAsync(world, connection);
            foreach (var (id, row) in next)
            {
                // A row whose due time has moved was looked at: between two samples once, for they are closer than looks.
                if (rows.TryGetValue(id, out var was) && was.DueAt != row.DueAt)
                {
                    late.Add((row.UpdatedAt - was.DueAt).TotalSeconds);
                    looks++;
                }
            }

            rows = next;
        }

        var (after, seconds, sent) = (FiguresOf(worker), TimeProvider.System.GetElapsedTime(start).TotalSeconds, world.Simulator.Requests.Total - requests);
        // Those that nobody has looked at yet are late too.
        var now = TimeProvider.System.GetUtcNow();
        late.AddRange(rows.Values.Where(row => row.DueAt < now).Select(row => (now - row.DueAt).TotalSeconds));
        _report.Add("processor share, of one core", (after.CpuSeconds - before.CpuSeconds) / seconds);
        _report.Add("MB held", after.Megabytes);
        _report.Add("looks a second", looks / seconds);
        _report.Add("requests a minute", sent / seconds * 60);
        _report.Add("requests, of one get a look", (double)sent / Math.Max(1, looks));
        _report.Add("seconds late, half of the looks", Trend.Percentile(late, 0.5));
        _report.Add("seconds late, 99 of 100 looks", Trend.Percentile(late, 0.99));
        _report.Say(string.Create(CultureInfo.InvariantCulture,
            $"{looks / seconds:0} looks a second, {sent / seconds:0} requests; {(after.CpuSeconds - before.CpuSeconds) / seconds:P0} of a core, {after.Megabytes:0} MB; late by {Trend.Percentile(late, 0.5):0.00} s, {Trend.Percentile(late, 0.99):0.00} s at most for 99 of 100"));
    }

    private static async Task<RendersProcess> StartAsync(World world)
    {
        var worker = world.Start("serve");
        await Eventually.HoldsAsync("the worker is up", () => Task.FromResult((worker.Output + worker.Error).Contains("http://", StringComparison.Ordinal)));
        return worker;
    }

    private static ProcessFigures FiguresOf(RendersProcess worker) => ProcessFigures.Of(worker.Id) ?? throw new InvalidOperationException($"the worker ended:\n{worker.Output}\n{worker.Error}");

    private static Task WaitAsync(TimeSpan time) => time > TimeSpan.Zero ? Task.Delay(time, TimeProvider.System, CancellationToken.None) : Task.CompletedTask;

    private static async Task<Dictionary<string, (DateTimeOffset DueAt, DateTimeOffset UpdatedAt)>> RowsAsync(World world, string? connection)
    {
        await using DbConnection database = connection is null
            ? new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = world.DatabasePath, Mode = SqliteOpenMode.ReadOnly, Pooling = false }.ToString())
            : new NpgsqlConnection(connection + ";Search Path=renders;Pooling=false");
        await database.OpenAsync();
        await using var ask = database.CreateCommand();
        ask.CommandText = "SELECT CAST(id AS text), due_at, updated_at FROM renders WHERE status = 'Rendering'";
        await using var reader = await ask.ExecuteReaderAsync();
        var rows = new Dictionary<string, (DateTimeOffset, DateTimeOffset)>();
        while (await reader.ReadAsync())
            rows[reader.GetString(0)] = (TimeOf(reader.GetValue(1)), TimeOf(reader.GetValue(2)));
        return rows;
    }

    private static DateTimeOffset TimeOf(object value) =>
        value is DateTime time ? new DateTimeOffset(time, TimeSpan.Zero) : DateTimeOffset.Parse((string)value, CultureInfo.InvariantCulture);

    private static async Task<long> BytesAsync(World world, string? connection) => connection is null
        ? new DirectoryInfo(world.Folder).EnumerateFiles("renders.db*").Sum(file => file.Length)
        : await world.CountAsync("SELECT pg_database_size(current_database())");
}
