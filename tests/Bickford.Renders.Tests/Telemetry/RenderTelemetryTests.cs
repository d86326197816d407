using System.Diagnostics;
using System.Net;
using Bickford.Renders.Ledger;
using Bickford.Renders.Ports;
using Bickford.Renders.Sora;
using Bickford.Renders.Steps;
using Bickford.Renders.Telemetry;
using Bickford.Renders.Tests.Sora;
using Bickford.Renders.Tests.Support;
using Bickford.Renders.Videos;
using Microsoft.Extensions.Logging;
using NSubstitute;

namespace Bickford.Renders.Tests.Telemetry;

/// <summary>What the instruments say of what the chain does.</summary>
public sealed class RenderTelemetryTests : IDisposable
{
    private readonly Recorder _recorder = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _recorder.Dispose();

    [Fact]
    public async Task A_render_that_completes_is_counted_once_with_its_model_cost_and_times()
    {
        const string Model = "a-model-that-completes";
        using var world = WorldOf(Model);

        var render = await world.CompleteAsync(RequestOf(Model));

        _recorder.Of("renders.enqueued", Model).ShouldHaveSingleItem().Value.ShouldBe(1);
        var ended = _recorder.Of("renders.ended", Model).ShouldHaveSingleItem();
        (ended.Value, ended.Tag(TelemetryFields.Status), ended.Tag(TelemetryFields.Cause)).ShouldBe((1, "completed", "none"));
        _recorder.Of("renders.duration", Model).ShouldHaveSingleItem().Value.ShouldBe((render.FinishedAt!.Value - render.CreatedAt).TotalSeconds);
        _recorder.Of("renders.cost", Model).ShouldHaveSingleItem().Value.ShouldBe(0.4);
        _recorder.Of("renders.look.lag", Model).ShouldHaveSingleItem().Value.ShouldBeInRange(0, (render.FinishedAt.Value - render.CreatedAt).TotalSeconds);
        _recorder.Of(render.Id).Single(span => span.OperationName == "render").Duration.ShouldBe(render.FinishedAt.Value - render.CreatedAt);
    }

    [Fact]
    public async Task A_render_that_is_retried_and_fails_says_why_in_words_of_a_list()
    {
        const string Model = "a-model-that-fails";
        using var world = WorldOf(Model);
        world.Provider.Look = video => video with { Status = VideoStatus.Failed, Error = new VideoError("moderation_blocked", "no 'A lighthouse in fog' here") };
        var id = (await world.Renders.EnqueueAsync(RequestOf(Model), cancellationToken: Cancel)).Id;

        await world.RunToEndAsync(id);

        var ended = _recorder.Of("renders.ended", Model).ShouldHaveSingleItem();
        (ended.Tag(TelemetryFields.Status), ended.Tag(TelemetryFields.Cause)).ShouldBe(("failed", "policy"));
        var poll = _recorder.Of(id).Last(span => span.OperationName == "render poll");
        (poll.GetTagItem(TelemetryFields.Result), poll.GetTagItem(TelemetryFields.ErrorType), poll.Status).ShouldBe(("failed", "policy", ActivityStatusCode.Error));
        _recorder.Of(id).SelectMany(span => span.TagObjects).ShouldAllBe(tag => !$"{tag.Value}".Contains("lighthouse", StringComparison.Ordinal), "a message may quote the prompt");
    }

    [Fact]
    public async Task A_model_that_is_in_no_setting_makes_no_series_of_its_own()
    {
        using var world = new World();

        var id = (await world.Renders.EnqueueAsync(RequestOf("a-model-of-a-caller"), cancellationToken: Cancel)).Id;
        await world.RunToEndAsync(id);

        _recorder.Values.SelectMany(value => value.Tags.Values).ShouldNotContain("a-model-of-a-caller");
        _recorder.Values.Where(value => value.Tags.ContainsKey(TelemetryFields.RenderId)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_commit_whose_answer_was_lost_is_counted_once()
    {
        const string Model = "a-model-whose-answer-is-lost";
        using var world = WorldOf(Model);
        var id = (await world.Renders.EnqueueAsync(RequestOf(Model), cancellationToken: Cancel)).Id;
        var lost = false;
        world.Calls.After = name =>
        {
            // Every answer is lost, and not that of the next try.
            if (name == "commit" && (lost = !lost))
                throw new IOException("the answer was lost");
        };

        await world.RunToEndAsync(id);

        _recorder.Of("renders.ended", Model).ShouldHaveSingleItem().Value.ShouldBe(1);
        _recorder.Of("renders.cost", Model).ShouldHaveSingleItem().Value.ShouldBe(0.4);
    }

    [Fact]
    public async Task Looks_that_share_a_page_are_in_the_trace_of_each_render_and_linked_to_their_request()
    {
        const string Model = "a-model-that-is-looked-at";
        using var world = WorldOf(Model, options => options.Poll.Merges = true);
        var rows = new List<Render>();
        for (var i = 0; i < 4; i++)
            rows.Add(await world.Renders.EnqueueAsync(RequestOf(Model), cancellationToken: Cancel));
        foreach (var row in rows)
            await world.RunAsync(row.Id);
        world.Clock.AdvanceTo((await Task.WhenAll(rows.Select(row => world.RowAsync(row.Id)))).Max(row => row.DueAt!.Value));

        await world.RunAsync(rows[0].Id);

        var polls = rows.Select(row => _recorder.Of(row.Id).Single(span => span.OperationName == "render poll")).ToList();
        polls.Zip(rows).ShouldAllBe(pair => pair.First.TraceId == RenderTrace.ContextOf(pair.Second).TraceId);
        var request = polls.SelectMany(poll => poll.Links).Select(link => link.Context.SpanId).Distinct().ShouldHaveSingleItem();
        var looks = _recorder.Spans.Single(span => span.SpanId == request);
        (looks.OperationName, looks.GetTagItem("renders.looks")).ShouldBe(("renders look", 4));
        looks.Links.Select(link => link.Context.TraceId).ShouldBe(polls.Select(poll => poll.TraceId), ignoreOrder: true);
    }

    [Fact]
    public async Task A_lost_lease_is_counted_at_its_step()
    {
        var clock = new ManualTime(Rows.Now);
        var store = Substitute.For<IRenderStore>();
        store.RenewLeaseAsync(default, "", default, Cancel).ReturnsForAnyArgs((Render?)null);
        var before = _recorder.Values.Count(value => value.Name == "renders.leases.lost" && value.Tag(TelemetryFields.Step) == "upload");
        var keeper = new LeaseKeeper(store, Rows.At(RenderStep.Upload).Leased(), TimeSpan.FromSeconds(30), clock.GetTimestamp(), clock);
        clock.Advance(TimeSpan.FromSeconds(10));
        await keeper.DisposeAsync();

        keeper.IsLost.ShouldBeTrue();
        _recorder.Values.Count(value => value.Name == "renders.leases.lost" && value.Tag(TelemetryFields.Step) == "upload").ShouldBeGreaterThan(before);
    }

    [Theory]
    [InlineData("POST", "https://host.example/v1/videos", "create")]
    [InlineData("POST", "https://host.example/v1/videos/video_1/remix", "remix")]
    [InlineData("POST", "https://host.example/v1/videos/edits", "edit")]
    [InlineData("POST", "https://host.example/v1/videos/extensions", "extend")]
    [InlineData("GET", "https://host.example/v1/videos?limit=100&order=desc", "list")]
    [InlineData("GET", "https://host.example/v1/videos/video_1", "get")]
    [InlineData("GET", "https://host.example/v1/videos/video_1/content?variant=thumbnail", "content")]
    [InlineData("DELETE", "https://host.example/v1/videos/video_1", "delete")]
    public void A_request_to_the_provider_is_told_by_what_it_asks_for(string method, string address, string operation) =>
        CountingHandler.OperationOf(HttpMethod.Parse(method), new Uri(address)).ShouldBe(operation);

    [Fact]
    public async Task Requests_are_counted_by_status_and_those_without_an_answer_by_their_reason()
    {
        using var invoker = new HttpMessageInvoker(new CountingHandler(new RequestCounter(), new Uri("https://host.example/v1"), TimeProvider.System)
        {
            InnerHandler = ScriptedHandler.Answers(
                () => ScriptedHandler.Json(HttpStatusCode.TooManyRequests, "{}"),
                () => throw new HttpRequestException(HttpRequestError.NameResolutionError)),
        });
        await invoker.SendAsync(new HttpRequestMessage(HttpMethod.Delete, "https://host.example/v1/videos/video_1"), Cancel);
        await Should.ThrowAsync<HttpRequestException>(() => invoker.SendAsync(new HttpRequestMessage(HttpMethod.Delete, "https://host.example/v1/videos/video_1"), Cancel));

        var requests = _recorder.Values.Where(value => value.Name == "renders.provider.request.duration" && value.Tag(TelemetryFields.Operation) == "delete").ToList();
        requests.ShouldContain(request => request.Tag(TelemetryFields.HttpStatus) == "429" && request.Tag(TelemetryFields.ErrorType) == "429");
        requests.ShouldContain(request => request.Tag(TelemetryFields.HttpStatus) == null && request.Tag(TelemetryFields.ErrorType) == "name_resolution_error");
    }

    [Fact]
    public async Task What_a_step_logs_has_the_render_the_step_the_try_and_the_trace()
    {
        using var world = WorldOf("a-model-that-is-logged");
        var render = await world.Renders.EnqueueAsync(RequestOf("a-model-that-is-logged"), cancellationToken: Cancel);
        Dictionary<string, object?>? fields = null;
        world.Provider.Look = video =>
        {
            fields = RenderScope.Current?.ToDictionary(field => field.Key, field => field.Value);
            return video;
        };

        await world.RunAsync(render.Id);
        world.Clock.AdvanceTo((await world.RowAsync(render.Id)).DueAt!.Value);
        await world.RunAsync(render.Id);

        fields.ShouldNotBeNull()[TelemetryFields.RenderId].ShouldBe(render.Id.ToString("D"));
        fields[TelemetryFields.Step].ShouldBe("poll");
        fields[TelemetryFields.Attempt].ShouldBe(0);
        fields[TelemetryFields.TraceId].ShouldBe(RenderTrace.ContextOf(render).TraceId.ToHexString());
        RenderScope.Current.ShouldBeNull("it ended with the step");
    }

    [Theory]
    [InlineData("Your prompt 'A lighthouse in fog, seen from the sea' was refused", "Your prompt '***' was refused")]
    [InlineData("a LIGHTHOUSE in fog, seen fr… was refused", "***… was refused")]
    [InlineData("A lighthouse is no person", "A lighthouse is no person")]
    public void A_message_that_quotes_the_prompt_loses_it(string message, string left)
    {
        using var scope = RenderScope.Begin(Rows.Queued() with { Prompt = "A lighthouse in fog, seen from the sea" }, Substitute.For<ILogger>());

        RenderScope.Current!.WithoutPrompt(message).ShouldBe(left);
    }

    private static World WorldOf(string model, Action<RenderOptions>? configure = null) => new(options =>
    {
        options.Models[model] = new ModelOptions { Price = 0.1m };
        configure?.Invoke(options);
    });

    private static RenderRequest RequestOf(string model) => new("A lighthouse in fog") { Model = model, Seconds = 4 };
}
