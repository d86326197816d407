using Bickford.Renders.IntegrationTests.Support;

namespace Bickford.Renders.Benchmarks;

/// <summary>Renders that the provider works on, or is done with, as a worker left them that then ended.</summary>
internal sealed class Planted(World world, string? postgres)
{
    private Guid? _first;

    /// <summary>A provider that renders for so long that what it is asked for now is not done while a benchmark runs.</summary>
    public static TimeSpan RenderTime { get; } = TimeSpan.FromHours(1);

    /// <summary>Renders whose videos the provider has been working on since then.</summary>
    /// <param name="count">How many.</param>
    /// <param name="createdAt">When the video of a number was accepted; longer ago than <see cref="RenderTime"/>: it is done.</param>
    /// <param name="dueAt">When the next look at it is due.</param>
    /// <returns>The videos' ids.</returns>
    public async Task<IReadOnlyList<string>> AddAsync(int count, Func<int, DateTimeOffset> createdAt, Func<int, DateTimeOffset> dueAt)
    {
        var like = _first ??= await OneRenderingAsync();
        var videos = new string[count];
        await new Clones(world, postgres).AddAsync(like, count, number =>
        {
            videos[number] = world.Simulator.Videos.AddForeign("A lighthouse in fog", createdAt: createdAt(number)).Id;
            return new CloneOf(videos[number], dueAt(number));
        });
        return videos;
    }

    /// <summary>The times of the product's settings, in the place of those that hurry tests along.</summary>
    public static void UseOwnTimes(World world)
    {
        foreach (var key in world.Settings.Keys.Where(key => key.StartsWith("Jobs__", StringComparison.Ordinal) && key != "Jobs__Engine").ToList())
            world.Settings.Remove(key);
    }

    private async Task<Guid> OneRenderingAsync()
    {
        const string Rendering = "FROM renders WHERE status = 'Rendering'";
        await world.RunAsync("render", "A lighthouse in fog");
        await using var worker = world.Start("serve");
        await Eventually.HoldsAsync("the provider works on a render", async () => await world.CountAsync($"SELECT count(*) {Rendering}") > 0);
        worker.Terminate();
        await worker.WaitAsync();
        return Guid.Parse((string)(await world.QueryAsync($"SELECT id {Rendering} LIMIT 1")).Single()["id"]!);
    }
}
