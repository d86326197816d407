namespace Bickford.Renders.IntegrationTests.Api;

/// <summary>Looking at renders and at the ledger over HTTP.</summary>
public sealed class LookTests(ApiFixture api) : ApiTest(api)
{
    [Fact]
    public async Task Pages_follow_one_another_by_the_header_link()
    {
        for (var i = 0; i < 5; i++)
            await StoppedAsync(RenderStatus.Failed, RenderCause.Quota, row => row with { Tags = ["pages"] });
        var seen = new List<Guid>();
        var path = "/api/renders?tag=pages&status=failed,Parked&cause=Quota&model=sora-2&text=HARBOUR&limit=2";
        while (path is not null)
        {
            var page = await GetAsync(path);
            page.Status.ShouldBe(200, page.Body);
            seen.AddRange(page.Json["renders"]!.AsArray().Select(render => render!["id"]!.GetValue<Guid>()));
            path = page.Header("Link")?.Split('<', '>')[1]!;
            (path is null).ShouldBe(page.Json["next_cursor"] is null);
        }

        seen.Distinct().Count().ShouldBe(5);
        seen.ShouldBe(seen.OrderDescending());
    }

    [Theory]
    [InlineData("/api/renders?statsu=Failed", "statsu")]
    [InlineData("/api/renders?status=Gone", "status")]
    [InlineData("/api/renders?cause=7", "cause")]
    [InlineData("/api/renders?limit=0", "limit")]
    [InlineData("/api/renders?limit=501", "limit")]
    [InlineData("/api/renders?model=a&model=b", "model")]
    [InlineData("/api/renders?cursor=x", "cursor")]
    [InlineData("/api/ledger?after=-1", "after")]
    [InlineData("/api/ledger?afetr=1", "afetr")]
    public async Task What_is_wrong_with_a_query_is_named(string path, string field) =>
        (await GetAsync(path)).ShouldBeProblem(400)["field"]!.GetValue<string>().ShouldBe(field);

    [Fact]
    public async Task A_render_that_did_not_change_is_not_sent_again()
    {
        var row = await StoppedAsync(RenderStatus.Parked, RenderCause.AmbiguousCreate);
        var first = await GetAsync($"/api/renders/{row.Id:D}");
        var tag = first.Header("ETag")!;

        (await GetAsync($"/api/renders/{row.Id:N}", ("If-None-Match", tag))).Status.ShouldBe(304);
        (await GetAsync($"/api/renders/{row.Id:D}", ("If-None-Match", "\"999\", W/" + tag))).Status.ShouldBe(304);
        await PostAsync($"/api/renders/{row.Id:D}/cancel");
        var changed = await GetAsync($"/api/renders/{row.Id:D}", ("If-None-Match", tag));
        changed.Status.ShouldBe(200);
        changed.Json["status"]!.GetValue<string>().ShouldBe("Cancelled");
    }

    [Theory]
    [InlineData("/api/renders/00000000-0000-0000-0000-000000000000", 404)]
    [InlineData("/api/renders/f503de99", 404)]
    [InlineData("/api/nothing", 404)]
    [InlineData("/api/renders/x/assets/video", 404)]
    [InlineData("/api/renders/x/events", 404)]
    [InlineData("/api/renders/batch", 404)]
    public async Task What_is_not_there_is_a_problem(string path, int status) => (await GetAsync(path)).ShouldBeProblem(status);

    [Fact]
    public async Task A_method_that_is_not_for_an_address_is_a_problem_that_names_those_that_are() =>
        (await SendAsync(HttpMethod.Delete, "/api/renders")).ShouldBeProblem(405)["detail"]!.GetValue<string>().ShouldContain("POST");

    [Fact]
    public async Task The_ledger_is_read_on_from_where_it_was_left_and_misses_nothing()
    {
        var render = await CompletedAsync();
        var expected = (await GetAsync($"/api/ledger?stream=renders/{render.Id:D}&limit=1000")).Json["events"]!.AsArray().Select(one => one!["seq"]!.GetValue<long>()).ToList();
        var seen = new List<long>();
        long after = 0;
        while (true)
        {
            var page = (await GetAsync($"/api/ledger?stream=renders/{render.Id:D}&after={after}&limit=3")).Json;
            seen.AddRange(page["events"]!.AsArray().Select(one => one!["seq"]!.GetValue<long>()));
            if (page["events"]!.AsArray().Count == 0)
                break;
            after = page["next_after"]!.GetValue<long>();
        }

        expected.Count.ShouldBe((int)render.LedgerSeq);
        seen.ShouldBe(expected);
        (await GetAsync($"/api/ledger?after={after}&stream=renders/{render.Id:D}")).Json["next_after"]!.GetValue<long>().ShouldBe(after);
    }
}
