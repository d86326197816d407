using System.Text.Json;
using Bickford.Renders.Simulator;

namespace Bickford.Renders.Tests.Simulator;

public sealed class DialectTests
{
    [Fact]
    public async Task Vllm_takes_forms_only_with_any_size_seconds_and_extra_fields()
    {
        await using var simulator = await StartAsync(Dialect.VllmOmni);

        var form = await simulator.PostFormAsync(
            "videos", new Part("prompt", "p"), new Part("width", "832"), new Part("height", "480"), new Part("seconds", "7"), new Part("num_inference_steps", "30"));
        var json = await simulator.PostJsonAsync("videos", new { prompt = "p" });

        form.Status.ShouldBe(200, form.Text);
        form.Word("size").ShouldBe("832x480");
        form.Word("seconds").ShouldBe("7");
        form.Id.ShouldStartWith("video_gen_");
        json.Status.ShouldBe(400);
        json.Json.GetProperty("detail").ValueKind.ShouldBe(JsonValueKind.String);
    }

    [Fact]
    public async Task Vllm_answers_about_a_failed_video_with_an_error_status_and_the_video()
    {
        await using var simulator = await StartAsync(Dialect.VllmOmni, "create:fail:match=broken", "create:moderation:late=true:match=rude");
        var broken = await simulator.CreateCompletedAsync("broken");
        var rude = await simulator.CreateCompletedAsync("rude");

        var reply = await simulator.GetAsync($"videos/{broken}");

        reply.Status.ShouldBe(500);
        reply.Id.ShouldBe(broken);
        reply.Word("status").ShouldBe("failed");
        reply.Error.GetProperty("code").GetInt32().ShouldBe(500);
        (await simulator.GetAsync($"videos/{rude}")).Status.ShouldBe(400);
        (await simulator.GetAsync($"videos/{broken}/content")).Status.ShouldBe(422);
        (await simulator.GetAsync("videos")).Status.ShouldBe(200);
    }

    [Fact]
    public async Task Vllm_content_is_404_while_in_progress()
    {
        await using var simulator = await StartAsync(Dialect.VllmOmni);
        var id = await simulator.CreateAsync();

        (await simulator.GetAsync($"videos/{id}/content")).Status.ShouldBe(404);
    }

    [Fact]
    public async Task Vllm_cancels_on_delete_and_says_409_meanwhile()
    {
        await using var simulator = await StartAsync(Dialect.VllmOmni);
        var id = await simulator.CreateAsync();

        (await simulator.DeleteAsync($"videos/{id}")).Json.GetProperty("deleted").GetBoolean().ShouldBeTrue();
        (await simulator.DeleteAsync($"videos/{id}")).Status.ShouldBe(409);
        simulator.Clock.Advance(TimeSpan.FromSeconds(1));
        (await simulator.DeleteAsync($"videos/{id}")).Status.ShouldBe(404);
        (await simulator.GetAsync($"videos/{id}")).Status.ShouldBe(404);
    }

    [Theory]
    [InlineData(Dialect.VllmOmni)]
    [InlineData(Dialect.Sglang)]
    public async Task Servers_without_remix_and_variants_know_no_remix_and_send_the_video(Dialect dialect)
    {
        await using var simulator = await StartAsync(dialect);
        simulator.Server.Videos.AddForeign("p", createdAt: simulator.Clock.GetUtcNow() - TimeSpan.FromMinutes(1));
        var id = simulator.Server.Videos.Current[0].Id;

        (await simulator.PostJsonAsync($"videos/{id}/remix", new { prompt = "p" })).Status.ShouldBe(404);
        (await simulator.PostJsonAsync("videos/edits", new { prompt = "p", video = new { id } })).Status.ShouldBe(404);
        var thumbnail = await simulator.GetAsync($"videos/{id}/content?variant=thumbnail");
        thumbnail.Status.ShouldBe(200);
        thumbnail.Headers["Content-Type"].ShouldBe("video/mp4");
    }

    [Fact]
    public async Task Sglang_has_integer_seconds_bare_lists_and_deletes_with_a_video()
    {
        await using var simulator = await StartAsync(Dialect.Sglang, "create:fail");

        var video = await simulator.PostJsonAsync("videos", new { prompt = "p", seconds = 6, size = "640x480" });
        simulator.Clock.Advance(SimulatorClient.RenderTime);
        var failed = await simulator.GetAsync($"videos/{video.Id}");
        var list = await simulator.GetAsync("videos");
        var deleted = await simulator.DeleteAsync($"videos/{video.Id}");

        video.Json.GetProperty("seconds").GetInt32().ShouldBe(6);
        failed.Status.ShouldBe(200);
        failed.Error.EnumerateObject().Select(field => field.Name).ShouldBe(["message"]);
        list.Json.EnumerateObject().Select(field => field.Name).ShouldBe(["object", "data"]);
        deleted.Word("status").ShouldBe("deleted");
        deleted.Word("object").ShouldBe("video");
    }

    [Fact]
    public async Task Sglang_forms_need_a_file()
    {
        await using var simulator = await StartAsync(Dialect.Sglang);

        (await simulator.PostFormAsync("videos", new Part("prompt", "p"))).Status.ShouldBe(400);
        (await simulator.PostFormAsync("videos", new Part("prompt", "p"), Part.File("input_reference", Images.Png(720, 1280)))).Status.ShouldBe(200);
    }

    [Fact]
    public async Task LiteLlm_has_long_ids_leaves_empty_fields_out_and_labels_everything_mp4()
    {
        await using var simulator = await StartAsync(Dialect.LiteLlm);
        var created = await simulator.PostJsonAsync("videos", new { prompt = "p", model = "openai/sora-2" });
        simulator.Clock.Advance(SimulatorClient.RenderTime);

        var thumbnail = await simulator.GetAsync($"videos/{created.Id}/content?variant=thumbnail");

        created.Id.Length.ShouldBeGreaterThan(100);
        created.Json.TryGetProperty("completed_at", out _).ShouldBeFalse();
        created.Json.TryGetProperty("error", out _).ShouldBeFalse();
        created.Json.GetProperty("usage").GetProperty("duration_seconds").GetDouble().ShouldBe(4);
        thumbnail.Headers["Content-Type"].ShouldBe("video/mp4");
        ImageHeader.Read(thumbnail.Bytes)!.Type.ShouldBe("image/webp");
        (await simulator.GetAsync($"videos/{created.Id}")).Word("status").ShouldBe("completed");
    }

    [Fact]
    public async Task Azure_has_deployment_names_720p_and_its_own_key_header()
    {
        await using var simulator = await SimulatorClient.StartAsync(options => options with { Dialect = Dialect.Azure, ApiKey = "k" });

        (await CreateAsync("my-deployment", "720x1280")).Status.ShouldBe(200);
        (await CreateAsync("my-deployment", "1792x1024")).Status.ShouldBe(400);

        Task<Reply> CreateAsync(string model, string size) => simulator.SendAsync(
            HttpMethod.Post, "videos", SimulatorClient.Form([new Part("prompt", "p"), new Part("model", model), new Part("size", size)]), ("api-key", "k"));
    }

    [Fact]
    public async Task A_gateway_has_its_own_statuses_and_gives_urls_that_need_no_token()
    {
        await using var simulator = await SimulatorClient.StartAsync(options => options with { Dialect = Dialect.Gateway, QueueTime = TimeSpan.FromSeconds(1) });
        var odd = await simulator.CreateAsync();
        var even = await simulator.CreateAsync();

        (await simulator.GetAsync($"videos/{odd}")).Word("status").ShouldBe("submitted");
        simulator.Clock.Advance(TimeSpan.FromSeconds(1));
        (await simulator.GetAsync($"videos/{odd}")).Word("status").ShouldBe("processing");
        (await simulator.GetAsync($"videos/{odd}/content")).Status.ShouldBe(404);
        simulator.Clock.Advance(SimulatorClient.RenderTime);
        var url = new Uri((await simulator.GetAsync($"videos/{odd}")).Word("url")!);
        var videoUrl = new Uri((await simulator.GetAsync($"videos/{even}")).Word("video_url")!);
        var redirect = await simulator.GetAsync($"videos/{odd}/content");

        redirect.Status.ShouldBe(302);
        redirect.Headers["Location"].ShouldBe(url.ToString());
        (await simulator.SendAsync(HttpMethod.Get, url, null)).Headers["Content-Type"].ShouldBe("video/mp4");
        (await simulator.SendAsync(HttpMethod.Get, videoUrl, null, ("Authorization", "Bearer k"))).Status.ShouldBe(400);
    }

    [Fact]
    public async Task A_gateways_faults_on_content_strike_where_the_content_is()
    {
        await using var simulator = await StartAsync(Dialect.Gateway, "content:status:status=503:times=1");
        var id = await simulator.CreateCompletedAsync();

        var redirect = await simulator.GetAsync($"videos/{id}/content");

        redirect.Status.ShouldBe(302);
        (await simulator.SendAsync(HttpMethod.Get, new Uri(redirect.Headers["Location"]), null)).Status.ShouldBe(503);
    }

    private static Task<SimulatorClient> StartAsync(Dialect dialect, params string[] rules) =>
        SimulatorClient.StartAsync(options => options with { Dialect = dialect, Faults = [.. rules.Select(FaultRule.Parse)] });
}
