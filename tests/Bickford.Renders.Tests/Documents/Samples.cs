using Bickford.Renders.Ledger;
using Bickford.Renders.Ports;
using Bickford.Renders.Testing;
using Bickford.Renders.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Bickford.Renders.Tests.Documents;

/// <summary>The pages' C#, word for word (<see cref="CSharpSnippetTests"/>), and that it does what they say.</summary>
public sealed class Samples
{
    [Fact]
    public async Task An_intent_stands_in_the_place_of_a_model()
    {
        using var world = new World(options => options.Models["sora-2"] = new ModelOptions());
        var renders = world.Renders;

#pragma warning disable xUnit1051 // A reader of the sample has no test's token.
        // docs/decisions.md
        await renders.EnqueueAsync(new RenderRequest("A red kite over the dunes") { Intent = RenderIntent.Draft });
#pragma warning restore xUnit1051

        (await renders.ListAsync(cancellationToken: TestContext.Current.CancellationToken)).Items.ShouldHaveSingleItem().Model.ShouldBe("sora-2");
    }

    [Fact]
    public void A_policy_of_ones_own_is_asked()
    {
        var builder = Host.CreateApplicationBuilder();
        builder.Services.AddSingleton<TimeProvider>(new ManualTime(new DateTimeOffset(2026, 1, 2, 5, 59, 0, TimeSpan.Zero)));

        // docs/decisions.md
        builder.Services.AddRenders(options => options.StagingRoot = "data/staging").UsePolicy<CheapAtNight>();

        using var services = builder.Services.BuildServiceProvider();
        services.GetRequiredService<IRenderPolicy>().Choose(new RenderRequest("A red kite") { Intent = RenderIntent.Final }).Model.ShouldBe("sora-2");
    }

    [Fact]
    public async Task A_reader_by_a_cursor_gets_again_what_it_did_not_acknowledge()
    {
        using var world = new World(options => options.Models["sora-2"] = new ModelOptions());
        await world.Renders.EnqueueAsync(new RenderRequest("A lighthouse in fog"), "order-17", TestContext.Current.CancellationToken);
        var (ledger, booked, fails) = (world.Store.Ledger, new List<Guid>(), true);

        await Should.ThrowAsync<IOException>(ReadAsync);
        fails = false;
        await ReadAsync();
        await ReadAsync();

        booked.ShouldHaveSingleItem();

        async Task ReadAsync()
        {
#pragma warning disable xUnit1051
            // docs/feed.md
            await foreach (var one in ledger.ReadAsync("warehouse"))
            {
                await BookAsync(one);                                  // what throws here comes again
                await ledger.AcknowledgeAsync("warehouse", one.Seq);   // done with this one and all before it
            }
#pragma warning restore xUnit1051
        }

        Task BookAsync(LedgerEvent one)
        {
            if (fails)
                throw new IOException("the warehouse is shut");
            booked.Add(one.EventId);
            return Task.CompletedTask;
        }
    }
}

// docs/decisions.md
internal sealed class CheapAtNight(TimeProvider clock) : IRenderPolicy
{
    public RenderChoice Choose(RenderRequest request) => clock.GetUtcNow().Hour < 6
        ? new RenderChoice("sora-2", "at night everything is a draft")
        : new RenderChoice("sora-2-pro", "by day it is for show") { Seconds = 8 };
}
