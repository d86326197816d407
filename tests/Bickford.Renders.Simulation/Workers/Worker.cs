using Bickford.Renders.Simulation.Faults;
using Bickford.Renders.Simulation.Worlds;

namespace Bickford.Renders.Simulation.Workers;

/// <summary>One machine: its clock, its staging disk, and the processes that live on it one after another.</summary>
internal sealed class Worker(World world, int number)
{
    private int _lives;

    public int Number { get; } = number;

    /// <summary>How wrong its clock is.</summary>
    public TimeSpan Skew { get; private set; } = world.Plan.Skew(world.Dice);

    public DiskFiles Disk { get; } = new();

    /// <summary>The process that lives now.</summary>
    public Life? Life { get; private set; }

    /// <summary>Its parts.</summary>
    public WorkerParts Parts { get; private set; } = null!;

    /// <summary>Steps under way.</summary>
    public int Running { get; set; }

    public void Start()
    {
        var life = new Life(world, this, ++_lives);
        world.Trace.Note(life, "starts");
        Running = 0;
        Parts = new WorkerParts(life, Disk);
        Life = life;
        _ = ReconcileAsync(life, Parts);
        _ = CleanUpAsync(life, Parts);
        _ = SealAsync(life, Parts);
    }

    public void Died(Fault how)
    {
        Life = null;
        if (how == Fault.PowerCut)
        {
            Disk.CutPower(world.Dice);
            world.Trace.Note(null, $"the power of worker {Number} is cut");
        }
        else if (world.Dice.Chance(world.Plan.DiskLoss))
        {
            Disk.Wipe();
            world.Trace.Note(null, $"the staging disk of worker {Number} is lost");
        }

        world.Clock.In(world.Dice.Seconds(0.5, 45), null, StartAgain);
    }

    /// <summary>The wait for the next start is over.</summary>
    public void StartSoon() => world.Clock.In(TimeSpan.Zero, null, StartAgain);

    private void StartAgain()
    {
        if (Life is null)
            Start();
    }

    public void JumpClock()
    {
        Skew = world.Plan.Skew(world.Dice);
        world.Trace.Note(Life, "its clock jumps", null, Skew.ToString("c", System.Globalization.CultureInfo.InvariantCulture));
    }

    // What every engine runs on a schedule of its own.
    private async Task ReconcileAsync(Life life, WorkerParts parts)
    {
        new Doing(Step.Reconcile).Begin();
        var handOver = !world.Plan.SharedEngine;
        while (!life.Stopping.IsCancellationRequested)
        {
            try
            {
                if (handOver)
                    await parts.Reconciler.HandOverAllAsync(life.Stopping);
                handOver = false;
                await parts.Reconciler.ReconcileAsync(life.Stopping);
            }
            catch (Exception e) when (!life.IsDead && e is not NullReferenceException)
            {
                // An engine notes it and goes on with its schedule.
                world.Trace.Note(life, "reconcile failed");
            }

            await life.PauseAsync(world.Plan.ReconcileEvery);
        }
    }

    private async Task CleanUpAsync(Life life, WorkerParts parts)
    {
        new Doing(Step.CleanUp).Begin();
        while (!life.Stopping.IsCancellationRequested)
        {
            await life.PauseAsync(world.Plan.CleanupEvery);
            try
            {
                await parts.Cleanup.RunIfDueAsync(life.Stopping);
            }
            catch (Exception e) when (!life.IsDead && e is not NullReferenceException)
            {
                // As with reconcile.
                world.Trace.Note(life, "clean-up failed", null, world.Trace.IsVerbose ? e.Message : null);
            }
        }
    }

    private async Task SealAsync(Life life, WorkerParts parts)
    {
        new Doing(Step.Seal).Begin();
        while (!life.Stopping.IsCancellationRequested)
        {
            await life.PauseAsync(world.Plan.SealEvery);
            try
            {
                if ((await parts.Sealer.SealAsync(life.Stopping)).Fault is { } fault)
                    world.Break($"6. Every change is on the ledger once: the sealer finds that {fault.Problem}");
            }
            catch (Exception e) when (!life.IsDead && e is not NullReferenceException)
            {
                // As with reconcile.
                world.Trace.Note(life, "the sealer failed", null, world.Trace.IsVerbose ? e.Message : null);
            }
        }
    }
}
