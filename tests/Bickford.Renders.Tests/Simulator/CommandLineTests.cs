using System.Net;
using System.Net.Sockets;
using Bickford.Renders.Simulator;

namespace Bickford.Renders.Tests.Simulator;

public sealed class CommandLineTests
{
    [Fact]
    public void Every_option_reaches_the_options()
    {
        var options = CommandLine.Parse(
        [
            "--port", "9000", "--host=localhost", "--api-key", "a=b", "--seed", "5", "--dialect", "vllm-omni", "--models", "anything", "--render-seconds", "2..4", "--queue-seconds", "500ms",
            "--content-lifetime", "10m", "--content-bytes", "2M", "--requests-per-minute", "60", "--poll-after", "1500ms", "--list-delay", "1m", "--list-order", "asc",
            "--no-prompts", "--no-range", "--no-draw-prompt", "--fault", "create:hang", "--fault", "get:lost",
        ], seed: 1).Options;

        options.Faults.Select(rule => rule.ToString()).ShouldBe(["create:hang", "get:lost"]);
        (options with { Faults = [] }).ShouldBe(new SimulatorOptions
        {
            Url = new Uri("http://localhost:9000"),
            ApiKey = "a=b",
            Seed = 5,
            Dialect = Dialect.VllmOmni,
            Models = ModelCatalogue.Anything,
            RenderTime = new TimeRange(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(4)),
            QueueTime = TimeSpan.FromMilliseconds(500),
            ContentLifetime = TimeSpan.FromMinutes(10),
            ContentBytes = 2 * 1024 * 1024,
            RequestsPerMinute = 60,
            PollAfter = TimeSpan.FromMilliseconds(1500),
            ListDelay = TimeSpan.FromMinutes(1),
            FixedListOrder = ListOrder.Ascending,
            ListsPrompts = false,
            SupportsRange = false,
        });
    }

    [Theory]
    [InlineData("--bogus", "Unknown option '--bogus'")]
    [InlineData("8089", "Unknown option '8089'")]
    [InlineData("--port", "--port needs a value")]
    [InlineData("--port=99999", "'99999' is not a value for --port")]
    [InlineData("--port=x", "'x' is not a value for --port")]
    [InlineData("--host=a/b", "'a/b' is not a value for --host")]
    [InlineData("--host=example.com", "'example.com' must be an IP address")]
    [InlineData("--api-key=", "'' is not a value for --api-key")]
    [InlineData("--render-seconds=5..2", "'5..2' is not a value for --render-seconds")]
    [InlineData("--render-seconds=-1", "'-1' is not a value for --render-seconds")]
    [InlineData("--content-bytes=99999999999G", "is not a value for --content-bytes")]
    [InlineData("--content-bytes=G", "'G' is not a value for --content-bytes")]
    [InlineData("--dialect=1", "'1' is not a value for --dialect")]
    [InlineData("--dialect= 7", "' 7' is not a value for --dialect")]
    [InlineData("--dialect=azure,gateway", "'azure,gateway' is not a value for --dialect")]
    [InlineData("--poll-after=NaN", "'NaN' is not a value for --poll-after")]
    [InlineData("--dialect=klingon", "'klingon' is not a value for --dialect")]
    [InlineData("--verbose=yes", "Unknown option '--verbose=yes'")]
    [InlineData("--fault=create", "--fault: The fault rule 'create'")]
    public async Task A_bad_argument_is_one_line_and_exit_code_2(string argument, string message)
    {
        var (code, output, error) = await RunAsync(argument);

        code.ShouldBe(2);
        output.ShouldBeEmpty();
        error.ShouldContain(message);
        error.TrimEnd().ShouldNotContain("\n");
    }

    [Fact]
    public void A_seed_that_is_not_given_is_the_callers()
    {
        CommandLine.Parse([], seed: 77).Options.Seed.ShouldBe(77);
        CommandLine.Parse(["--seed", "5"], seed: 77).Options.Seed.ShouldBe(5);
    }

    [Fact]
    public async Task A_port_in_use_is_one_line_and_exit_code_2()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;

        var (code, _, error) = await RunAsync("--port", $"{port}");

        code.ShouldBe(2);
        error.ShouldContain($"127.0.0.1:{port}");
        error.TrimEnd().ShouldNotContain("\n");
    }

    [Fact]
    public async Task Help_names_every_option_and_fault_kind()
    {
        var (code, output, _) = await RunAsync("--help");

        code.ShouldBe(0);
        output.ShouldContain("--requests-per-minute");
        foreach (var kind in Enum.GetValues<FaultKind>())
            output.ShouldContain(FaultText.Name(kind));
    }

    [Fact]
    public async Task It_says_where_it_listens_and_stops_when_asked()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        using var output = new FirstLine();

        var run = StandAlone.RunAsync(["--port", "0", "--api-key", "secret"], output, TextWriter.Null, stop.Token);
        var line = await output.Line.WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System, TestContext.Current.CancellationToken);
        await stop.CancelAsync();

        line.ShouldMatch("http://127.0.0.1:[1-9][0-9]*/v1");
        line.ShouldNotContain("secret");
        (await run).ShouldBe(0);
    }

    [Fact]
    public async Task A_check_says_whether_a_server_answers_there()
    {
        var server = await SimulatorServer.StartAsync(new SimulatorOptions { ApiKey = "secret" }, TestContext.Current.CancellationToken);
        var port = server.BaseUrl.Port;

        var running = await RunAsync("--check", "--host", "0.0.0.0", "--port", $"{port}");
        await server.DisposeAsync();
        var stopped = await RunAsync("--check", "--host", "0.0.0.0", "--port", $"{port}");

        running.ShouldBe((0, "", ""));
        stopped.Code.ShouldBe(1);
        stopped.Error.ShouldStartWith($"127.0.0.1:{port} does not answer");
    }

    [Fact]
    public async Task Options_that_make_no_sense_are_refused_before_anything_starts()
    {
        var error = await Should.ThrowAsync<ArgumentException>(() => SimulatorServer.StartAsync(
            new SimulatorOptions { Url = new Uri("https://127.0.0.1/v1") }, TestContext.Current.CancellationToken));

        error.Message.ShouldContain("https://127.0.0.1/v1");
    }

    private static async Task<(int Code, string Output, string Error)> RunAsync(params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var code = await StandAlone.RunAsync(arguments, output, error, TestContext.Current.CancellationToken);
        return (code, output.ToString(), error.ToString());
    }

    private sealed class FirstLine : StringWriter
    {
        private readonly TaskCompletionSource<string> line = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<string> Line => line.Task;

        public override Task WriteLineAsync(string? value)
        {
            line.TrySetResult(value ?? "");
            return Task.CompletedTask;
        }
    }
}
