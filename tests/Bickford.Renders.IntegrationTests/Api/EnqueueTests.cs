using System.Net.Http.Headers;
using Bickford.Renders.Worker.Settings;

namespace Bickford.Renders.IntegrationTests.Api;

/// <summary>Asking for renders over HTTP.</summary>
public sealed class EnqueueTests(ApiFixture api) : ApiTest(api)
{
    [Fact]
    public async Task A_render_is_accepted_once_for_its_key()
    {
        var key = ("Idempotency-Key", "enqueue-once");
        var first = await PostAsync("/api/renders", """{"prompt":"A paper boat","tags":["spring"],"priority":5}""", key);
        var again = await PostAsync("/api/renders", """{"tags":["spring"],"prompt":"A paper boat","priority":5}""", key);
        var other = await PostAsync("/api/renders", """{"prompt":"A paper plane"}""", key);

        first.Status.ShouldBe(201);
        first.Header("Location").ShouldBe($"/api/renders/{first.Id:D}");
        again.Status.ShouldBe(200);
        again.Id.ShouldBe(first.Id);
        other.ShouldBeProblem(409)["detail"]!.GetValue<string>().ShouldContain("enqueue-once");
        (await GetAsync(first.Header("Location")!)).Json["tags"]!.AsArray().Single()!.GetValue<string>().ShouldBe("spring");
    }

    [Fact]
    public async Task An_intent_is_decided_and_the_ledger_says_why()
    {
        var draft = await PostAsync("/api/renders", """{"prompt":"A paper boat","intent":"draft"}""");

        draft.Status.ShouldBe(201, draft.Body);
        draft.Json["model"]!.GetValue<string>().ShouldBe("sora-2");
        var decided = (await GetAsync($"/api/ledger?stream=renders/{draft.Id:D}")).Json["events"]!.AsArray().Single(one => one!["type"]!.GetValue<string>() == "render.decided")!;
        decided["payload"]!["why"]!.GetValue<string>().ShouldContain("sora-2");
    }

    [Fact]
    public async Task A_prompt_is_looked_at_before_it_costs_money()
    {
        var hints = (await PostAsync("/api/lint", """{"prompt":"Mickey Mouse"}""")).Json["hints"]!.AsArray();

        (hints[0]!["kind"]!.GetValue<string>(), hints[0]!["about"]!.GetValue<string>()).ShouldBe(("Guardrail", "characters"));
        (await PostAsync("/api/lint", """{"prompt":"At night; in snow","remix":true}""")).Json["hints"]![0]!["kind"]!.GetValue<string>().ShouldBe("TooMany");
        (await PostAsync("/api/lint", """{"prompt":" "}""")).ShouldBeProblem(400)["field"]!.GetValue<string>().ShouldBe("prompt");
    }

    [Theory]
    [InlineData("""{"prompt":"p","intent":"Sketch"}""", "intent")]
    [InlineData("""{"prompt":"p","intent":"Draft","model":"sora-2"}""", "intent")]
    [InlineData("{}", "prompt")]
    [InlineData("""{"prompt":"p","colour":"red"}""", "colour")]
    [InlineData("""{"Prompt":"p"}""", "Prompt")]
    [InlineData("""{"prompt":7}""", "prompt")]
    [InlineData("""{"prompt":"p","seconds":"4"}""", "seconds")]
    [InlineData("""{"prompt":"p","seconds":4.5}""", "seconds")]
    [InlineData("""{"prompt":"p","seconds":5}""", "seconds")]
    [InlineData("""{"prompt":"p","size":"1x1"}""", "size")]
    [InlineData("""{"prompt":"p","model":"none"}""", "model")]
    [InlineData("""{"prompt":"p","tags":"a"}""", "tags")]
    [InlineData("""{"prompt":"p","tags":["a",1]}""", "tags")]
    [InlineData("""{"prompt":"p","priority":101}""", "priority")]
    [InlineData("""{"prompt":"p","keep":"yes"}""", "keep")]
    [InlineData("""{"prompt":"\ud800"}""", "prompt")]
    [InlineData("""{"prompt":"p","prompt":"q"}""", "body")]
    [InlineData("""["p"]""", "body")]
    [InlineData("""{"prompt":""", "body")]
    [InlineData("", "body")]
    public async Task What_is_wrong_with_a_body_is_named(string body, string field)
    {
        var problem = (await PostAsync("/api/renders", body)).ShouldBeProblem(400);

        problem["field"]!.GetValue<string>().ShouldBe(field);
        problem["allowed"]!.GetValue<string>().ShouldNotBeEmpty();
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("application/jsonl")]
    public async Task A_form_that_any_page_may_send_is_no_way_in(string type) =>
        (await SendAsync(HttpMethod.Post, "/api/renders", Text("""{"prompt":"p"}""", type))).ShouldBeProblem(415);

    [Fact]
    public async Task A_body_that_is_too_long_is_refused_before_it_is_read()
    {
        using var endless = new StreamContent(new MemoryStream(new byte[300_000])) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
        (await SendAsync(HttpMethod.Post, "/api/renders", endless)).ShouldBeProblem(413);
    }

    [Fact]
    public async Task A_body_of_unknown_length_is_cut_off_where_it_becomes_too_long()
    {
        using var content = Text($$"""{"prompt":"{{new string('p', 300_000)}}"}""");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/renders") { Content = content, Headers = { TransferEncodingChunked = true } };
        using var answer = await Api.Http.SendAsync(request, Cancel);

        ((int)answer.StatusCode).ShouldBe(413);
    }

    [Fact]
    public async Task A_form_brings_its_reference_image_along()
    {
        using var form = Form(Image(), ("prompt", "A paper boat"), ("size", "1280x720"), ("seconds", "4"), ("tags", "a"), ("tags", "b"));
        var accepted = await SendAsync(HttpMethod.Post, "/api/renders", form);

        accepted.Status.ShouldBe(201, accepted.Body);
        accepted.Json["reference"]!["content_type"]!.GetValue<string>().ShouldBe("image/png");
        accepted.Json["tags"]!.AsArray().Count.ShouldBe(2);
        (await EndedAsync(accepted.Id)).Status.ShouldBe(RenderStatus.Completed);
    }

    [Theory]
    [InlineData("colour", "red", "colour")]
    [InlineData("seconds", "four", "seconds")]
    [InlineData("size", "720x1280", "reference")]
    public async Task What_is_wrong_with_a_form_is_named(string name, string value, string field)
    {
        using var form = Form(Image(), ("prompt", "A paper boat"), (name, value));
        (await SendAsync(HttpMethod.Post, "/api/renders", form)).ShouldBeProblem(400)["field"]!.GetValue<string>().ShouldBe(field);
    }

    [Fact]
    public async Task An_image_that_is_too_large_is_refused()
    {
        using var form = Form(new byte[RenderOptions.MaxReferenceBytes + 1], ("prompt", "A paper boat"));
        (await SendAsync(HttpMethod.Post, "/api/renders", form)).ShouldBeProblem(413);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    public async Task An_empty_key_is_no_key(string key) =>
        (await PostAsync("/api/renders", """{"prompt":"p"}""", ("Idempotency-Key", key))).ShouldBeProblem(400)["field"]!.GetValue<string>().ShouldBe("Idempotency-Key");

    private static byte[] Image()
    {
        using var stream = typeof(SettingsLoader).Assembly.GetManifestResourceStream("paper-boat.png")!;
        using var image = new MemoryStream();
        stream.CopyTo(image);
        return image.ToArray();
    }

    private static MultipartFormDataContent Form(byte[] image, params (string Name, string Value)[] fields)
    {
        var form = new MultipartFormDataContent();
        foreach (var (name, value) in fields)
            form.Add(new StringContent(value), name);
        form.Add(new ByteArrayContent(image) { Headers = { ContentType = new MediaTypeHeaderValue("image/png") } }, "reference", "boat.png");
        return form;
    }
}
