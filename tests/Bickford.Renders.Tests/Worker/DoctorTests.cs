using System.Text.Json.Nodes;
using Bickford.Renders.Simulator;

namespace Bickford.Renders.Tests.Worker;

/// <summary><c>renders doctor</c> over a real file, a real folder and a simulated provider.</summary>
public sealed class DoctorTests : IDisposable
{
    private const string Key = "the-key-of-the-provider";

    private readonly string _folder = Directory.CreateTempSubdirectory("doctor-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_worker_that_lacks_nothing_is_told_so_and_left_as_it_was()
    {
        await using var provider = await StartAsync();
        await RunAsync(provider, "db", "migrate");
        Directory.CreateDirectory(Path.Combine(_folder, "videos"));

        var result = await RunAsync(provider, "doctor", "--json");

        var checks = ChecksOf(result);
        result.ExitCode.ShouldBe(0, result.Out);
        JsonNode.Parse(result.Out)!["ok"]!.GetValue<bool>().ShouldBeTrue();
        checks.Keys.ShouldBe(["settings", "database", "schema", "engine", "provider", "provider clock", "store", "staging disk", "store disk", "database disk"]);
        checks.Where(check => check.Value.Verdict != "Ok").Select(check => check.Key).ShouldBe(["engine"], "nobody works");
        checks["engine"].Mend.ShouldBe("start one: renders serve");
        Directory.EnumerateFiles(Path.Combine(_folder, "videos"), "*", SearchOption.AllDirectories).ShouldBeEmpty();
        Directory.Exists(Path.Combine(_folder, "staging")).ShouldBeFalse("it looks, and makes nothing");
        provider.Videos.CreateCount.ShouldBe(0);
    }

    [Fact]
    public async Task Before_the_first_start_it_says_what_will_be_made_and_makes_none_of_it()
    {
        await using var provider = await StartAsync();

        var result = await RunAsync(provider, "doctor");

        result.ExitCode.ShouldBe(0, result.Out);
        result.Out.ShouldContain("there is no file at");
        result.Out.ShouldEndWith("Nothing is wrong. 1 note above." + Environment.NewLine);
        Directory.EnumerateFileSystemEntries(_folder).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_key_that_the_provider_refuses_is_told_without_the_key()
    {
        await using var provider = await StartAsync();

        var result = await RunAsync(provider, "doctor", "--json", "--set", "Sora:ApiKey=another-key-entirely");

        var check = ChecksOf(result)["provider"];
        result.ExitCode.ShouldBe(1);
        check.Said.ShouldContain("HTTP 401");
        check.Said.EndsWith("check Sora:ApiKey", StringComparison.Ordinal).ShouldBeFalse("that is how to mend it, and stands there");
        check.Mend.ShouldNotBeNull().ShouldContain("Sora__ApiKey");
        result.Out.ShouldNotContain("another-key");
    }

    [Theory]
    [InlineData("provider", "Sora:BaseUrl=http://127.0.0.1:1/v1", "no answer from http://127.0.0.1:1/v1: no connection", "check Sora:BaseUrl")]
    [InlineData("provider", "Sora:BaseUrl=", "none is made", "Sora__BaseUrl")]
    [InlineData("staging disk", "Staging:Root=/proc/nowhere", "/proc, in which it would be made, cannot be written", "Staging:Root")]
    [InlineData("store disk", "Storage:Root=/proc/nowhere", "/proc, in which it would be made, cannot be written", "Storage:Root")]
    public async Task What_is_wrong_is_told_with_how_to_mend_it_and_the_rest_is_looked_at_all_the_same(string check, string setting, string said, string mend)
    {
        await using var provider = await StartAsync();

        var result = await RunAsync(provider, "doctor", "--json", "--set", setting);

        result.ExitCode.ShouldBe(1);
        var checks = ChecksOf(result);
        var found = checks[check];
        found.Verdict.ShouldBe("Wrong");
        found.Said.ShouldContain(said);
        found.Mend.ShouldNotBeNull().ShouldContain(mend);
        checks.Count(one => one.Value.Verdict == "Wrong").ShouldBe(1, result.Out);
        checks.Keys.ShouldContain("database disk");
    }

    [Fact]
    public async Task A_server_that_is_not_there_leaves_what_would_be_asked_of_it_unanswered()
    {
        await using var provider = await StartAsync();

        var result = await RunAsync(
            provider, "doctor", "--json", "--set", "Database:Provider=PostgreSql", "--set", "Database:ConnectionString=Host=127.0.0.1;Port=1;Username=u;Password=word-that-passes;Database=r",
            "--set", "Storage:Kind=S3", "--set", "Storage:Bucket=videos", "--set", "Storage:ServiceUrl=http://127.0.0.1:1", "--set", "Storage:AccessKey=key-of-access", "--set", "Storage:SecretKey=key-of-secrets");

        result.ExitCode.ShouldBe(1);
        var checks = ChecksOf(result);
        checks["database"].Said.ShouldContain("u@127.0.0.1:1/r");
        checks["database"].Mend.ShouldBe("it needs a server that runs and can be reached there");
        (checks["schema"].Verdict, checks["engine"].Verdict).ShouldBe(("Skipped", "Skipped"));
        checks["store"].Said.ShouldContain("the connection is refused");
        checks["store"].Mend.ShouldBe("check that the server runs, the network, and Storage:ServiceUrl");
        result.Out.ShouldNotContain("word-that-passes");
        result.Out.ShouldNotContain("key-of");
    }

    [Fact]
    public async Task A_database_file_that_is_something_else_is_named()
    {
        await using var provider = await StartAsync();
        await File.WriteAllTextAsync(Path.Combine(_folder, "renders.db"), new string('x', 5000), TestContext.Current.CancellationToken);

        var found = ChecksOf(await RunAsync(provider, "doctor", "--json"))["database"];

        found.Verdict.ShouldBe("Wrong");
        found.Said.ShouldContain("renders.db");
        found.Mend.ShouldBe("it needs a SQLite database; this file is something else");
    }

    [Fact]
    public async Task Settings_that_do_not_hold_are_all_told_and_end_it()
    {
        var result = await RunAsync(null, "doctor", "--set", "Sora:BasUrl=http://127.0.0.1:1/v1", "--set", "Jobs:ApiWorkers=0", "--json");

        result.ExitCode.ShouldBe(2);
        var json = JsonNode.Parse(result.Out)!;
        json["ok"]!.GetValue<bool>().ShouldBeFalse();
        var checks = json["checks"]!.AsArray();
        checks.Select(check => check!["verdict"]!.GetValue<string>()).ShouldBe(["Wrong", "Wrong", "Skipped"]);
        checks[0]!["mend"]!.GetValue<string>().ShouldBe("did you mean Sora:BaseUrl?");
        checks[1]!["said"]!.GetValue<string>().ShouldBe("Jobs:ApiWorkers: '0' is not allowed");
        result.Error.ShouldBeEmpty();
    }

    private static Task<SimulatorServer> StartAsync() =>
        SimulatorServer.StartAsync(new SimulatorOptions { ApiKey = Key }, TestContext.Current.CancellationToken);

    private static Dictionary<string, Check> ChecksOf(CliResult result) => JsonNode.Parse(result.Out)!["checks"]!.AsArray()
        .ToDictionary(check => check!["check"]!.GetValue<string>(), check => new Check(check!["verdict"]!.GetValue<string>(), check["said"]!.GetValue<string>(), check["mend"]?.GetValue<string>()));

    private Task<CliResult> RunAsync(SimulatorServer? provider, params string[] arguments) =>
        new CliFolder(_folder, ("Sora__ApiKey", Key)).RunAsync(provider, arguments);

    private sealed record Check(string Verdict, string Said, string? Mend);
}
