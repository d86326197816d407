using System.Text.Json.Nodes;

namespace Bickford.Renders.IntegrationTests.Api;

/// <summary>Following a render over HTTP.</summary>
public sealed class EventTests(ApiFixture api) : ApiTest(api)
{
    [Fact]
    public async Task Every_event_of_a_render_comes_once_and_the_stream_ends_with_the_closing_one()
    {
        var accepted = await PostAsync("/api/renders", """{"prompt":"A lighthouse in fog"}""");

        var events = await FollowAsync(accepted.Id);

        events.Select(one => one.Data["render_seq"]!.GetValue<long>()).ShouldBe(Enumerable.Range(1, events.Count).Select(i => (long)i));
        events[0].Data["type"]!.GetValue<string>().ShouldBe("render.enqueued");
        events[^1].Data["type"]!.GetValue<string>().ShouldBe("render.completed");
        events.ShouldAllBe(one => one.Id == one.Data["seq"]!.GetValue<long>());
    }

    [Fact]
    public async Task Whoever_lost_the_stream_goes_on_where_it_broke_off()
    {
        var render = await CompletedAsync();
        var all = await FollowAsync(render.Id);

        (await FollowAsync(render.Id, ("Last-Event-ID", $"{all[2].Id}"))).Select(one => one.Id).ShouldBe(all.Skip(3).Select(one => one.Id));
        (await GetAsync($"/api/renders/{render.Id:D}/events", ("Last-Event-ID", $"{all[^1].Id}"))).Status.ShouldBe(204, "a browser must not come back for ever");
        (await GetAsync($"/api/renders/{render.Id:D}/events?after={all[^1].Id + 1_000_000}")).Status.ShouldBe(204);
        (await GetAsync($"/api/renders/{render.Id:D}/events", ("Last-Event-ID", "x"))).ShouldBeProblem(400)["field"]!.GetValue<string>().ShouldBe("Last-Event-ID");
    }

    [Fact]
    public async Task A_worker_that_stops_ends_its_streams()
    {
        var (app, http) = await Api.StartAppAsync(("Sora__BaseUrl", "http://127.0.0.1:9/v1"));
        var render = await StoppedAsync(RenderStatus.Queued, RenderCause.Internal, row => row with { Step = RenderStep.Create, DueAt = row.CreatedAt.AddHours(1), Cause = null, FinishedAt = null });
        using var answer = await http.GetAsync(new Uri($"/api/renders/{render.Id:D}/events", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, Cancel);
        await using var stream = await answer.Content.ReadAsStreamAsync(Cancel);
        using var reader = new StreamReader(stream);
        (await reader.ReadLineAsync(Cancel)).ShouldNotBeNull().ShouldStartWith("id: ");

        await app.StopAsync(Cancel);

        (await reader.ReadToEndAsync(Cancel)).ShouldContain("data: ");
        http.Dispose();
    }

    private async Task<List<(long Id, JsonNode Data)>> FollowAsync(Guid id, params (string Name, string Value)[] headers)
    {
        var reply = await GetAsync($"/api/renders/{id:D}/events", headers);
        reply.Status.ShouldBe(200, reply.Body);
        reply.Header("Content-Type").ShouldBe("text/event-stream");
        return
        [
            .. reply.Body.Split("\n\n", StringSplitOptions.RemoveEmptyEntries).Where(block => !block.StartsWith(':')).Select(block => block.Split('\n'))
                .Select(lines => (long.Parse(lines[0]["id: ".Length..], System.Globalization.CultureInfo.InvariantCulture), JsonNode.Parse(lines[1]["data: ".Length..])!)),
        ];
    }
}
