using System.Globalization;

namespace Bickford.Renders.Simulator;

/// <summary>What a command line asks for: options, help, or the one line that says what is wrong.</summary>
internal sealed record CommandLine(SimulatorOptions Options, bool Verbose = false, bool Help = false, bool Check = false, string? Problem = null)
{
    private static readonly Dictionary<string, Func<SimulatorOptions, string, SimulatorOptions?>> Values = new()
    {
        ["--host"] = (options, text) => UrlOf(text, options.Url.Port) is { } url ? options with { Url = url } : null,
        ["--port"] = (options, text) => Whole(text) is { } port and <= 65535 ? options with { Url = UrlOf(options.Url.Host, (int)port)! } : null,
        ["--api-key"] = (options, text) => text.Length > 0 ? options with { ApiKey = text } : null,
        ["--seed"] = (options, text) => Whole(text) is { } seed and <= int.MaxValue ? options with { Seed = (int)seed } : null,
        ["--dialect"] = (options, text) => Enum.GetNames<Dialect>().FirstOrDefault(known => known.Equals(text.Replace("-", "", StringComparison.Ordinal), StringComparison.OrdinalIgnoreCase)) is { } dialect ? options with { Dialect = Enum.Parse<Dialect>(dialect) } : null,
        ["--models"] = (options, text) => text switch
        {
            "sora" => options with { Models = ModelCatalogue.Sora },
            "sora-long" => options with { Models = ModelCatalogue.SoraLong },
            "anything" => options with { Models = ModelCatalogue.Anything },
            _ => null,
        },
        ["--render-seconds"] = (options, text) => Durations.ParseRange(text) is { } time ? options with { RenderTime = time } : null,
        ["--queue-seconds"] = (options, text) => Durations.ParseRange(text) is { } time ? options with { QueueTime = time } : null,
        ["--content-lifetime"] = (options, text) => Durations.Parse(text) is { } time ? options with { ContentLifetime = time } : null,
        ["--content-bytes"] = (options, text) => Bytes(text) is { } bytes ? options with { ContentBytes = bytes } : null,
        ["--requests-per-minute"] = (options, text) => Whole(text) is { } count and <= int.MaxValue ? options with { RequestsPerMinute = (int)count } : null,
        ["--poll-after"] = (options, text) => Durations.Parse(text) is { } time ? options with { PollAfter = time } : null,
        ["--list-delay"] = (options, text) => Durations.Parse(text) is { } time ? options with { ListDelay = time } : null,
        ["--list-order"] = (options, text) => text switch
        {
            "asc" => options with { FixedListOrder = ListOrder.Ascending },
            "desc" => options with { FixedListOrder = ListOrder.Descending },
            _ => null,
        },
    };

    private static readonly Dictionary<string, Func<SimulatorOptions, SimulatorOptions>> Switches = new()
    {
        ["--no-prompts"] = options => options with { ListsPrompts = false },
        ["--no-range"] = options => options with { SupportsRange = false },
        ["--no-draw-prompt"] = options => options with { DrawPrompt = false },
    };

    public static string HelpText { get; } = $$"""
        A server of the Videos protocol for demos, tests and benchmarks.

        Usage: dotnet run --project src/Bickford.Renders.Simulator -- [options]

          --port N                  port on --host (default 8089; 0 takes a free one)
          --host NAME               address to listen on (default 127.0.0.1)
          --api-key KEY             refuse callers that do not send this key (default: let everybody in)
          --seed N                  ids, render times and fault draws follow from it (default: another each time)
          --dialect NAME            open-ai, vllm-omni, sglang, lite-llm, azure, gateway (default open-ai)
          --models NAME             sora, sora-long (also 16 and 20 s), anything (default: as the dialect)
          --render-seconds T|T..T   render time, drawn by the seed (default 20)
          --queue-seconds T|T..T    time in the queue (default 0..2)
          --content-lifetime T      how long content can be fetched after completion (default 1h)
          --content-bytes N         pad every MP4 to N bytes; K, M, G allowed (default: no padding)
          --requests-per-minute N   answer 429 above this rate (default: no limit)
          --poll-after T            send openai-poll-after-ms with every video
          --list-delay T            a new video shows up in lists only after this time
          --list-order asc|desc     order of every list, whatever is asked
          --no-prompts              never give a prompt back
          --no-range                answer Range requests whole
          --no-draw-prompt          send the embedded clip even where ffmpeg could draw the prompt
          --fault RULE              add a fault rule; may be repeated
          --verbose                 print every request
          --check                   ask the server at --host and --port whether it answers, and end: 0 it does, 1 it does not
          --help                    print this

        T is a time such as 500ms, 20, 20s, 5m or 1h.

        A fault RULE is operation:kind[:key=value]…, with \: for a colon in a value.
          operations  {{FaultText.OperationNames}}
          kinds       {{FaultText.KindNames}}
          keys        {{FaultText.KeyNames}}

          create:drop-after:times=1:match=lighthouse   the create takes effect, its answer is lost
          create:status:status=429:retry-after=2:times=3
          create:moderation:match=forbidden            400 moderation_blocked; with late=true the video fails
          content:truncate:bytes=5000:times=1:variant=video
          get:status:status=503:probability=0.1
          create:fail:code=internal_error:at=60:match=storm

        While it runs: GET, POST {"rule":"…"}, DELETE /admin/faults; DELETE /admin/faults/ID; GET /admin/videos; GET /admin/requests.
        """;

    /// <param name="arguments">The arguments after the program's name.</param>
    /// <param name="seed">
    /// The seed where none is given. It should differ from run to run, since callers that outlive one must not see an old id again.
    /// </param>
    public static CommandLine Parse(IReadOnlyList<string> arguments, int seed)
    {
        var options = new SimulatorOptions
        {
            Url = new Uri("http://127.0.0.1:8089"),
            Seed = seed,
            RenderTime = TimeSpan.FromSeconds(20),
            QueueTime = new TimeRange(TimeSpan.Zero, TimeSpan.FromSeconds(2)),
            DrawPrompt = true,
        };
        var (verbose, check) = (false, false);
        for (var i = 0; i < arguments.Count; i++)
        {
            var (name, value) = arguments[i].Split('=', 2) is [{ } before, { } after] && before.StartsWith("--", StringComparison.Ordinal) ? (before, after) : (arguments[i], null);
            if (name is "--help" or "-h")
                return new CommandLine(options, Help: true);
            if (value is null && name == "--verbose")
                verbose = true;
            else if (value is null && name == "--check")
                check = true;
            else if (value is null && Switches.TryGetValue(name, out var apply))
                options = apply(options);
            else if (name != "--fault" && !Values.ContainsKey(name))
                return Wrong(options, $"Unknown option '{arguments[i]}'. See --help.");
            else
            {
                if (value is null && ++i == arguments.Count)
                    return Wrong(options, $"{name} needs a value. See --help.");
                var (next, problem) = Set(options, name, value ?? arguments[i]);
                if (problem is not null)
                    return Wrong(options, problem);
                options = next;
            }
        }

        return new CommandLine(options, verbose, Check: check, Problem: options.Problem());
    }

    private static (SimulatorOptions Options, string? Problem) Set(SimulatorOptions options, string name, string value)
    {
        if (name == "--fault")
        {
            return FaultText.TryParse(value, out var rule, out var problem)
                ? (options with { Faults = [.. options.Faults, rule] }, null)
                : (options, $"--fault: {problem}");
        }

        return value.Length > 0 && Values[name](options, value) is { } set ? (set, null) : (options, $"'{value}' is not a value for {name}. See --help.");
    }

    private static CommandLine Wrong(SimulatorOptions options, string problem) => new(options, Problem: problem);

    private static Uri? UrlOf(string host, int port) =>
        Uri.TryCreate($"http://{host}:{port.ToString(CultureInfo.InvariantCulture)}", UriKind.Absolute, out var url) && url.PathAndQuery == "/" ? url : null;

    private static long? Whole(string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static long? Bytes(string text)
    {
        var unit = char.ToUpperInvariant(text[^1]) switch { 'K' => 1L << 10, 'M' => 1L << 20, 'G' => 1L << 30, _ => 1L };
        return Whole(unit == 1 ? text : text[..^1]) is { } number && number <= (1L << 50) / unit ? number * unit : null;
    }
}
