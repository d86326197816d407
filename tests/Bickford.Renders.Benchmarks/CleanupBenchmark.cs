using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Bickford.Renders.IntegrationTests.Support;
using Bickford.Renders.Simulator;

namespace Bickford.Renders.Benchmarks;

/// <summary>
/// Many stale videos at a provider that limits requests: half of them copies of what is stored here, each read back before it goes, half nobody's. How many go in a second, how far does
/// the worker's memory grow with their number, and does it keep the limit? The reference is the limit itself: clean-up may take a quarter of it.
/// </summary>
internal sealed class CleanupBenchmark(Arguments arguments, PostgresServer? postgres)
{
    private const double Share = 0.25;
    private const double TargetMegabytes = 48;
    private const double TargetShare = 0.5;

    // Some file systems have 65,000 links to a file at most.
    private const int LinksOfAFile = 30_000;

    private readonly Report _report = new("cleanup", arguments);

    public async Task<int> RunAsync()
    {
        var (videos, rate) = (arguments.Whole("--videos", 100_000), arguments.Whole("--requests-per-minute", 24_000));
        await using var world = await World.StartAsync(new SimulatorOptions { ApiKey = "simulator-key", RenderTime = TimeSpan.FromSeconds(0.2), RequestsPerMinute = rate });
        Planted.UseOwnTimes(world);
        world.Settings["Sora__Previews"] = "false";
        await using var database = postgres is null ? null : await postgres.CreateDatabaseAsync();
        if (database is not null)
            world.OnPostgreSql(database.ConnectionString);
        await PlantAsync(world, database?.ConnectionString, videos);
        _report.Note(string.Create(CultureInfo.InvariantCulture,
            $"{videos:N0} stale videos, half of them stored here and half nobody's, {rate:N0} requests a minute, {(database is null ? "SQLite" : "PostgreSQL")}"));

        world.Settings["Sora__RequestsPerMinute"] = rate.ToString(CultureInfo.InvariantCulture);
        (world.Settings["Retention__Every"], world.Settings["Retention__ProviderCopiesAfter"], world.Settings["Retention__ForeignAfter"]) = ("1s", "0s", "1h");
        await using (var worker = world.Start("serve"))
        {
            await WatchAsync(world, worker, videos, rate);
            worker.Terminate();
            await worker.WaitAsync();
        }

        await CheckAsync(world, videos);
        // What a process grows by at first is compiled code and pools.
        _report.Under("MB of that after the first tenth", TargetMegabytes);
        _report.AtLeast("of clean-up's quarter of the limit that was used", TargetShare);
        _report.Write();
        return 0;
    }

    private static async Task PlantAsync(World world, string? connection, int videos)
    {
        var old = TimeProvider.System.GetUtcNow() - TimeSpan.FromHours(2);
        await world.RunAsync("render", "A lighthouse in fog", "--wait");
        var first = (await world.QueryAsync("SELECT id, assets FROM renders")).Single();
        var id = (string)first["id"]!;
        await new Clones(world, connection).AddAsync(
            Guid.Parse(id), videos / 2 - 1, number => new CloneOf(world.Simulator.Videos.AddForeign("A lighthouse in fog", createdAt: old).Id, null));
        for (var i = 0; i < videos - videos / 2; i++)
            world.Simulator.Videos.AddForeign("somebody else's", createdAt: old);
        await PutFilesAsync(world, connection, id);
    }

    /// <summary>Each clone's own files, under its own keys, with the bytes of the first.</summary>
    private static async Task PutFilesAsync(World world, string? connection, string id)
    {
        var folder = Directory.GetDirectories(world.StoreRoot, id, SearchOption.AllDirectories).Single();
        await using var database = await Clones.ConnectAsync(world, connection);
        await using var update = database.CreateCommand();
        update.CommandTimeout = 600;
        update.CommandText = connection is null
            ? $"UPDATE renders SET assets = replace(assets, '{id}', id)"
            : $"UPDATE renders.renders SET assets = replace(assets::text, '{id}', id::text)::jsonb";
        await update.ExecuteNonQueryAsync();

        var (like, links) = (folder, 0);
        foreach (var row in await world.QueryAsync("SELECT id FROM renders"))
        {
            var own = Path.Combine(Path.GetDirectoryName(folder)!, (string)row["id"]!);
            if (own == folder)
                continue;
            Directory.CreateDirectory(own);
            var copies = ++links % LinksOfAFile == 0;
            foreach (var file in Directory.GetFiles(like))
                Put(file, Path.Combine(own, Path.GetFileName(file)), copies);
            like = copies ? own : like;
        }
    }

    private static void Put(string file, string to, bool copy)
    {
        if (copy)
            File.Copy(file, to);
        else if (Link(file, to) != 0)
            throw new IOException($"'{to}' cannot be linked (errno {Marshal.GetLastPInvokeError()})");
    }

    private async Task WatchAsync(World world, RendersProcess worker, int videos, int rate)
    {
        await Eventually.HoldsAsync("the worker is up", () => Task.FromResult((worker.Output + worker.Error).Contains("http://", StringComparison.Ordinal)));
        var (idle, deleted, start) = (ProcessMemory.Megabytes(worker.Id, "VmRSS"), 0, Stopwatch.GetTimestamp());
        var (tenth, said) = (0.0, 0);
        await Eventually.HoldsAsync(
            "all are deleted",
            () =>
            {
                deleted = world.Simulator.Videos.Deleted.Count;
                if (tenth == 0 && deleted >= videos / 10)
                    tenth = ProcessMemory.Megabytes(worker.Id, "VmHWM");
                if (deleted * 10L / videos > said)
                    _report.Say(string.Create(CultureInfo.InvariantCulture, $"{deleted:N0} deleted after {Stopwatch.GetElapsedTime(start).TotalSeconds:0} s, {ProcessMemory.Megabytes(worker.Id, "VmRSS"):0} MB"));
                said = (int)(deleted * 10L / videos);
                return Task.FromResult(deleted >= videos);
            },
            TimeSpan.FromHours(3));
        var (took, peak) = (Stopwatch.GetElapsedTime(start).TotalSeconds, ProcessMemory.Megabytes(worker.Id, "VmHWM"));
        _report.Add("deleted a second", deleted / took);
        _report.Add("of clean-up's quarter of the limit that was used", deleted / took * 60 / (rate * Share));
        _report.Add("MB held before it began", idle);
        _report.Add("MB that the worker's memory grew by", peak - idle);
        _report.Add("MB of that after the first tenth", peak - tenth);
    }

    private async Task CheckAsync(World world, int videos)
    {
        var ends = await world.CountAsync("SELECT count(*) FROM ledger_events WHERE type IN ('render.provider_copy_deleted', 'video.deleted')");
        if (ends != videos)
            throw new InvalidOperationException($"{videos} videos are gone, and the ledger tells of {ends}");
        if (!(await world.RunJsonAsync("ledger", "verify"))["verified"]!.GetValue<bool>())
            throw new InvalidOperationException("the ledger does not verify");
        _report.Add("answers 429 of the provider", world.Simulator.Requests.Entries.Count(request => request.Status == 429));
    }

    [DllImport("libc", EntryPoint = "link", SetLastError = true, CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Link([MarshalAs(UnmanagedType.LPUTF8Str)] string from, [MarshalAs(UnmanagedType.LPUTF8Str)] string to);
}
