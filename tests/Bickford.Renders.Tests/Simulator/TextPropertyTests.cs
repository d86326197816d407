using Bickford.Renders.Simulator;
using Bickford.Renders.Tests.Support;

namespace Bickford.Renders.Tests.Simulator;

/// <summary>The simulator's rules, times and arguments: right, or refused with a reason.</summary>
public sealed class TextPropertyTests
{
    private static readonly string[] Right =
    [
        "create:drop-after:times=1:match=lighthouse", "any:status:probability=0.25:status=503:code=a:type=b:message=c\\:d\\\\e:retry-after=2s:retry-after-ms=1500",
        "content:stall:skip=3:variant=video:for=1500ms:bytes=10", "content:wrong-length:bytes=-5", "create:moderation:at=30:late=true", "get:hang:for=0.0001s", "remix:fail:as=cancelled",
    ];

    private static readonly string[] Options =
    [
        "--port", "--host", "--api-key", "--seed", "--dialect", "--models", "--render-seconds", "--queue-seconds", "--content-lifetime", "--content-bytes", "--requests-per-minute",
        "--poll-after", "--list-delay", "--list-order", "--no-prompts", "--no-range", "--no-draw-prompt", "--fault", "--verbose", "--help", "--",
    ];

    private static readonly string[] Values = ["0", "8089", "65536", "127.0.0.1", "[::1]", "a b", "vllm-omni", "azure,gateway", "-1", "+1", " 7", "sora", "2s..4s", "4..2", "..", "1G", "K", "999999999999G", "asc"];

    [Fact]
    public void A_fault_rule_is_read_and_written_as_the_same_or_refused() => Fuzz.Check(4_000, random => random.Chance(0.8) ? Rule(random) : Arbitrary.Text(random), text =>
    {
        if (FaultText.TryParse(text, out var rule, out var problem))
            FaultRule.Parse(rule.ToString()).ShouldBe(rule);
        else
            problem.ShouldNotBeNullOrWhiteSpace();
    });

    [Fact]
    public void A_time_is_read_and_written_as_the_same_or_refused() => Fuzz.Check(4_000, Arbitrary.Amount, text =>
    {
        if (Durations.Parse(text) is { } time)
        {
            (time >= TimeSpan.Zero && time < TimeSpan.FromDays(20_000)).ShouldBeTrue($"{time}");
            if (time <= TimeSpan.FromDays(30)) // the longest that a rule may hold
                Durations.Parse(Durations.Format(time)).ShouldBe(time);
        }

        if (Durations.ParseRange($"{text}..{text}") is { } range)
            range.Max.ShouldBe(range.Min);
    });

    [Fact]
    public void Arguments_are_right_or_refused_with_a_reason() => Fuzz.Check(4_000, Arguments, arguments =>
    {
        var line = CommandLine.Parse(arguments, seed: 1);

        if (line.Help || line.Problem is not null)
            return;
        Enum.IsDefined(line.Options.Dialect).ShouldBeTrue($"{line.Options.Dialect}");
        line.Options.Url.AbsolutePath.ShouldBe("/");
    });

    private static string Rule(Random random) => random.Chance(0.5)
        ? Arbitrary.Mutated(random, random.Pick(Right))
        : $"{random.Pick("any", "create", "get", "content")}:{random.Pick("status", "hang", "slow", "stall")}:{random.Pick("times", "skip", "probability", "retry-after", "retry-after-ms", "for", "bytes", "at", "message")}={Arbitrary.Amount(random).Replace(":", "\\:", StringComparison.Ordinal)}";

    private static string[] Arguments(Random random) =>
        [.. Enumerable.Range(0, random.Next(6)).Select(_ => random.Next(6) switch { < 3 => random.Pick(Options), 3 => random.Pick(Values), 4 => $"{random.Pick(Options)}={random.Pick(Values)}", _ => Arbitrary.Amount(random) })];
}
