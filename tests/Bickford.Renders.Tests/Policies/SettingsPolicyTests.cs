using Bickford.Renders.Policies;
using Bickford.Renders.Ports;
using Bickford.Renders.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Bickford.Renders.Tests.Policies;

/// <summary>What a request with an intent becomes.</summary>
public sealed class SettingsPolicyTests
{
    private static readonly RenderRequest Draft = new("A lighthouse in fog") { Intent = RenderIntent.Draft };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(RenderIntent.Draft, "sora-2", "sora-2 is for rapid drafts (Intents:Draft:Model is not set)")]
    [InlineData(RenderIntent.Final, "sora-2-pro", "sora-2-pro is for polished assets (Intents:Final:Model is not set)")]
    public void Drafts_are_rapid_and_finals_polished_where_nothing_is_set(RenderIntent intent, string model, string why) =>
        new SettingsPolicy(Rows.Options(Catalogue)).Choose(Draft with { Intent = intent }).ShouldBe(new RenderChoice(model, why));

    [Fact]
    public void The_settings_choose_and_what_the_request_states_goes_before_them()
    {
        var policy = new SettingsPolicy(Rows.Options(o =>
        {
            Catalogue(o);
            o.Intents[RenderIntent.Draft] = new IntentOptions { Model = "wan", Size = "832x480", Seconds = 5, Priority = -10 };
        }));

        var (made, decision) = RenderDecision.For(Draft, policy);
        (made.Model, made.Size, made.Seconds, made.Priority).ShouldBe(("wan", "832x480", 5, -10));
        decision.ShouldBe(new RenderDecision(RenderIntent.Draft, "Intents:Draft:Model is wan"));
        var (own, _) = RenderDecision.For(Draft with { Size = "1280x720", Seconds = 8, Priority = 3 }, policy);
        (own.Model, own.Size, own.Seconds, own.Priority).ShouldBe(("wan", "1280x720", 8, 3));
        RenderDecision.For(Draft with { Intent = null, Model = "sora-2" }, policy).ShouldBe((Draft with { Intent = null, Model = "sora-2" }, null));
    }

    [Fact]
    public void An_intent_whose_model_the_catalogue_does_not_have_is_refused_and_says_where_to_set_it()
    {
        var policy = new SettingsPolicy(Rows.Options(o => o.Models["wan"] = new ModelOptions()));

        Should.Throw<RenderRequestException>(() => policy.Choose(Draft with { Intent = RenderIntent.Final })).Message
            .ShouldBe("intent: 'Final' is not allowed; allowed: an intent whose model is in the catalogue: set 'Intents:Final:Model' to one of wan ('sora-2-pro' is not)");
    }

    [Fact]
    public void An_intent_and_a_model_are_one_too_many() =>
        Should.Throw<RenderRequestException>(() => RenderDecision.For(Draft with { Model = "sora-2" }, new SettingsPolicy(Rows.Options()))).Field.ShouldBe("intent");

    [Theory]
    [InlineData("Intents:Draft:Model", "none", null, null, null)]
    [InlineData("Intents:Draft:Size", "wan", "1x1", null, null)]
    [InlineData("Intents:Draft:Seconds", "wan", null, 77, null)]
    [InlineData("Intents:Draft:Priority", "wan", null, null, 101)]
    public void What_does_not_fit_the_catalogue_stops_the_start(string field, string model, string? size, int? seconds, int? priority)
    {
        var services = new ServiceCollection();

        Should.Throw<RenderRequestException>(() => services.AddRenders(o =>
        {
            Catalogue(o);
            o.Intents[RenderIntent.Draft] = new IntentOptions { Model = model, Size = size, Seconds = seconds, Priority = priority };
        })).Field.ShouldBe(field);
    }

    [Fact]
    public async Task What_was_decided_and_why_stands_on_the_ledger_with_the_enqueue()
    {
        using var world = new World(Catalogue);

        var render = await world.Renders.EnqueueAsync(Draft with { Seconds = 8 }, "k", Token);

        (render.Model, render.Seconds, render.Cost).ShouldBe(("sora-2", 8, 0.8m));
        var events = await world.Store.Ledger.ReadAsync(0, $"renders/{render.Id:D}", Token).ToListAsync(Token);
        events.Select(one => one.Type).ShouldBe(["render.enqueued", "render.decided"]);
        events[1].Payload.ShouldContain("\"intent\":\"Draft\"");
        events[1].Payload.ShouldContain("\"why\":\"sora-2 is for rapid drafts (Intents:Draft:Model is not set)\"");
        (await world.Store.Ledger.VerifyAsync(Token)).Verified.ShouldBeTrue();
        (await world.Renders.EnqueueAsync(Draft with { Seconds = 8 }, "k", Token)).Id.ShouldBe(render.Id, "the same request, whatever would be chosen today");
        await Should.ThrowAsync<RenderConflictException>(world.Renders.EnqueueAsync(Draft with { Intent = RenderIntent.Final, Seconds = 8 }, "k", Token));
    }

    [Fact]
    public async Task Each_of_a_batch_is_decided_for_itself()
    {
        using var world = new World(Catalogue);

        var accepted = await world.Intake.EnqueueAllAsync([new(Draft), new(Draft with { Intent = RenderIntent.Final }), new(Draft with { Intent = null, Model = "wan" })], "ann", Token);

        accepted.Select(one => one.Render.Model).ShouldBe(["sora-2", "sora-2-pro", "wan"]);
        (await world.EventsAsync(accepted[1].Render.Id)).ShouldBe(["render.enqueued", "render.decided"]);
        (await world.EventsAsync(accepted[2].Render.Id)).ShouldBe(["render.enqueued"]);
        (await Should.ThrowAsync<RenderBatchException>(world.Intake.EnqueueAllAsync([new(Draft), new(Draft with { Model = "wan" })], "ann", Token))).Index.ShouldBe(1);
    }

    [Fact]
    public void A_caller_brings_a_policy_of_his_own()
    {
        var services = new ServiceCollection();
        services.AddRenders(o => o.StagingRoot = Path.GetTempPath()).UsePolicy<Longest>();
        using var provider = services.BuildServiceProvider();

        provider.GetRequiredService<IRenderPolicy>().Choose(Draft).Seconds.ShouldBe(20);
    }

    private static void Catalogue(RenderOptions options)
    {
        foreach (var name in new[] { "sora-2", "sora-2-pro", "wan" })
        {
            var model = new ModelOptions { Price = 0.1m };
            model.Sizes.Add("1280x720");
            model.Sizes.Add("832x480");
            model.Seconds.Add(4);
            model.Seconds.Add(5);
            model.Seconds.Add(8);
            options.Models[name] = model;
        }
    }

    private sealed class Longest : IRenderPolicy
    {
        public RenderChoice Choose(RenderRequest request) => new("wan", "the longest there is") { Seconds = 20 };
    }
}
