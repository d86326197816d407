using Bickford.Renders.Data;
using Bickford.Renders.Ports;
using Bickford.Renders.Simulation.Checks;
using Bickford.Renders.Simulation.Faults;
using Bickford.Renders.Simulation.Providers;
using Bickford.Renders.Simulation.Time;
using Bickford.Renders.Simulation.Workers;
using Bickford.Renders.Simulation.Worlds;
using Bickford.Renders.Videos;

namespace Bickford.Renders.Simulation.People;

/// <summary>People who look at what stopped, and change their minds.</summary>
internal sealed class Operator(World world, Dice dice)
{
    private int _more = world.Plan.HasBusyPeople ? 6 : 2;
    private readonly bool _busy = world.Plan.HasBusyPeople;
    private readonly List<Life> _acting = [];

    /// <summary>No act is under way in a process that lives.</summary>
    public bool IsIdle => _acting.TrueForAll(life => life.IsDead);

    public void Begin() => world.Clock.In(dice.Seconds(20, 60), null, LookAround);

    /// <summary>Cancels a render through some process, in a moment.</summary>
    public void CancelSoon(Guid id) => world.Clock.In(dice.Milliseconds(0, 20), null, () => Act(id, renders => renders.CancelAsync(id, "operator")));

    /// <summary>Does for every render that stopped what a person can: names the video that is its own, or resumes it.</summary>
    public void Heal()
    {
        foreach (var row in Promises.Rows(world).Where(row => row.Status is "Failed" or "Parked"))
            Heal(row);
    }

    private void LookAround()
    {
        if (world.IsCalm)
            return;
        foreach (var row in Promises.Rows(world))
        {
            var id = Guid.Parse(row.Id);
            if (row.Status is "Failed" or "Parked" && dice.Chance(_busy ? 0.8 : 0.3))
                Heal(row);
            else if (!row.IsOver && dice.Chance(_busy ? 0.2 : 0.03))
                CancelSoon(id);
            else if (row.IsOver && _more > 0 && dice.Chance(_busy ? 0.5 : 0.15))
                Order(row, id);
            if (world.Plan.KeepsSome && dice.Chance(0.2))
                Keep(id, dice.Chance(0.7));
        }

        world.Clock.In(_busy ? dice.Seconds(3, 15) : dice.Seconds(15, 45), null, LookAround);
    }

    private void Heal(Promises.Row row)
    {
        var id = Guid.Parse(row.Id);
        if (row.VideoId is not null)
            Act(id, renders => renders.ResumeAsync(id, "operator"));
        else if (LostVideoOf(row) is { } video)
            Act(id, renders => renders.AdoptAsync(id, video.Id, "operator"));
        else if (!world.IsCalm && dice.Chance(0.5))
            Act(id, renders => renders.ResumeAsync(id, "operator"));
    }

    // What a person finds on the provider's own pages.
    private ProviderVideo? LostVideoOf(Promises.Row row)
    {
        var owned = Promises.Rows(world).Select(other => other.VideoId).ToHashSet();
        return world.Provider.Accepted.FirstOrDefault(video =>
            video.Prompt == row.Prompt && video.RemixedFrom == row.RemixVideoId && video.IsKnown(world.Clock.Now) && !owned.Contains(video.Id));
    }

    private void Order(Promises.Row row, Guid id)
    {
        var key = $"more-{_more--}";
        var isRemix = row.Status == "Completed" && world.Provider.Habits.Remixes && dice.Chance(0.5);
        var order = new Order(isRemix ? $"{row.Prompt}, at night {key}" : row.Prompt, key, null) { MayBeRefused = true };
        world.Callers.Add(order);
        world.Callers.Try(order, async (_, life) =>
        {
            new Doing(Step.Person).Begin();
            var renders = life.Worker.Parts.Renders;
            world.Callers.Answer(order, isRemix
                ? await renders.RemixAsync(id, order.Prompt, key)
                : await renders.RenderAgainAsync(id, null, key, "operator"));
        });
    }

    private void Keep(Guid id, bool keep) => Act(id, renders => renders.KeepAsync(id, keep, "operator"));

    private void Act(Guid id, Func<IRenders, Task> act)
    {
        if (world.Callers.AnyLife() is { } life)
            _ = ActAsync(id, act, life);
        else if (world.IsCalm)
            world.Clock.In(TimeSpan.FromSeconds(1), null, () => Act(id, act));
    }

    private async Task ActAsync(Guid id, Func<IRenders, Task> act, Life life)
    {
        new Doing(Step.Person, id).Begin();
        _acting.Add(life);
        try
        {
            await act(life.Worker.Parts.Renders);
            world.Trace.Note(life, "a person acted on", id);
        }
        catch (Exception e) when (!life.IsDead && e is RenderConflictException or RenderRequestException or DatabaseException or VideosApiException or VideoStoreException)
        {
            // The person reads it, and may come back.
            world.Trace.Note(life, "a person is told no about", id, world.Trace.IsVerbose ? e.Message : null);
        }
        catch (Exception e) when (!life.IsDead)
        {
            world.Break($"a person was answered with {e}");
        }

        _acting.Remove(life);
    }
}
