using Bickford.Renders.IntegrationTests.Support;
using Bickford.Renders.Simulator;

namespace Bickford.Renders.IntegrationTests;

/// <summary>The same program, each dialect of the protocol: create, look, download and store, also when the create's answer is lost.</summary>
public sealed class DialectTests
{
    [Theory]
    [InlineData(Dialect.OpenAi, "Auto")]
    [InlineData(Dialect.VllmOmni, "Multipart")]
    [InlineData(Dialect.Sglang, "Auto")]
    [InlineData(Dialect.LiteLlm, "Auto")]
    [InlineData(Dialect.Azure, "Auto")]
    [InlineData(Dialect.Gateway, "Auto")]
    public async Task A_render_completes_and_a_lost_answer_is_adopted(Dialect dialect, string format)
    {
        await using var world = await World.StartAsync(new SimulatorOptions
        {
            Dialect = dialect,
            RenderTime = TimeSpan.FromSeconds(0.3),
            Faults = [FaultRule.Parse("create:drop-after:match=lost:times=1")],
        });
        world.Settings["Sora__Format"] = format;
        var prompts = Path.Combine(world.Folder, "prompts.txt");
        await File.WriteAllLinesAsync(prompts, ["A lighthouse in fog", "An answer that is lost"], TestContext.Current.CancellationToken);

        var result = await world.RunAsync("render", "--prompts", prompts, "--size", "1280x720", "--seconds", "4", "--wait");

        result.ExitCode.ShouldBe(0, result.Output + result.Error);
        await Promises.HoldAsync(world, expected: 2);
        (await world.CountAsync("SELECT count(*) FROM ledger_events WHERE type = 'render.adopted'")).ShouldBe(1);
    }
}
