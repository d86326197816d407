using Bickford.Renders.Data;
using Bickford.Renders.Files;
using Bickford.Renders.IntegrationTests.Support;
using Bickford.Renders.Simulator;
using Bickford.Renders.Sora;
using Microsoft.Extensions.DependencyInjection;

namespace Bickford.Renders.IntegrationTests;

/// <summary>Hundreds of renders at once at a provider that takes few requests, with the real program. The benchmark <c>load</c> does the same with ten thousand.</summary>
public sealed class LoadTests(PostgresServer server)
{
    private const int Renders = 250;

    // Creates that may be waiting for their turn when another comes.
    private const int CreateWorkers = 8;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Under_a_load_everybody_gets_on_in_order_and_whoever_asks_is_answered(bool postgres)
    {
        await using var world = await World.StartAsync(new SimulatorOptions { RenderTime = TimeSpan.FromSeconds(0.5) });
        await using var database = postgres ? await server.CreateDatabaseAsync() : null;
        if (database is not null)
            world.OnPostgreSql(database.ConnectionString);
        (world.Settings["Sora__RequestsPerMinute"], world.Settings["Sora__MaxInFlight"], world.Settings["Sora__Previews"], world.Settings["Jobs__Lease"]) = ("4800", "40", "false", "00:00:30");
        await using var services = Callers(world, database?.ConnectionString);
        await services.GetRequiredService<DatabaseMigrator>().MigrateAsync(Token);
        var renders = services.GetRequiredService<IRenders>();
        var accepted = new List<Render>();
        for (var i = 0; i < Renders; i++)
            accepted.Add(await renders.EnqueueAsync(new RenderRequest($"Take {i}"), null, Token));

        await using var worker = world.Start("serve");
        await Eventually.HoldsAsync("the load has begun", () => Task.FromResult(world.Simulator.Videos.CreateCount >= 10));
        await renders.EnqueueAsync(new RenderRequest("At once, please") { Priority = 50 }, null, Token);
        var createdBefore = world.Simulator.Videos.CreateCount;
        (await renders.ListAsync(new RenderFilter { Statuses = [RenderStatus.Queued] }, null, 100, Token)).Items.Count.ShouldBe(100);
        (await renders.CancelAsync(accepted[^1].Id, null, Token)).Status.ShouldBe(RenderStatus.Cancelled, "all of this is answered while the load is under way");

        await Eventually.HoldsAsync("all came home", async () => await world.CountAsync("SELECT count(*) FROM renders WHERE status IN ('Queued', 'Rendering', 'Storing')") == 0, TimeSpan.FromMinutes(8));
        worker.Terminate();
        (await worker.WaitAsync()).ExitCode.ShouldBe(0);

        var creates = world.Simulator.Videos.Creates;
        var order = accepted.Select(render => render.Id).Order().ToList();
        var takes = creates.Select(video => accepted.FindIndex(render => render.Prompt == video.Prompt)).Where(index => index >= 0).Select(index => order.IndexOf(accepted[index].Id)).ToList();
        takes.Select((should, place) => should - place).Max().ShouldBeLessThanOrEqualTo(CreateWorkers, "nobody waits behind those who came later");
        creates.Skip(createdBefore).ShouldContain(video => video.Prompt == "At once, please");
        // The intent and the answer, the files, the record; the looks; and at most once or twice that there was no room.
        (await world.CountAsync("SELECT max(version - looks) FROM renders WHERE status = 'Completed'")).ShouldBeLessThanOrEqualTo(8);
        await Promises.HoldAsync(world, Renders + 1, creates: Renders);
    }

    private static ServiceProvider Callers(World world, string? connection)
    {
        var services = new ServiceCollection();
        var builder = services.AddRenders(options => (options.StagingRoot, options.DefaultModel) = (Path.Combine(world.Folder, "unused"), "sora-2"));
        _ = connection is null ? builder.UseSqlite(world.DatabasePath) : builder.UsePostgreSql(connection);
        builder.UseFileStore(Path.Combine(world.Folder, "unused")).UseVideosApi(api => api.BaseUrl = world.Simulator.BaseUrl.ToString());
        return services.BuildServiceProvider();
    }
}
