using Bickford.Renders.Simulator;

namespace Bickford.Renders.Tests.Simulator;

public sealed class ListTests
{
    [Theory]
    [InlineData("desc")]
    [InlineData("asc")]
    public async Task Pages_join_to_the_whole_list(string order)
    {
        await using var simulator = await SimulatorClient.StartAsync();
        var ids = await CreateAsync(simulator, 5);
        if (order == "desc")
            Array.Reverse(ids);

        var first = await simulator.GetAsync($"videos?limit=2&order={order}");
        var second = await simulator.GetAsync($"videos?limit=2&order={order}&after={first.Word("last_id")}");
        var third = await simulator.GetAsync($"videos?limit=2&order={order}&after={second.Word("last_id")}");

        IdsOf(first).Concat(IdsOf(second)).Concat(IdsOf(third)).ShouldBe(ids);
        first.Word("object").ShouldBe("list");
        first.Word("first_id").ShouldBe(ids[0]);
        first.Json.GetProperty("has_more").GetBoolean().ShouldBeTrue();
        second.Json.GetProperty("has_more").GetBoolean().ShouldBeTrue();
        third.Json.GetProperty("has_more").GetBoolean().ShouldBeFalse();
    }

    [Fact]
    public async Task A_list_is_newest_first_unless_asked_otherwise()
    {
        await using var simulator = await SimulatorClient.StartAsync();
        var ids = await CreateAsync(simulator, 2);

        IdsOf(await simulator.GetAsync("videos")).ShouldBe([ids[1], ids[0]]);
    }

    [Fact]
    public async Task A_page_can_start_after_a_video_that_was_deleted_since()
    {
        await using var simulator = await SimulatorClient.StartAsync();
        var ids = await CreateAsync(simulator, 3);
        simulator.Server.Videos.Forget(ids[1]);

        IdsOf(await simulator.GetAsync($"videos?after={ids[1]}&order=desc")).ShouldBe([ids[0]]);
        IdsOf(await simulator.GetAsync($"videos?after={ids[1]}&order=asc")).ShouldBe([ids[2]]);
    }

    [Fact]
    public async Task An_old_foreign_video_takes_its_place_by_time()
    {
        await using var simulator = await SimulatorClient.StartAsync();
        var own = await simulator.CreateAsync();
        var foreign = simulator.Server.Videos.AddForeign("older", createdAt: simulator.Clock.GetUtcNow() - TimeSpan.FromMinutes(1));

        IdsOf(await simulator.GetAsync("videos?order=asc")).ShouldBe([foreign.Id, own]);
    }

    [Theory]
    [InlineData("limit=101")]
    [InlineData("limit=-1")]
    [InlineData("limit=x")]
    [InlineData("order=up")]
    [InlineData("after=video_unknown")]
    public async Task A_bad_query_is_a_400(string query)
    {
        await using var simulator = await SimulatorClient.StartAsync();

        (await simulator.GetAsync($"videos?{query}")).Status.ShouldBe(400);
    }

    [Fact]
    public async Task An_empty_list_has_null_ids()
    {
        await using var simulator = await SimulatorClient.StartAsync();

        (await simulator.GetAsync("videos?limit=0")).Text.ShouldBe("""{"object":"list","data":[],"first_id":null,"last_id":null,"has_more":false}""");
    }

    [Fact]
    public async Task A_server_can_keep_prompts_to_itself_show_videos_late_and_have_its_own_order()
    {
        await using var simulator = await SimulatorClient.StartAsync(options => options with
        {
            ListsPrompts = false,
            ListDelay = TimeSpan.FromSeconds(30),
            FixedListOrder = ListOrder.Ascending,
        });
        var ids = await CreateAsync(simulator, 2);

        IdsOf(await simulator.GetAsync("videos")).ShouldBeEmpty();
        simulator.Clock.Advance(TimeSpan.FromSeconds(30));
        var list = await simulator.GetAsync("videos?order=desc");

        IdsOf(list).ShouldBe(ids);
        list.Json.GetProperty("data")[0].GetProperty("prompt").GetString().ShouldBeNull();
    }

    [Fact]
    public async Task Creates_at_the_same_time_are_each_counted_once_and_listed()
    {
        await using var simulator = await SimulatorClient.StartAsync();

        var ids = await Task.WhenAll(Enumerable.Range(0, 40).Select(i => simulator.CreateAsync($"p{i}")));

        simulator.Server.Videos.CreateCount.ShouldBe(40);
        simulator.Server.Videos.Creates.Select(video => video.Ordinal).ShouldBe(Enumerable.Range(1, 40).Select(i => (long)i));
        IdsOf(await simulator.GetAsync("videos?limit=100")).ShouldBe(ids, ignoreOrder: true);
    }

    internal static string[] IdsOf(Reply list) => [.. list.Json.GetProperty("data").EnumerateArray().Select(video => video.GetProperty("id").GetString()!)];

    private static async Task<string[]> CreateAsync(SimulatorClient simulator, int count)
    {
        var ids = new string[count];
        for (var i = 0; i < count; i++)
            ids[i] = await simulator.CreateAsync($"p{i}");
        return ids;
    }
}
