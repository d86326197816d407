using System.Text.Json;
using Bickford.Renders.Simulator;

namespace Bickford.Renders.Tests.Simulator;

public sealed class VideoLifeTests
{
    [Fact]
    public async Task A_video_is_queued_then_progresses_then_is_completed_and_expires_by_the_clock()
    {
        await using var simulator = await SimulatorClient.StartAsync(options => options with { QueueTime = TimeSpan.FromSeconds(2) });
        var created = simulator.Clock.GetUtcNow().ToUnixTimeSeconds();
        var id = await simulator.CreateAsync();

        (await StateAsync()).ShouldBe(("queued", 0));
        simulator.Clock.Advance(TimeSpan.FromSeconds(2));
        (await StateAsync()).ShouldBe(("in_progress", 0));
        simulator.Clock.Advance(TimeSpan.FromSeconds(5));
        (await StateAsync()).ShouldBe(("in_progress", 50));
        simulator.Clock.Advance(TimeSpan.FromSeconds(5));
        (await StateAsync()).ShouldBe(("completed", 100));

        var video = (await simulator.GetAsync($"videos/{id}")).Json;
        video.GetProperty("completed_at").GetInt64().ShouldBe(created + 12);
        video.GetProperty("expires_at").GetInt64().ShouldBe(created + 12 + 3600);
        (await simulator.GetAsync($"videos/{id}/content")).Status.ShouldBe(200);
        simulator.Clock.Advance(TimeSpan.FromHours(1));
        (await simulator.GetAsync($"videos/{id}/content")).Status.ShouldBe(404);

        async Task<(string?, int)> StateAsync()
        {
            var reply = await simulator.GetAsync($"videos/{id}");
            return (reply.Word("status"), reply.Json.GetProperty("progress").GetInt32());
        }
    }

    [Fact]
    public async Task A_video_has_all_thirteen_fields_of_the_official_description()
    {
        await using var simulator = await SimulatorClient.StartAsync();

        var video = (await simulator.PostFormAsync("videos", new Part("prompt", "Ünïcode \U0001F30A"), new Part("seconds", "8"))).Json;

        video.EnumerateObject().Select(field => field.Name).ShouldBe(
            ["id", "object", "model", "status", "progress", "created_at", "completed_at", "expires_at", "prompt", "size", "seconds", "remixed_from_video_id", "error"],
            ignoreOrder: true);
        video.GetProperty("prompt").GetString().ShouldBe("Ünïcode \U0001F30A");
        video.GetProperty("seconds").GetString().ShouldBe("8");
        video.GetProperty("model").GetString().ShouldBe("sora-2");
        video.GetProperty("size").GetString().ShouldBe("720x1280");
        video.GetProperty("error").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [Fact]
    public async Task Content_does_not_exist_before_completion()
    {
        await using var simulator = await SimulatorClient.StartAsync();
        var id = await simulator.CreateAsync();

        (await simulator.GetAsync($"videos/{id}/content")).Status.ShouldBe(404);
    }

    [Fact]
    public async Task Only_a_finished_video_can_be_deleted_and_then_it_is_unknown()
    {
        await using var simulator = await SimulatorClient.StartAsync();
        var id = await simulator.CreateAsync();

        (await simulator.DeleteAsync($"videos/{id}")).Status.ShouldBe(400);
        simulator.Clock.Advance(SimulatorClient.RenderTime);
        var reply = await simulator.DeleteAsync($"videos/{id}");

        reply.Json.GetProperty("deleted").GetBoolean().ShouldBeTrue();
        reply.Word("object").ShouldBe("video.deleted");
        reply.Id.ShouldBe(id);
        (await simulator.GetAsync($"videos/{id}")).Status.ShouldBe(404);
        (await simulator.DeleteAsync($"videos/{id}")).Status.ShouldBe(404);
        simulator.Server.Videos.Deleted.Single().Id.ShouldBe(id);
        simulator.Server.Videos.CreateCount.ShouldBe(1);
    }

    [Fact]
    public async Task A_remix_needs_a_completed_video_and_names_it()
    {
        await using var simulator = await SimulatorClient.StartAsync();
        var id = await simulator.CreateAsync();
        (await simulator.PostJsonAsync($"videos/{id}/remix", new { prompt = "At dusk" })).Status.ShouldBe(400);
        simulator.Clock.Advance(SimulatorClient.RenderTime);

        var json = await simulator.PostJsonAsync($"videos/{id}/remix", new { prompt = "At dusk" });
        var form = await simulator.PostFormAsync($"videos/{id}/remix", new Part("prompt", "At dawn"));

        json.Word("remixed_from_video_id").ShouldBe(id);
        json.Word("size").ShouldBe("1280x720");
        form.Word("prompt").ShouldBe("At dawn");
        simulator.Server.Videos.Creates.Select(video => video.RemixedFromVideoId).ShouldBe([null, id, id]);
    }

    [Fact]
    public async Task Edits_and_extensions_take_a_video_by_id_or_as_a_file()
    {
        await using var simulator = await SimulatorClient.StartAsync();
        var id = await simulator.CreateCompletedAsync();
        var mp4 = Part.File("video", (await simulator.GetAsync($"videos/{id}/content")).Bytes);

        (await simulator.PostJsonAsync("videos/edits", new { prompt = "p", video = new { id } })).Word("remixed_from_video_id").ShouldBe(id);
        (await simulator.PostFormAsync("videos/edits", new Part("prompt", "p"), new Part("video[id]", id))).Word("remixed_from_video_id").ShouldBe(id);
        (await simulator.PostFormAsync("videos/edits", new Part("prompt", "p"), Part.Json("video", $$"""{"id":"{{id}}"}"""))).Word("remixed_from_video_id").ShouldBe(id);
        (await simulator.PostFormAsync("videos/edits", new Part("prompt", "p"), mp4)).Status.ShouldBe(200);
        (await simulator.PostJsonAsync("videos/extensions", new { prompt = "p", seconds = "8", video = new { id } })).Word("seconds").ShouldBe("12");
        (await simulator.PostJsonAsync("videos/extensions", new { prompt = "p", video = new { id } })).Status.ShouldBe(400);
        (await simulator.PostJsonAsync("videos/edits", new { prompt = "p" })).Status.ShouldBe(400);
    }

    [Fact]
    public async Task Foreign_and_forgotten_videos_are_there_and_gone_without_a_create()
    {
        await using var simulator = await SimulatorClient.StartAsync();
        var foreign = simulator.Server.Videos.AddForeign("Somebody else's", createdAt: simulator.Clock.GetUtcNow() - TimeSpan.FromDays(1));
        var own = await simulator.CreateAsync();

        (await simulator.GetAsync($"videos/{foreign.Id}")).Word("status").ShouldBe("completed");
        simulator.Server.Videos.Forget(own).ShouldBeTrue();
        simulator.Server.Videos.Forget(own).ShouldBeFalse();

        (await simulator.GetAsync($"videos/{own}")).Status.ShouldBe(404);
        simulator.Server.Videos.Current.Single().Id.ShouldBe(foreign.Id);
        simulator.Server.Videos.Creates.Single().Id.ShouldBe(own);
    }

    [Fact]
    public async Task A_poll_hint_is_told_where_one_is_set()
    {
        await using var simulator = await SimulatorClient.StartAsync(options => options with { PollAfter = TimeSpan.FromMilliseconds(1500) });
        var id = await simulator.CreateAsync();

        (await simulator.GetAsync($"videos/{id}")).Headers["openai-poll-after-ms"].ShouldBe("1500");
    }
}
