using Bickford.Renders.Simulator;

namespace Bickford.Renders.Tests.Simulator;

public sealed class DeterminismTests
{
    [Fact]
    public async Task The_same_seed_gives_the_same_ids_times_and_media()
    {
        var first = await RunAsync(seed: 7);
        var second = await RunAsync(seed: 7);
        var other = await RunAsync(seed: 8);

        second.ShouldBe(first);
        other.Select(video => video.Id).Intersect(first.Select(video => video.Id)).ShouldBeEmpty();
        first.Select(video => video.RenderTime).Distinct().Count().ShouldBe(5);
        first.ShouldAllBe(video => video.RenderTime >= TimeSpan.FromSeconds(10) && video.RenderTime <= TimeSpan.FromSeconds(20));
    }

    [Fact]
    public void A_chance_depends_on_the_video_not_on_what_happens_around_it()
    {
        var forward = Strikes(Enumerable.Range(1, 200));
        var backward = Strikes(Enumerable.Range(1, 200).Reverse());

        backward.ShouldBe(forward, ignoreOrder: true);
        forward.Count.ShouldBeInRange(30, 90);

        static List<long> Strikes(IEnumerable<int> videos)
        {
            var plan = new FaultPlan(1, [FaultRule.Parse("get:status:probability=0.3")]);
            return [.. videos.Select(ordinal => (long)ordinal).Where(ordinal => plan.StrikeAnswer(new FaultTarget(FaultOperation.Get, "p", ordinal)) is not null)];
        }
    }

    private static async Task<List<(string Id, TimeSpan RenderTime, string Sha256)>> RunAsync(int seed)
    {
        await using var simulator = await SimulatorClient.StartAsync(options => options with
        {
            Seed = seed,
            ContentBytes = 30_000,
            RenderTime = new TimeRange(TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(20)),
        });
        var videos = new List<(string, TimeSpan, string)>();
        for (var i = 0; i < 5; i++)
        {
            var id = await simulator.CreateAsync();
            videos.Add((id, simulator.Server.Videos.Find(id)!.RenderTime, (await simulator.Server.GetContentAsync(id))!.ComputeSha256()));
        }

        return videos;
    }
}
