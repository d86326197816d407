using System.Text.Json.Nodes;
using Bickford.Renders.Ports;
using Bickford.Renders.Simulator;
using Bickford.Renders.Tests.Files;
using Bickford.Renders.Videos;
using Bickford.Renders.Worker.Composition;
using Bickford.Renders.Worker.Settings;
using Microsoft.Data.Sqlite;
using NSubstitute;

namespace Bickford.Renders.Tests.Worker;

/// <summary>A database that is older than the provider and the store, over real parts: nothing is paid twice, nothing that was stored is fetched again.</summary>
public sealed class RestoreTests : IAsyncLifetime
{
    private readonly TempFolder _folder = new();
    private SimulatorServer _provider = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _provider = await SimulatorServer.StartAsync(new SimulatorOptions { RenderTime = TimeSpan.FromSeconds(0.1), ContentBytes = 20_000 });

    public async ValueTask DisposeAsync()
    {
        await _provider.DisposeAsync();
        SqliteConnection.ClearAllPools();
        _folder.Dispose();
    }

    [Fact]
    public async Task What_was_created_and_stored_since_the_backup_is_found_and_only_the_rest_is_created()
    {
        // The backup has one render that is done, and three that wait.
        await OkAsync("render", "done before", "--wait");
        await File.WriteAllLinesAsync(_folder["spring.jsonl"], ["""{"prompt":"stored since"}""", """{"prompt":"made since"}""", """{"prompt":"not made"}"""], Cancel);
        await OkAsync("batch", _folder["spring.jsonl"]);
        await OkAsync("ledger", "seal");
        BackUp();

        // What happens then, and is lost: one is stored and its copy at the provider cleaned up, one is handed in, one is sent and its worker dies, one is not begun. The cancels only keep this process' engine from the two.
        await OkAsync("cancel", await IdOfAsync("made since"));
        await OkAsync("cancel", await IdOfAsync("not made"));
        (await RunAsync("batch", "--name", "spring", "--wait")).ExitCode.ShouldBe(1, "two are cancelled");
        await OkAsync("cleanup", "--set", "Retention:ProviderCopiesAfter=0s");
        await OkAsync("render", "handed in since", "--key", "order-17", "--wait");
        await OkAsync("ledger", "seal");
        var sent = _provider.Videos.AddForeign("made since");
        var fetched = ContentRequests();
        Restore();

        var refused = await RunAsync("batch", "--name", "spring", "--wait");
        refused.ExitCode.ShouldBe(2, refused.Out);
        refused.Error.ShouldContain("run 'renders db restored'");

        var ailment = JsonNode.Parse((await RunAsync("doctor", "--json")).Out)!["checks"]!.AsArray().Single(check => check!["check"]!.GetValue<string>() == "database age")!;
        (ailment["verdict"]!.GetValue<string>(), ailment["mend"]!.GetValue<string>()).ShouldBe(("Wrong", "if a backup was restored: renders db restored, before a worker starts"));

        // Whoever handed something in since the backup does so again, before a worker runs.
        await OkAsync("render", "handed in since", "--key", "order-17");
        var planned = await JsonAsync("db", "restored", "--dry-run");
        var done = await JsonAsync("db", "restored");
        foreach (var sum in new[] { planned, done })
            (Count(sum, "Stored"), Count(sum, "Adopted"), Count(sum, "NotCreated"), Count(sum, "Unclear"), sum["foreign"]!.AsArray().Count).ShouldBe((1, 2, 1, 0, 0), sum.ToJsonString());
        await OkAsync("batch", "--name", "spring", "--wait");
        await OkAsync("render", "handed in since", "--key", "order-17", "--wait");

        _provider.Videos.Creates.Select(video => video.Prompt).ShouldBe(["done before", "stored since", "handed in since", "not made"], "1: each was paid for once, before the restore or after it");
        var renders = (await JsonAsync("list"))["renders"]!.AsArray();
        renders.Select(render => render!["status"]!.GetValue<string>()).ShouldBe(Enumerable.Repeat("Completed", 5));
        renders.Single(render => render!["prompt"]!.GetValue<string>() == "made since")!["video_id"]!.GetValue<string>().ShouldBe(sent.Id);
        (ContentRequests() - fetched).ShouldBe(3, "what was stored is not fetched again");
        await OkAsync("ledger", "seal");
        await OkAsync("ledger", "verify");
        Directory.GetFiles(_folder["videos/ledger/seals-set-aside"]).Length.ShouldBe(done["seals_set_aside"]!.GetValue<int>(), "what the database had been is still shown by them");
    }

    [Fact]
    public async Task A_second_recovery_finds_nothing_and_changes_nothing()
    {
        await OkAsync("render", "one");
        await OkAsync("ledger", "seal");
        _provider.Videos.AddForeign("one");
        await OkAsync("db", "restored");
        var before = await JsonAsync("list");

        var second = await JsonAsync("db", "restored");

        second["renders"]!.AsArray().ShouldBeEmpty();
        (await JsonAsync("list")).ToJsonString().ShouldBe(before.ToJsonString());
        await OkAsync("ledger", "verify");
    }

    [Fact]
    public async Task A_recovery_that_was_cut_off_keeps_workers_out_until_it_is_run_again()
    {
        await OkAsync("render", "one");
        await OkAsync("render", "two");
        await OkAsync("ledger", "seal");
        BackUp();
        await OkAsync("render", "handed in since");
        await OkAsync("ledger", "seal");
        _provider.Videos.AddForeign("one");
        _provider.Videos.AddForeign("two");
        Restore();
        await using (var session = HostSession.Open(SettingsLoader.Load(null, [], Folder.VariablesOf(_provider)), new WorkerSessionOptions(SessionKind.Look, Verbose: false)))
            await Should.ThrowAsync<TimeoutException>(() => session.Get<IRecovery>().RunAsync(null, dryRun: false, _ => throw new TimeoutException("it dies here"), Cancel));

        (await RunAsync("render", "three", "--key", "3", "--wait")).Error.ShouldContain("run 'renders db restored'");
        var done = await JsonAsync("db", "restored");
        await OkAsync("render", "three", "--key", "3", "--wait");

        Count(done, "Adopted").ShouldBe(1, "the other one was adopted before");
        _provider.Videos.Creates.Select(video => video.Prompt).ShouldBe(["three"]);
    }

    [Fact]
    public async Task Where_no_seal_tells_the_time_of_the_backup_it_must_be_said()
    {
        await OkAsync("render", "one");

        var without = await RunAsync("db", "restored");
        var future = await RunAsync("db", "restored", "--since", "2999-01-01");
        var wrong = await RunAsync("db", "restored", "--since", "yesterday");

        (without.ExitCode, future.ExitCode, wrong.ExitCode).ShouldBe((2, 2, 2));
        without.Error.ShouldStartWith("--since: (none) is not allowed; allowed: when the backup was made");
        future.Error.ShouldStartWith("--since: '2999-01-01T00:00:00.000Z' is not allowed; allowed: a time in the past");
        wrong.Error.ShouldStartWith("--since: 'yesterday' is not allowed; allowed: a time");
        Count(await JsonAsync("db", "restored", "--since", "2026-01-31T04:00:00Z"), "NotCreated").ShouldBe(1);
    }

    [Fact]
    public async Task Beside_a_worker_nothing_is_recovered()
    {
        var world = new CliWorld();
        var (register, recovery) = (Substitute.For<IWorkerRegister>(), Substitute.For<IRecovery>());
        register.ListAsync(Arg.Any<CancellationToken>()).Returns([new WorkerStatus(Guid.AllBitsSet, "node-1", 42, "0.1.0", "Quartz", Sample.Noon, 0, 0)]);
        (world.Parts[typeof(IWorkerRegister)], world.Parts[typeof(IRecovery)], world.Parts[typeof(IVideosApi)]) = (register, recovery, Substitute.For<IVideosApi>());

        var result = await world.RunAsync("db", "restored");

        result.ExitCode.ShouldBe(2);
        result.Error.ShouldStartWith("workers: node-1:42 works on this database");
        recovery.ReceivedCalls().ShouldBeEmpty();
    }

    private int ContentRequests() => _provider.Requests.Entries.Count(request => request.Path.EndsWith("/content", StringComparison.Ordinal) && !request.Query.Contains("variant=thumbnail", StringComparison.Ordinal) && !request.Query.Contains("variant=spritesheet", StringComparison.Ordinal));

    private void BackUp()
    {
        using var live = new SqliteConnection($"Data Source={_folder["renders.db"]};Pooling=False");
        using var backup = new SqliteConnection($"Data Source={_folder["backup.db"]};Pooling=False");
        live.Open();
        live.BackupDatabase(backup);
    }

    private void Restore()
    {
        SqliteConnection.ClearAllPools();
        foreach (var file in Directory.GetFiles(_folder[""], "renders.db*"))
            File.Delete(file);
        File.Copy(_folder["backup.db"], _folder["renders.db"]);
    }

    private static int Count(JsonNode sum, string outcome) => sum["counts"]![outcome]!.GetValue<int>();

    private async Task<string> IdOfAsync(string key) =>
        (await JsonAsync("list"))["renders"]!.AsArray().Single(render => render!["prompt"]!.GetValue<string>() == key)!["id"]!.GetValue<string>();

    private async Task<JsonNode> JsonAsync(params string[] arguments)
    {
        var result = await RunAsync([.. arguments, "--json"]);
        result.ExitCode.ShouldBe(0, result.Error);
        return JsonNode.Parse(result.Out)!;
    }

    private async Task OkAsync(params string[] arguments)
    {
        var result = await RunAsync(arguments);
        result.ExitCode.ShouldBe(0, $"{string.Join(' ', arguments)}: {result.Error}{result.Out}");
    }

    private CliFolder Folder => new(
        _folder[""], ("Sora__CreateSettle", "10ms"), ("Jobs__PollFirst", "50ms"), ("Jobs__PollMax", "100ms"), ("Jobs__ReconcileEvery", "200ms"), ("Jobs__ReconcileGrace", "0s"));

    private Task<CliResult> RunAsync(params string[] arguments) => Folder.RunAsync(_provider, arguments);
}
