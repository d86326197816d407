using System.Text;

namespace Bickford.Renders.Tests.Simulator;

/// <summary>What an unprepared .NET client sends, and what strict servers make of it.</summary>
public sealed class MultipartStrictnessTests
{
    [Fact]
    public async Task An_unquoted_field_name_is_a_missing_prompt()
    {
        await using var simulator = await SimulatorClient.StartAsync();

        var reply = await simulator.PostFormAsync("videos", new Part("form-data; name=prompt", Encoding.UTF8.GetBytes("p"), null));

        reply.Status.ShouldBe(400);
        reply.Error.GetProperty("message").GetString().ShouldBe("Missing required parameter: 'prompt'.");
    }

    [Fact]
    public async Task A_quoted_boundary_is_refused()
    {
        await using var simulator = await SimulatorClient.StartAsync();

        var reply = await simulator.SendAsync(HttpMethod.Post, "videos", SimulatorClient.Form([new Part("prompt", "p")], "multipart/form-data; boundary=\"XyZ\""));

        reply.Status.ShouldBe(400);
        reply.Error.GetProperty("message").GetString()!.ShouldContain("boundary");
    }

    [Fact]
    public async Task An_unquoted_file_name_is_refused()
    {
        await using var simulator = await SimulatorClient.StartAsync();

        var reply = await simulator.PostFormAsync(
            "videos", new Part("prompt", "p"), new Part("form-data; name=\"input_reference\"; filename=ref.png", Images.Png(720, 1280), "image/png"));

        reply.Status.ShouldBe(400);
        reply.Error.GetProperty("message").GetString()!.ShouldContain("file name");
    }

    [Fact]
    public async Task What_MultipartFormDataContent_writes_by_itself_is_refused()
    {
        await using var simulator = await SimulatorClient.StartAsync();
        using var form = new MultipartFormDataContent { { new StringContent("p"), "prompt" } };

        (await simulator.SendAsync(HttpMethod.Post, "videos", form)).Status.ShouldBe(400);
    }

    [Fact]
    public async Task A_form_that_is_cut_short_or_repeats_a_field_is_refused()
    {
        await using var simulator = await SimulatorClient.StartAsync();
        var cut = new ByteArrayContent("--XyZ\r\nContent-Disposition: form-data; name=\"prompt\"\r\n\r\nhalf a pro"u8.ToArray());
        cut.Headers.TryAddWithoutValidation("Content-Type", "multipart/form-data; boundary=XyZ");

        (await simulator.SendAsync(HttpMethod.Post, "videos", cut)).Status.ShouldBe(400);
        (await simulator.PostFormAsync("videos", new Part("prompt", "a"), new Part("prompt", "b"))).Status.ShouldBe(400);
        simulator.Server.Videos.CreateCount.ShouldBe(0);
    }
}
