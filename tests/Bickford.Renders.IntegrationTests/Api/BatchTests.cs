namespace Bickford.Renders.IntegrationTests.Api;

/// <summary>Many renders at once: all or none.</summary>
public sealed class BatchTests(ApiFixture api) : ApiTest(api)
{
    [Fact]
    public async Task Every_line_becomes_a_render_and_the_same_batch_again_makes_none()
    {
        const string Lines = """
            {"prompt":"One","idempotency_key":"batch-1","tags":["batch"]}
            {"prompt":"Two","idempotency_key":"batch-2","tags":["batch"]}

            """;
        var first = await BatchAsync(Lines);
        var again = await BatchAsync(Lines);

        first.Status.ShouldBe(201, first.Body);
        first.Json["created"]!.GetValue<int>().ShouldBe(2);
        first.Json["renders"]!.AsArray().Select(render => render!["prompt"]!.GetValue<string>()).ShouldBe(["One", "Two"]);
        again.Status.ShouldBe(200);
        again.Json["created"]!.GetValue<int>().ShouldBe(0);
        again.Json["renders"]![1]!["id"]!.GetValue<Guid>().ShouldBe(first.Json["renders"]![1]!["id"]!.GetValue<Guid>());
    }

    [Theory]
    [InlineData("""{"prompt":"x"}""" + "\n" + """{"prompt":""}""", "prompt", 2)]
    [InlineData("""{"prompt":"x"}""" + "\n" + """{"prompt":"y","colour":1}""", "colour", 2)]
    [InlineData("""{"prompt":"x"}""" + "\n\n" + """{"prompt":"y"}""", "body", 2)]
    [InlineData("""{"prompt":"x"}""" + "\n" + """{"prompt":"y","model":"none"}""" + "\n" + """{"prompt":"z"}""", "model", 2)]
    [InlineData("no json", "body", 1)]
    public async Task One_wrong_line_refuses_all_and_is_named(string lines, string field, int line)
    {
        var before = await CountAsync();

        var problem = (await BatchAsync(lines)).ShouldBeProblem(400);

        problem["field"]!.GetValue<string>().ShouldBe(field);
        problem["line"]!.GetValue<int>().ShouldBe(line);
        (await CountAsync()).ShouldBe(before);
    }

    [Fact]
    public async Task A_key_that_belongs_to_another_request_refuses_all()
    {
        (await PostAsync("/api/renders", """{"prompt":"Mine"}""", ("Idempotency-Key", "batch-taken"))).Status.ShouldBe(201);
        var before = await CountAsync();

        (await BatchAsync("""
            {"prompt":"Fresh","idempotency_key":"batch-fresh"}
            {"prompt":"Another","idempotency_key":"batch-taken"}
            """)).ShouldBeProblem(409)["line"]!.GetValue<int>().ShouldBe(2);

        (await CountAsync()).ShouldBe(before);
    }

    [Fact]
    public async Task One_key_for_all_lines_is_refused() =>
        (await SendAsync(HttpMethod.Post, "/api/renders/batch", Text("""{"prompt":"x"}""", "application/jsonl"), ("Idempotency-Key", "k")))
            .ShouldBeProblem(400)["field"]!.GetValue<string>().ShouldBe("Idempotency-Key");

    [Fact]
    public async Task Too_many_lines_or_none_are_refused()
    {
        (await BatchAsync(string.Concat(Enumerable.Repeat("{\"prompt\":\"x\"}\n", 1_001)))).ShouldBeProblem(413);
        (await BatchAsync("\n")).ShouldBeProblem(400);
        (await SendAsync(HttpMethod.Post, "/api/renders/batch", Text("""{"prompt":"x"}"""))).ShouldBeProblem(415);
    }

    [Fact]
    public async Task Lines_that_name_a_batch_can_be_looked_at_together()
    {
        (await BatchAsync("""
            {"prompt":"One","idempotency_key":"named-1","batch":"a batch/of two"}
            {"prompt":"Two","idempotency_key":"named-2","batch":"a batch/of two"}
            """)).Status.ShouldBe(201);

        var batch = (await GetAsync("/api/batches/a%20batch%2Fof%20two")).Json;
        (batch["name"]!.GetValue<string>(), batch["renders"]!.GetValue<int>()).ShouldBe(("a batch/of two", 2));
        batch["statuses"]!.AsObject().Count.ShouldBe(Enum.GetValues<RenderStatus>().Length);
        (await GetAsync("/api/renders?batch=a%20batch%2Fof%20two")).Json["renders"]!.AsArray().Count.ShouldBe(2);
        (await GetAsync("/api/batches/no-such-batch")).ShouldBeProblem(404);
    }

    private Task<Reply> BatchAsync(string lines) => SendAsync(HttpMethod.Post, "/api/renders/batch", Text(lines, "application/x-ndjson"));

    private Task<long> CountAsync() => Api.World.CountAsync("SELECT count(*) FROM renders WHERE prompt IN ('x', 'y', 'z', 'Fresh', 'Another')");
}
