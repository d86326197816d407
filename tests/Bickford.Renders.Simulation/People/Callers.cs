using Bickford.Renders.Simulation.Checks;
using Bickford.Renders.Simulation.Faults;
using Bickford.Renders.Simulation.Providers;
using Bickford.Renders.Simulation.Time;
using Bickford.Renders.Simulation.Workers;
using Bickford.Renders.Simulation.Worlds;

namespace Bickford.Renders.Simulation.People;

/// <summary>
/// Programs that hand in renders through the queue of some process. With an idempotency key they try again until they have an answer; without one
/// they dare only one try.
/// </summary>
internal sealed class Callers(World world, Dice dice)
{
    private readonly List<Order> _orders = [];

    public bool AreDone => _orders.TrueForAll(order => order.IsDone);

    public void Begin()
    {
        for (var number = 1; number <= world.Plan.Renders; number++)
        {
            var order = Draw(number);
            Add(order);
            var inTransaction = order is { Reference: null, Key: not null } && dice.Chance(0.15);
            var at = world.Plan.ComesTogether ? dice.Seconds(0, 6) : world.Plan.Storm * 0.6 * dice.Fraction();
            world.Clock.In(at, null, () => Try(order, inTransaction ? InTransactionAsync : EnqueueAsync));
            if (order.Key is not null && dice.Chance(world.Plan.SameCallAgain))
                world.Clock.In(at + dice.Seconds(0, 60), null, () => Try(order, EnqueueAsync));
            if (order.Key is not null && dice.Chance(0.1))
                world.Clock.In(at + dice.Seconds(30, 90), null, () => Try(order, MisuseKeyAsync));
            PlanRemix(order, at, depth: 1);
        }
    }

    // A chain of changes, each asked for when the one before hardly was.
    private void PlanRemix(Order source, TimeSpan at, int depth)
    {
        if (world.Plan.Remixes == 0 || depth > 3 || source.Key is null || !world.Provider.Habits.Remixes || !dice.Chance(world.Plan.Remixes))
            return;
        // By the same words as its source, so that only what it was made from tells the two apart.
        var remix = new Order(dice.Chance(0.4) ? source.Prompt : $"{source.Prompt}, changed", $"{source.Key}/remix", null) { MayBeRefused = true };
        Add(remix);
        var then = at + dice.Seconds(0, 40);
        world.Clock.In(then, null, () => Try(remix, (order, life) => RemixAsync(order, source, life)));
        PlanRemix(remix, then, depth + 1);
    }

    private async Task RemixAsync(Order order, Order source, Life life)
    {
        if (source.Answered is not { } id)
        {
            // Refused, or rolled back, or not there yet.
            if (source.IsDone || source.IsRolledBack)
                return;
            throw new InvalidOperationException("the source is not there yet");
        }

        new Doing(Step.Person).Begin();
        Answer(order, await life.Worker.Parts.Renders.RemixAsync(id, order.Prompt, order.Key));
    }

    /// <summary>Somebody handed in something that is to be there once, too.</summary>
    public void Add(Order order) => _orders.Add(order);

    /// <summary>Tries until there is an answer.</summary>
    public void Try(Order order, Func<Order, Life, Task> act)
    {
        if (order.IsRolledBack)
            return;
        if (AnyLife() is not { } life)
        {
            world.Clock.In(dice.Seconds(1, 3), null, () => Try(order, act));
            return;
        }

        var attempt = ++order.Attempts;
        _ = TryAsync(order, act, life);
        // A process that dies gives no answer.
        if (order.Key is not null)
            world.Clock.In(dice.Seconds(40, 60), null, () =>
            {
                if (!order.IsDone && order.Attempts == attempt)
                    Try(order, act);
            });
        else
            world.Clock.In(TimeSpan.FromSeconds(60), null, () => order.IsDone = true);
    }

    public Life? AnyLife()
    {
        Life[] lives = [.. world.Workers.Select(worker => worker.Life).OfType<Life>().Where(life => !life.Stopping.IsCancellationRequested)];
        return lives.Length == 0 ? null : lives[dice.Below(lives.Length)];
    }

    /// <summary>The seventh promise.</summary>
    public IEnumerable<string> Problems(List<Promises.Row> rows)
    {
        foreach (var order in _orders)
        {
            var own = rows.Where(row => order.Key is not null ? row.Key == order.Key : row.Id == order.Answered?.ToString("D")).ToList();
            if (own.Count > 1)
                yield return $"key {order.Key} has {own.Count} renders";
            if (order.Answered is { } id && (own.Count != 1 || own[0].Id != id.ToString("D")))
                yield return $"'{order.Prompt}' was answered with {World.Short(id)}, and there is {(own.Count == 0 ? "none" : own[0].Short)}";
            if (own.Exists(row => row.Prompt != order.Prompt))
                yield return $"key {order.Key} has another request";
            if (order.IsRolledBack && own.Count > 0)
                yield return $"key {order.Key} was rolled back, and is there";
        }

        var unasked = rows.Where(row => row.Key is null || _orders.TrueForAll(order => order.Key != row.Key))
            .Count(row => _orders.TrueForAll(order => order.Answered?.ToString("D") != row.Id));
        if (unasked > _orders.Where(order => order is { Key: null, Answered: null }).Sum(order => order.Attempts))
            yield return $"{unasked} renders were never asked for";
    }

    private async Task TryAsync(Order order, Func<Order, Life, Task> act, Life life)
    {
        new Doing(Step.Enqueue).Begin();
        try
        {
            await act(order, life);
            order.IsDone = true;
        }
        catch (Exception e) when (!life.IsDead && e is not RenderConflictException and not RenderRequestException)
        {
            world.Trace.Note(life, "the enqueue fails", null, order.Prompt);
            if (order.Key is null)
                order.IsDone = true;
            else
                world.Clock.In(dice.Seconds(0.1, 5), null, () => Try(order, act));
        }
        catch (Exception) when (!life.IsDead && order.MayBeRefused)
        {
            order.IsDone = true;
        }
        catch (Exception e) when (!life.IsDead)
        {
            world.Break($"7. A caller's enqueue is atomic and idempotent: '{order.Prompt}' was refused: {e.Message}");
        }
    }

    private async Task EnqueueAsync(Order order, Life life) =>
        Answer(order, await life.Worker.Parts.Renders.EnqueueAsync(order.Request(order.Prompt.Length % 3), order.Key));

    private async Task InTransactionAsync(Order order, Life life)
    {
        await using var connection = SimulatedDatabase.Open();
        await using var transaction = connection.BeginTransaction();
        var render = await life.Worker.Parts.Renders.EnqueueAsync(order.Request(order.Prompt.Length % 3), transaction, order.Key);
        // The same call may be on its way a second time, and is right to be there then.
        if (order is { Answered: null, Attempts: 1 } && dice.Chance(0.4))
        {
            order.IsRolledBack = true;
            return;
        }

        transaction.Commit();
        Answer(order, render);
    }

    private async Task MisuseKeyAsync(Order order, Life life)
    {
        if (order.Answered is null)
            return;
        try
        {
            await life.Worker.Parts.Renders.EnqueueAsync(new RenderRequest($"not {order.Prompt}"), order.Key);
            world.Break($"7. A caller's enqueue is atomic and idempotent: key {order.Key} was taken for another request");
        }
        catch (RenderConflictException)
        {
            // As it should be.
        }
    }

    public void Answer(Order order, Render render)
    {
        world.Trace.Note(null, $"'{order.Prompt}' is", render.Id);
        if (order.Answered is { } before && before != render.Id)
            world.Break($"7. A caller's enqueue is atomic and idempotent: key {order.Key} named {World.Short(before)}, and now {render.ShortId}");
        order.Answered = render.Id;
    }

    private Order Draw(int number)
    {
        var twin = number > 1 && dice.Chance(world.Plan.SamePrompt) ? _orders[dice.Below(_orders.Count)] : null;
        var reference = dice.Chance(world.Plan.References) ? MediaFiles.Png((byte)number) : null;
        return new Order(twin?.Prompt ?? $"picture {number}\nof the sea", dice.Chance(0.8) ? $"key-{number}" : null, twin is null || dice.Chance(0.3) ? reference : twin.Reference);
    }
}
