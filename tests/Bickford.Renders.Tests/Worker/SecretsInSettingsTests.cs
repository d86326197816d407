using System.Text.Json;
using Bickford.Renders.Tests.Support;
using Bickford.Renders.Worker.Output;
using Bickford.Renders.Worker.Settings;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;
using NSubstitute;
using NSubstitute.ExceptionExtensions;

namespace Bickford.Renders.Tests.Worker;

/// <summary>Settings hold secrets. Whatever is wrong with them or goes wrong later, no line repeats one.</summary>
public sealed class SecretsInSettingsTests
{
    private const string Secret = "sK7\"/+%&~QzLm3vT9xW2";
    private static readonly string s_inUrl = Uri.EscapeDataString(Secret);
    private static readonly SecretSearch s_search = new(("the secret", Secret));
    private readonly CliWorld _world = new();

    public static TheoryData<string> Flags =>
    [
        // The '=' was forgotten, or the key is wrong.
        $"Sora:ApiKey {Secret}", $"Sora:ApiKey:{Secret}", Secret, $"Sora:Headers:Authorization:{Secret}",
        $"Sora:ApiKeyy={Secret}", $"Sora:Api:Key={Secret}", $"Sora={Secret}", $"Sora:Headers={Secret}",
        // In a place that shows its values.
        $"Sora:BaseUrl=https://user:{s_inUrl}@host.example/v1", $"Sora:BaseUrl=https://host.example/v1?key={s_inUrl}", $"Storage:ServiceUrl=http://me:{s_inUrl}@minio:9000",
        $"Dashboard:Urls=http://me:{s_inUrl}@127.0.0.1:8090",
        // A server's connection string without the provider.
        $"Database:ConnectionString=postgresql://renders:{s_inUrl}@db.example/renders", $"Database:ConnectionString=Host=db.example;Password={Secret}",
        $"Database:ConnectionString=Password={Secret}", $"Database:ConnectionString=Data Source=a.db;Password={Secret}",
        // Keys that do not go together.
        $"Storage:SecretKey={Secret}", $"Storage:AccessKey={Secret}",
    ];

    [Theory]
    [MemberData(nameof(Flags))]
    public async Task A_wrong_flag_is_refused_without_its_secret(string flag)
    {
        var result = await _world.RunAsync("settings", "--verbose", "--set", flag);
        var json = await _world.RunAsync("settings", "--json", "--set", flag);

        result.ExitCode.ShouldBe(2, result.Error);
        s_search.In(flag, result.Out + result.Error + json.Out + json.Error).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("Host=db.example;Password=SECRET;Colour=blue")]
    [InlineData("Host=db.example;Password=ab;SECRET")]
    [InlineData("postgresql://renders:SECRET@db.example/renders")]
    [InlineData("Password=SECRET")]
    public async Task A_wrong_connection_string_is_refused_without_its_password(string text)
    {
        var result = await _world.RunAsync("settings", "--set", "Database:Provider=PostgreSql", "--set", $"Database:ConnectionString={text.Replace("SECRET", s_inUrl, StringComparison.Ordinal)}");

        result.ExitCode.ShouldBe(2, result.Error);
        s_search.In(text, result.Out + result.Error).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("""{"Sora":{"ApiKey":["SECRET"]}}""")]
    [InlineData("""{"Sora":{"ApiKey":{"Value":"SECRET"}}}""")]
    [InlineData("""{"Sora":{"ApiKey":"SECRET","apikey":"SECRET"}}""")]
    [InlineData("""{"Dashboard":{"OperatorPassword":"sK7\u0022/+%\u0026~"}}""")]
    [InlineData("""{"Dashboard":{"OperatorPassword":"short"},"Storage":{"Kind":"S3","Bucket":"films","AccessKey":"a key","SecretKey":"SECRET"}}""")]
    [InlineData("""{"Sora":{"ApiKey":SECRET}}""")]
    // What the JSON reader says of these quotes the file from there on.
    [InlineData("""{"Sora":{"BaseUrl":nothing,"ApiKey":"SECRET"}}""")]
    [InlineData("""{"Sora":{"Previews":tru,"ApiKey":"SECRET"}}""")]
    [InlineData("""{"Sora":{"Previews":False,"ApiKey":"SECRET"}}""")]
    [InlineData("""{"Sora":{"ApiKey":"SECRET"}""")]
    public void A_wrong_file_is_refused_without_its_secrets(string json)
    {
        foreach (var written in new[] { JsonSerializer.Serialize(Secret)[1..^1], Secret.Replace("\"", "", StringComparison.Ordinal) })
        {
            var errors = SettingsWorld.Errors(json.Replace("SECRET", written, StringComparison.Ordinal));

            errors.ShouldNotBeEmpty();
            new SecretSearch(("the secret", Secret), ("without the quote", Secret.Replace("\"", "", StringComparison.Ordinal)))
                .In(json, string.Join('\n', errors.Select(error => error.Message))).ShouldBeEmpty();
        }
    }

    [Fact]
    public async Task An_argument_at_the_wrong_place_is_refused_without_what_follows_its_equals_sign()
    {
        var result = await _world.RunAsync("settings", $"Sora:ApiKey={Secret}");

        result.ExitCode.ShouldBe(2);
        result.Error.ShouldContain("'Sora:ApiKey' is not known here");
        s_search.In("the refusal", result.Error).ShouldBeEmpty();
    }

    [Fact]
    public async Task What_holds_is_shown_without_secrets()
    {
        string[] set =
        [
            "--set", $"Sora:ApiKey={Secret}", "--set", $"Sora:Headers:X-Token=Token {Secret}", "--set", "Storage:Kind=S3", "--set", "Storage:Bucket=films", "--set", $"Storage:AccessKey={Secret}",
            "--set", $"Storage:SecretKey={Secret}", "--set", $"Dashboard:OperatorPassword={Secret}", "--set", $"Dashboard:ViewerPassword={Secret}", "--set", "Database:Provider=PostgreSql",
            "--set", $"Database:ConnectionString=Host=db.example;PSW='{Secret}';SSL Password='{Secret}'",
        ];
        var text = await _world.RunAsync(["settings", .. set]);
        var json = await _world.RunAsync(["settings", "--json", .. set]);

        (text.ExitCode, json.ExitCode).ShouldBe((0, 0), text.Error);
        json.Out.ShouldContain("db.example");
        s_search.In("settings", text.Out + text.Error + json.Out + json.Error).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("--json")]
    [InlineData("--verbose")]
    public async Task A_fault_of_the_program_is_reported_without_the_secrets_that_its_message_quotes(string option)
    {
        _world.Renders.ListAsync(Arg.Any<RenderFilter?>(), Arg.Any<string?>(), Arg.Any<int>(), Arg.Any<CancellationToken>())
            .ThrowsAsyncForAnyArgs(new InvalidOperationException($"cannot use {Secret}", new IOException($"with https://h/?k={s_inUrl} and {Secret[..9]}…")));

        var result = await _world.RunAsync("list", option, "--set", $"Sora:ApiKey={Secret}");

        result.ExitCode.ShouldNotBe(0);
        result.Error.ShouldContain(SecretMask.Mask);
        s_search.In("the report", result.Out + result.Error).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("Text")]
    [InlineData("Json")]
    public void A_log_line_of_whatever_level_holds_no_secret(string format)
    {
        var settings = SettingsWorld.Load(
            variables: new() { ["HTTPS_PROXY"] = $"http://me:{s_inUrl}@proxy.example:3128", ["PGPASSWORD"] = "pg-" + Secret, ["Database__Provider"] = "PostgreSql", ["Database__ConnectionString"] = "Host=db.example;Password=db-0123456789" },
            flags: [$"Logging:Format={format}", "Logging:LogLevel:Default=Trace"]);
        var services = new ServiceCollection().AddSingleton(TimeProvider.System).AddLogging(logging => logging.AddWorkerConsole(settings.Logging, settings.Secrets, enabled: true));
        using var provider = services.BuildServiceProvider();
        var search = new SecretSearch(("proxy", Secret), ("PGPASSWORD", "pg-" + Secret), ("connection string", "db-0123456789"));

        var formatters = provider.GetServices<ConsoleFormatter>().ToDictionary(formatter => formatter.Name);
        var chosen = provider.GetRequiredService<Microsoft.Extensions.Options.IOptions<ConsoleLoggerOptions>>().Value.FormatterName!;
        using var line = new StringWriter();
        formatters[chosen].Write(
            new LogEntry<string>(LogLevel.Error, "A.Library", 1, $"connecting with {Secret} and db-0123456789", new IOException($"pg-{Secret} was refused"), (state, _) => state), null, line);

        line.ToString().ShouldContain("connecting with ***");
        search.In("the log", line.ToString()).ShouldBeEmpty();
        if (format == "Json")
            JsonDocument.Parse(line.ToString()).Dispose();
    }
}
