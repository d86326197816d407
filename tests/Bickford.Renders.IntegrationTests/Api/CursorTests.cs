namespace Bickford.Renders.IntegrationTests.Api;

/// <summary>A downstream system that reads the ledger over HTTP by a cursor.</summary>
public sealed class CursorTests(ApiFixture api) : ApiTest(api)
{
    [Fact]
    public async Task A_reader_gets_every_event_from_where_it_acknowledged_and_again_what_it_did_not()
    {
        await StoppedAsync(RenderStatus.Failed, RenderCause.Quota);
        await StoppedAsync(RenderStatus.Failed, RenderCause.Quota);

        var first = (await GetAsync("/api/ledger?cursor=billing&limit=1")).Json;
        var again = (await GetAsync("/api/ledger?cursor=billing&limit=1")).Json;
        var held = await PostAsync("/api/ledger/cursors/billing", $$"""{"acknowledged":{{first["next_after"]}}}""");
        var next = (await GetAsync("/api/ledger?cursor=billing&limit=1")).Json;

        again.ToJsonString().ShouldBe(first.ToJsonString());
        held.Status.ShouldBe(200, held.Body);
        held.Json["position"]!.GetValue<long>().ShouldBe(first["next_after"]!.GetValue<long>());
        next["events"]![0]!["seq"]!.GetValue<long>().ShouldBeGreaterThan(first["next_after"]!.GetValue<long>());
        (await GetAsync("/api/ledger/cursors")).Json["cursors"]!.AsArray().ShouldContain(cursor => cursor!["name"]!.GetValue<string>() == "billing");

        (await PostAsync("/api/ledger/cursors/billing/move", """{"position":0}""")).Json["position"]!.GetValue<long>().ShouldBe(0);
        (await GetAsync("/api/ledger?cursor=billing&limit=1")).Json.ToJsonString().ShouldBe(first.ToJsonString());
        (await SendAsync(HttpMethod.Delete, "/api/ledger/cursors/billing")).Status.ShouldBe(204);
        (await SendAsync(HttpMethod.Delete, "/api/ledger/cursors/billing")).ShouldBeProblem(404);
    }

    [Theory]
    [InlineData("/api/ledger?cursor=a&after=1", "after")]
    [InlineData("/api/ledger?cursor=a%20b", "cursor")]
    public async Task What_is_wrong_with_a_cursors_query_is_named(string path, string field) =>
        (await GetAsync(path)).ShouldBeProblem(400)["field"]!.GetValue<string>().ShouldBe(field);

    [Theory]
    [InlineData("""{"acknowledged":99999999}""", "position")]
    [InlineData("""{"acknowledged":"1"}""", "acknowledged")]
    [InlineData("{}", "acknowledged")]
    [InlineData("""{"seq":1}""", "seq")]
    public async Task What_is_wrong_with_an_acknowledgement_is_named(string body, string field) =>
        (await PostAsync("/api/ledger/cursors/billing2", body)).ShouldBeProblem(400)["field"]!.GetValue<string>().ShouldBe(field);
}
