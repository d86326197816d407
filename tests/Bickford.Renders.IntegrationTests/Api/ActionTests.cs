using System.Text.Json.Nodes;

namespace Bickford.Renders.IntegrationTests.Api;

/// <summary>Acting on renders over HTTP.</summary>
public sealed class ActionTests(ApiFixture api) : ApiTest(api)
{
    [Fact]
    public async Task A_failed_render_is_resumed_and_completes()
    {
        var row = await StoppedAsync(RenderStatus.Failed, RenderCause.Storage);

        var resumed = await PostAsync($"/api/renders/{row.Id:D}/resume");

        resumed.Status.ShouldBe(200, resumed.Body);
        (await EndedAsync(row.Id)).Status.ShouldBe(RenderStatus.Completed);
        (await PostAsync($"/api/renders/{row.Id:D}/resume", "{}")).ShouldBeProblem(409);
        (await PostAsync($"/api/renders/{row.Id:D}/cancel")).ShouldBeProblem(409);
    }

    [Fact]
    public async Task Who_acted_is_on_the_ledger()
    {
        var row = await StoppedAsync(RenderStatus.Failed, RenderCause.Storage);
        await PostAsync($"/api/renders/{row.Id:D}/cancel");

        var events = (await GetAsync($"/api/ledger?stream=renders/{row.Id:D}")).Json["events"]!.AsArray();
        events[^1]!["type"]!.GetValue<string>().ShouldBe("render.cancelled");
        events[^1]!["payload"]!["actor"]!.GetValue<string>().ShouldNotBeEmpty();
    }

    [Fact]
    public async Task Rendering_again_is_a_new_render_once_for_its_key()
    {
        var row = await StoppedAsync(RenderStatus.Failed, RenderCause.Policy);
        var key = ("Idempotency-Key", "again-once");

        var first = await PostAsync($"/api/renders/{row.Id:D}/again", """{"prompt":"A harbour by day"}""", key);
        var again = await PostAsync($"/api/renders/{row.Id:D}/again", """{"prompt":"A harbour by day"}""", key);
        var same = await PostAsync($"/api/renders/{row.Id:D}/again");

        first.Status.ShouldBe(201, first.Body);
        first.Header("Location").ShouldBe($"/api/renders/{first.Id:D}");
        first.Json["again_of"]!.GetValue<Guid>().ShouldBe(row.Id);
        (again.Status, again.Id).ShouldBe((200, first.Id));
        same.Status.ShouldBe(201);
        same.Json["prompt"]!.GetValue<string>().ShouldBe(row.Prompt);
    }

    [Fact]
    public async Task A_render_is_kept_and_released()
    {
        var row = await StoppedAsync(RenderStatus.Failed, RenderCause.Policy);

        var kept = await PostAsync($"/api/renders/{row.Id:D}/keep");
        var released = await PostAsync($"/api/renders/{row.Id:D}/keep", """{"keep":false}""");

        (kept.Status, kept.Json["keep"]!.GetValue<bool>()).ShouldBe((200, true));
        (released.Status, released.Json["keep"]!.GetValue<bool>()).ShouldBe((200, false));
        (await PostAsync($"/api/renders/{row.Id:D}/keep", """{"keep":"yes"}""")).ShouldBeProblem(400)["field"]!.GetValue<string>().ShouldBe("keep");
    }

    [Fact]
    public async Task A_remix_names_its_source()
    {
        var source = await CompletedAsync();

        var remix = await PostAsync($"/api/renders/{source.Id:D}/remix", """{"prompt":"The same at night"}""");

        remix.Status.ShouldBe(201, remix.Body);
        remix.Json["remix_of"]!.GetValue<Guid>().ShouldBe(source.Id);
        (await PostAsync($"/api/renders/{source.Id:D}/remix", "{}")).ShouldBeProblem(400)["field"]!.GetValue<string>().ShouldBe("prompt");
        (await EndedAsync(remix.Id)).Status.ShouldBe(RenderStatus.Completed);
    }

    [Fact]
    public async Task A_chain_of_changes_is_asked_for_at_once_and_each_waits_for_the_one_before()
    {
        var source = await PostAsync("/api/renders", """{"prompt":"A kite above the dunes","seconds":8}""");
        var edit = await PostAsync($"/api/renders/{source.Id:D}/remix", """{"prompt":"The same at night","kind":"edit"}""");
        var extension = await PostAsync($"/api/renders/{edit.Id:D}/remix", """{"prompt":"It lands","kind":"Extension","seconds":4}""");

        extension.Status.ShouldBe(201, extension.Body);
        (extension.Json["remix_kind"]!.GetValue<string>(), extension.Json["seconds"]!.GetValue<int>()).ShouldBe(("Extension", 4));
        (await EndedAsync(extension.Id)).Status.ShouldBe(RenderStatus.Completed);
        (await EndedAsync(extension.Id)).RemixVideoId.ShouldBe((await EndedAsync(edit.Id)).VideoId);
        Api.World.Simulator.Videos.Creates.Single(video => video.Prompt == "It lands").Seconds.ShouldBe(12, "what was added to its source");
        (await PostAsync($"/api/renders/{source.Id:D}/remix", """{"prompt":"p","kind":"copy"}""")).ShouldBeProblem(400)["allowed"]!.GetValue<string>().ShouldBe("Remix, Edit, Extension");
    }

    [Fact]
    public async Task A_parked_render_adopts_the_video_that_belongs_to_it()
    {
        using var provider = new HttpClient();
        provider.DefaultRequestHeaders.Authorization = new("Bearer", "simulator-key");
        using var body = Text("""{"prompt":"A harbour at night","model":"sora-2","size":"720x1280","seconds":"4"}""");
        using var made = await provider.PostAsync($"{Api.World.Simulator.BaseUrl.ToString().TrimEnd('/')}/videos", body, Cancel);
        var videoId = JsonNode.Parse(await made.Content.ReadAsStringAsync(Cancel))!["id"]!.GetValue<string>();
        var row = await StoppedAsync(RenderStatus.Parked, RenderCause.AmbiguousCreate);

        (await PostAsync($"/api/renders/{row.Id:D}/adopt", """{"video_id":"video_of_nobody"}""")).ShouldBeProblem(400);
        (await PostAsync($"/api/renders/{row.Id:D}/adopt", "{}")).ShouldBeProblem(400)["field"]!.GetValue<string>().ShouldBe("video_id");
        var adopted = await PostAsync($"/api/renders/{row.Id:D}/adopt", $$"""{"video_id":"{{videoId}}"}""");

        adopted.Status.ShouldBe(200, adopted.Body);
        (await EndedAsync(row.Id)).VideoId.ShouldBe(videoId);
    }

    [Theory]
    [InlineData("resume")]
    [InlineData("cancel")]
    [InlineData("again")]
    [InlineData("adopt")]
    [InlineData("remix")]
    public async Task An_action_names_what_it_does_not_know(string action)
    {
        var row = await StoppedAsync(RenderStatus.Failed, RenderCause.Internal);

        (await PostAsync($"/api/renders/{row.Id:D}/{action}", """{"force":true}""")).ShouldBeProblem(400)["field"]!.GetValue<string>().ShouldBe("force");
        (await PostAsync($"/api/renders/{Guid.AllBitsSet:D}/{action}", """{"prompt":"p"}""")).Status.ShouldBeOneOf(400, 404);
        (await Api.Store.GetAsync(row.Id, Cancel))!.Version.ShouldBe(1, "nothing was changed");
    }
}
