using System.Diagnostics;
using System.Text.RegularExpressions;
using Bickford.Renders.IntegrationTests.Support;
using Bickford.Renders.Simulator;

namespace Bickford.Renders.IntegrationTests;

/// <summary>The runbook's own commands: PostgreSQL dumped, restored after more had happened, and recovered, with real processes.</summary>
public sealed class RestoreTests(PostgresServer server) : IAsyncLifetime
{
    private PostgresDatabase _database = null!;
    private World _world = null!;

    public async ValueTask InitializeAsync()
    {
        _database = await server.CreateDatabaseAsync();
        _world = (await World.StartAsync(new SimulatorOptions { RenderTime = TimeSpan.FromSeconds(0.2), ContentBytes = 20_000 })).OnPostgreSql(_database.ConnectionString);
    }

    public async ValueTask DisposeAsync()
    {
        await _world.DisposeAsync();
        await _database.DisposeAsync();
    }

    [Fact]
    public async Task A_dump_that_is_older_than_the_provider_and_the_store_is_restored_and_nothing_is_paid_twice()
    {
        await HandInAsync("one", "two");
        (await _world.RunAsync("ledger", "seal")).ExitCode.ShouldBe(0);
        await ByTheRunbookAsync("backup");

        // Both are made since, by a worker that is killed before it can note the second answer.
        await using (var worker = _world.StartToDieAt("create.after-post#2", "serve"))
            (await worker.WaitAsync()).ExitCode.ShouldBe(137);
        _world.Simulator.Videos.CreateCount.ShouldBe(2);
        (await _world.RunAsync("ledger", "seal")).ExitCode.ShouldBe(0);
        _world.Simulator.Videos.AddForeign("three");
        await ByTheRunbookAsync("restore");
        (await _world.CountAsync("SELECT count(*) FROM renders WHERE status = 'Queued'")).ShouldBe(2);

        (await _world.RunAsync("serve")).ShouldSatisfyAllConditions(refused => refused.ExitCode.ShouldBe(2), refused => refused.Error.ShouldContain("run 'renders db restored'"));
        await HandInAsync("three", "four");
        var sum = await _world.RunJsonAsync("db", "restored");
        sum["counts"]!.ToJsonString().ShouldBe("""{"Stored":0,"Adopted":3,"Unclear":0,"NotCreated":1}""");
        await using (var worker = _world.Start("serve"))
        {
            await Eventually.HoldsAsync("all are stored", async () => await _world.CountAsync("SELECT count(*) FROM renders WHERE status = 'Completed'") == 4);
            worker.Terminate();
            (await worker.WaitAsync()).ExitCode.ShouldBe(0);
        }

        _world.Simulator.Videos.Creates.Select(video => video.Prompt).ShouldBe(["one", "two", "four"], ignoreOrder: true);
        (await _world.RunAsync("ledger", "verify")).ExitCode.ShouldBe(0);
    }

    private async Task HandInAsync(params string[] prompts)
    {
        var file = Path.Combine(_world.Folder, "prompts.txt");
        await File.WriteAllLinesAsync(file, prompts, TestContext.Current.CancellationToken);
        var result = await _world.RunAsync("render", "--prompts", file);
        result.ExitCode.ShouldBe(0, result.Error);
    }

    private async Task ByTheRunbookAsync(string mark)
    {
        var root = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(root, "worker.sln")))
            root = Path.GetDirectoryName(root)!;
        var command = Regex.Match(await File.ReadAllTextAsync(Path.Combine(root, "ops", "runbook.md"), TestContext.Current.CancellationToken), $@"<!-- {mark} -->\s+(?<command>.+)").Groups["command"].Value;
        var start = new ProcessStartInfo("bash", ["-euc", command]) { WorkingDirectory = _world.Folder, RedirectStandardError = true };
        start.Environment["PATH"] += string.Concat(Directory.Exists("/usr/lib/postgresql") ? Directory.GetDirectories("/usr/lib/postgresql").OrderDescending().Select(version => $":{version}/bin") : []);
        start.Environment["RENDERS_DB"] = $"postgresql://{PostgresServer.SuperUser}@127.0.0.1:{server.Port}/{_database.Name}";
        start.Environment["PGPASSWORD"] = PostgresServer.Password;
        using var process = Process.Start(start)!;
        var error = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        process.ExitCode.ShouldBe(0, $"{command}: {error}");
    }
}
