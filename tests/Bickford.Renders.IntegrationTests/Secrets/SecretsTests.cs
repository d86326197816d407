using System.Text;
using Bickford.Renders.IntegrationTests.Support;
using Bickford.Renders.Tests.Support;

namespace Bickford.Renders.IntegrationTests.Secrets;

/// <summary>
/// A run of the real worker with a secret in every place that can hold one, in which everything fails that can: then all that it left is searched for
/// each of them, in every form. <c>SecretSearchTests</c> prove that the search finds what is there.
/// </summary>
public sealed class SecretsTests(PostgresServer server, CephServer ceph)
{
    private readonly List<string> _leaks = [];
    private readonly List<string> _planted = [];
    private readonly SecretSearch _plant = new(("a prompt, which is no secret", SecretGateway.SignedPrompt));

    [Fact]
    public async Task No_secret_is_left_anywhere_by_a_run_in_which_everything_fails()
    {
        await using var scene = await SecretScene.StartAsync("quartz", server, ceph);
        var search = scene.Secrets.Search();
        await scene.EnqueueAsync();
        await using (var worker = RendersProcess.Start(scene.World.Folder, scene.ByFolder(), "serve", "--json"))
        {
            await scene.AtRestAsync();
            var ids = (await scene.World.QueryAsync("SELECT id FROM renders")).Select(row => (string)row["id"]!).ToList();
            Look(search, await scene.PagesAsync(worker, ["/", "/health/live", "/health/ready", .. ids.Select(id => $"/renders/{id}")]));
            Look(search, [("the command line", await ProcessFileAsync(worker, "cmdline"))]);
            // A proxy's login has no other place than the environment.
            Look(scene.Secrets.Search(without: RunSecrets.Proxy), [("the environment of a worker with a folder of secrets", await ProcessFileAsync(worker, "environ"))]);
            Look(search, [.. await VerbsAsync(scene, ids)]);
            worker.Terminate();
            var end = await worker.WaitAsync();
            end.ExitCode.ShouldBe(0, end.Error);
            Look(search, [("the worker's output", end.Output), ("the worker's log", end.Error)]);
            end.Error.ShouldContain("System.Net.Http", customMessage: "the log is that of all levels");
            end.Error.ShouldContain("\"LogLevel\":\"Debug\"");
        }

        Look(search, await RefusalsAsync(scene));
        Look(search, await scene.RowsAsync());
        Look(search, (await scene.FilesAsync()).Select(file => (file.Place, Encoding.Latin1.GetString(file.Bytes))));

        _leaks.ShouldBeEmpty();
        // What is allowed to be there is found by the same search in the same places.
        foreach (var place in new[] { "renders.renders:", "renders.ledger_events:", "/renders/", "list --json:", "ledger export:", "show ", "object ", "file prompts.txt:" })
            _planted.ShouldContain(found => found.StartsWith(place, StringComparison.Ordinal), place);
        await EverythingHappenedAsync(scene);
    }

    private static async Task<List<(string, string)>> VerbsAsync(SecretScene scene, List<string> ids)
    {
        string[][] verbs =
        [
            ["settings"], ["settings", "--json"], ["list"], ["list", "--json"], ["ledger", "tail", "-n", "500"], ["ledger", "tail", "--json"], ["ledger", "export"], ["ledger", "export", "--format", "csv"],
            ["ledger", "verify"], ["ledger", "verify", "--json"], .. ids.SelectMany(id => new string[][] { ["show", id], ["show", id, "--json"] }),
        ];
        var printed = new List<(string, string)>();
        foreach (var verb in verbs)
            printed.Add((string.Join(' ', verb), await scene.VerbAsync(verb)));
        printed.ShouldAllBe(one => one.Item2.Length > 0);
        return printed;
    }

    /// <summary>Runs that do not get far, for a wrong secret or a forbidden character in one; and one with the key of the official SDKs.</summary>
    private static async Task<List<(string, string)>> RefusalsAsync(SecretScene scene)
    {
        var settings = scene.World.Settings;
        (string Name, string Value, string Says)[] wrong =
        [
            ("Storage__SecretKey", "wrong" + settings["Storage__SecretKey"], "the credentials are refused"),
            ("Storage__AccessKey", settings["Storage__AccessKey"] + "x", "the credentials are refused"),
            ("Storage__AccessKey", settings["Storage__AccessKey"] + " x", "Storage:AccessKey"),
            ("Database__ConnectionString", settings["Database__ConnectionString"].Replace("Ry8", "Ry8x", StringComparison.Ordinal), "the right user and password"),
            ("Sora__ApiKey", settings["Sora__ApiKey"] + " x", "Sora:ApiKey"),
        ];
        var printed = new List<(string, string)>();
        foreach (var (name, value, says) in wrong)
        {
            var variables = new Dictionary<string, string>(settings) { [name] = value, ["Logging__LogLevel__Default"] = "None" };
            printed.Add(($"a wrong {name}", await SecretScene.VerbAsync(variables, "render", "One that is not handed in", "--wait", "--verbose")));
            printed[^1].Item2.ShouldContain(says);
        }

        var sdk = new Dictionary<string, string>(settings) { ["OPENAI_API_KEY"] = scene.Secrets[RunSecrets.FallbackKey], ["Logging__Format"] = "Text" };
        sdk.Remove("Sora__ApiKey");
        await using var process = RendersProcess.Start(scene.World.Folder, sdk, "render", "One more lighthouse", "--wait", "--verbose");
        var end = await process.WaitAsync();
        end.ExitCode.ShouldBe(0, end.Error);
        printed.Add(("a run with the key of the official SDKs", end.Output + end.Error));
        return printed;
    }

    /// <summary>That nothing was found proves something only if every secret was in use and every failure took place.</summary>
    private static async Task EverythingHappenedAsync(SecretScene scene)
    {
        scene.Gateway.Shown.Keys.ShouldBe([RunSecrets.ApiKey, RunSecrets.FallbackKey, RunSecrets.Header, RunSecrets.Proxy, RunSecrets.UrlToken], ignoreOrder: true);
        var ends = (await scene.World.QueryAsync("SELECT status, cause, message FROM renders ORDER BY prompt")).Select(row => $"{row["status"]} {row["cause"]}".Trim()).ToList();
        ends.ShouldBe(["Completed", "Completed", "Failed Authentication", "Failed Policy", "Failed ProviderFailed", "Failed ProviderFailed"], ignoreOrder: true);
        (await scene.World.CountAsync("SELECT count(*) FROM ledger_events WHERE payload::text LIKE '%Strange%'")).ShouldBeGreaterThan(0, "the store's refusal is on the ledger");
        (await scene.World.CountAsync("SELECT count(*) FROM renders WHERE message LIKE '%***%'")).ShouldBeGreaterThan(1, "what was echoed is masked, not left out");
    }

    private void Look(SecretSearch search, IEnumerable<(string Place, string Text)> found)
    {
        foreach (var (place, text) in found)
        {
            _leaks.AddRange(search.In(place, text));
            _planted.AddRange(_plant.In(place, text));
        }
    }

    private static Task<string> ProcessFileAsync(RendersProcess process, string file) =>
        File.ReadAllTextAsync($"/proc/{process.Id}/{file}", TestContext.Current.CancellationToken);
}
