using Bickford.Renders.Data;
using Bickford.Renders.Ports;
using Bickford.Renders.Simulation.Faults;
using Bickford.Renders.Simulation.Worlds;

namespace Bickford.Renders.Simulation.Workers;

/// <summary>
/// The job engine: shared by all workers, where a job survives the process that asked for it, or one in the memory of each. It delivers when it
/// likes, but never before the due time.
/// </summary>
internal sealed class SimulatedEngine(World world)
{
    private readonly HashSet<(Guid, RenderStep, long)> _waiting = [];

    public void Take(Life life, StepJob job, Fault fault)
    {
        if (fault == Fault.Forgotten || !_waiting.Add(KeyOf(job)))
            return;
        var due = job.DueAt - world.Clock.Now;
        var wait = due > TimeSpan.Zero ? due : TimeSpan.Zero;
        var late = fault == Fault.Late ? world.Dice.Seconds(5, 90) : world.Dice.Milliseconds(0, 300);
        Deliver(life, job, wait + late);
        if (fault == Fault.Twice)
            Deliver(life, job, wait + late + (world.Dice.Chance(0.5) ? TimeSpan.Zero : world.Dice.Seconds(0, 20)));
    }

    private void Deliver(Life asker, StepJob job, TimeSpan after)
    {
        world.Clock.In(after, null, () =>
        {
            if (!world.Plan.SharedEngine && asker.IsDead)
            {
                _waiting.Remove(KeyOf(job));
                return;
            }

            if (Idle(asker) is { } life)
            {
                _waiting.Remove(KeyOf(job));
                _ = RunAsync(life, job);
            }
            else
            {
                Deliver(asker, job, world.Dice.Milliseconds(100, 1000));
            }
        });
    }

    private Life? Idle(Life asker)
    {
        var lives = world.Plan.SharedEngine ? world.Workers.Select(worker => worker.Life).OfType<Life>() : [asker];
        Life[] idle = [.. lives.Where(life => life is { IsDead: false } && !life.Stopping.IsCancellationRequested && life.Worker.Running < world.Plan.Threads)];
        return idle.Length == 0 ? null : idle[world.Dice.Below(idle.Length)];
    }

    private async Task RunAsync(Life life, StepJob job)
    {
        new Doing(Enum.Parse<Step>(job.Step.ToString()), job.RenderId).Begin();
        life.Worker.Running++;
        try
        {
            await life.Worker.Parts.Runner.RunAsync(job, life.Stopping);
        }
        catch (DatabaseException) when (!life.IsDead)
        {
            // What the runner may throw. An engine tries again, or does not.
            if (world.Dice.Chance(0.5))
                Take(life, job with { DueAt = world.Clock.Now + world.Dice.Seconds(1, 10) }, Fault.None);
        }
        catch (Exception e) when (!life.IsDead)
        {
            world.Break($"the runner threw {e.GetType().Name}, which is no fault of the row store: {e}");
        }

        if (!life.IsDead)
            life.Worker.Running--;
    }

    private static (Guid, RenderStep, long) KeyOf(StepJob job) => (job.RenderId, job.Step, job.Version);
}

/// <summary>The way from one process to the engine.</summary>
internal sealed class SimulatedScheduler(Life life, SimulatedEngine engine) : IJobScheduler
{
    public async Task ScheduleAsync(IReadOnlyCollection<StepJob> jobs, CancellationToken cancellationToken = default)
    {
        await life.AliveAsync();
        if (jobs.Count == 0)
            return;
        var fault = life.World.Dealer.Draw(life, Boundary.Engine);
        await life.BeforeAsync(fault, Failed, cancellationToken);
        foreach (var job in jobs)
            engine.Take(life, job, fault);
        await life.AfterAsync(fault, Failed);
    }

    private static InvalidOperationException Failed(string what) => new(what);
}
