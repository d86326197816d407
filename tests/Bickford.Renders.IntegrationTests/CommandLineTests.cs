using Bickford.Renders.IntegrationTests.Support;

namespace Bickford.Renders.IntegrationTests;

/// <summary>Bad input at the real program: one clear line, exit code 2, nothing written.</summary>
public sealed class CommandLineTests
{
    [Theory]
    [InlineData("model", "render", "x", "--model", "sora-9")]
    [InlineData("size", "render", "x", "--size", "1x1")]
    [InlineData("seconds", "render", "x", "--seconds", "5")]
    [InlineData("prompt", "render", " ")]
    [InlineData("reference", "render", "x", "--reference", "no-such.png")]
    [InlineData("reference", "render", "x", "--reference", "renders.txt")]
    [InlineData("Sora:BasUrl", "render", "x", "--set", "Sora:BasUrl=http://127.0.0.1:1/v1")]
    [InlineData("Sora:BaseUrl", "render", "x", "--set", "Sora:BaseUrl=videos.example/v1")]
    [InlineData("Storage:Root", "render", "x", "--set", "Storage:Root=/proc/nowhere")]
    [InlineData("Jobs:ApiWorkers", "render", "x", "--set", "Jobs:ApiWorkers=many")]
    public async Task Bad_input_is_one_line_that_names_the_field(string field, params string[] arguments)
    {
        await using var world = await World.StartAsync();
        await File.WriteAllTextAsync(Path.Combine(world.Folder, "renders.txt"), "no image", TestContext.Current.CancellationToken);

        var result = await world.RunAsync(arguments);

        result.ExitCode.ShouldBe(2);
        result.Output.ShouldBeEmpty();
        result.Error.ShouldStartWith(field);
        result.Error.Trim().Split('\n').Length.ShouldBe(1, result.Error);
        result.Error.ShouldNotContain("   at ");
        File.Exists(world.DatabasePath).ShouldBeFalse("nothing was written");
        world.Simulator.Videos.CreateCount.ShouldBe(0);
    }

    [Fact]
    public async Task An_unknown_id_is_told_in_one_line()
    {
        await using var world = await World.StartAsync();
        await world.RunAsync("render", "A lighthouse in fog");
        foreach (var verb in (string[])["show", "resume", "again", "cancel"])
        {
            var result = await world.RunAsync(verb, "00000000");
            result.ExitCode.ShouldBe(2);
            result.Error.ShouldContain("00000000");
        }
    }

    [Fact]
    public async Task A_secret_is_in_nothing_that_is_printed_written_or_recorded()
    {
        await using var world = await World.StartAsync();
        const string secret = "simulator-key";
        await using (var failing = world.Start("render", "A lighthouse in fog", "--wait", "--verbose"))
        {
            var result = await failing.WaitAsync();
            (result.Output + result.Error).ShouldNotContain(secret);
        }

        (await world.RunAsync("settings")).Output.ShouldNotContain(secret);
        (await world.RunAsync("ledger", "export")).Output.ShouldNotContain(secret);
        foreach (var file in Directory.EnumerateFiles(world.Folder, "*", SearchOption.AllDirectories))
            (await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken)).AsSpan().IndexOf(System.Text.Encoding.UTF8.GetBytes(secret)).ShouldBe(-1, file);
    }
}
