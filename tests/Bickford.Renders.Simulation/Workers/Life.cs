using Bickford.Renders.Ports;
using Bickford.Renders.Simulation.Faults;
using Bickford.Renders.Simulation.Worlds;

namespace Bickford.Renders.Simulation.Workers;

/// <summary>
/// One life of a worker's process. When it dies, none of its timers fires and none of its calls returns any more, so no line of its code runs that
/// could touch the outside: no catch, no finally, no Dispose.
/// </summary>
#pragma warning disable CA1001 // A process that dies disposes of nothing.
internal sealed class Life(World world, Worker worker, int number)
#pragma warning restore CA1001
{
    private static readonly Task Never = new TaskCompletionSource().Task;
    private readonly CancellationTokenSource _stopping = new();

    public World World { get; } = world;

    public Worker Worker { get; } = worker;

    public int Number { get; } = number;

    public string Name => $"w{Worker.Number}.{Number}";

    public bool IsDead { get; private set; }

    /// <summary>Nothing of the process runs before.</summary>
    public DateTimeOffset FrozenUntil { get; private set; }

    /// <summary>Somebody asked the process to shut down.</summary>
    public CancellationToken Stopping => _stopping.Token;

    /// <summary>Makes a call to the outside, with whatever goes wrong at its boundary.</summary>
    /// <param name="boundary">Which.</param>
    /// <param name="act">The call itself: it is over when it returns.</param>
    /// <param name="error">How its failure looks to the caller.</param>
    /// <param name="fits">Which faults can strike this call; null for all of the boundary's.</param>
    /// <param name="token">Gives up before the call takes effect.</param>
    public async Task<T> CallAsync<T>(
        Boundary boundary, Func<Task<T>> act, Func<string, Exception> error, Func<Fault, bool>? fits = null, CancellationToken token = default)
    {
        await AliveAsync();
        var fault = World.Dealer.Draw(this, boundary, fits);
        await BeforeAsync(fault, error, token);
        var call = act();
        if (!call.IsCompleted)
            World.Break($"the call at {boundary} went on outside of the simulation");
        var result = await call;
        await AfterAsync(fault, error);
        return result;
    }

    /// <summary>Returns if the process lives, and otherwise never.</summary>
    public Task AliveAsync() => IsDead ? Never : Task.CompletedTask;

    /// <summary>What happens before a call takes effect.</summary>
    public async Task BeforeAsync(Fault fault, Func<string, Exception> error, CancellationToken token)
    {
        Happen(fault);
        if (fault == Fault.Delay)
            await PauseAsync(World.Dice.Seconds(3, 25), token);
        await PauseAsync(Latency(), token);
        if (fault is Fault.DeathBefore or Fault.PowerCut)
            await DieAsync(fault);
        if (fault == Fault.Error)
            throw error("simulated fault: it did not happen");
    }

    /// <summary>What happens between a call's effect and its return.</summary>
    public async Task AfterAsync(Fault fault, Func<string, Exception> error)
    {
        if (fault == Fault.DeathAfter)
            await DieAsync(fault);
        await PauseAsync(Latency());
        if (fault == Fault.LostAnswer)
            throw error("simulated fault: the answer was lost");
    }

    /// <summary>What happens to the process as a whole, whatever it is doing.</summary>
    public void Happen(Fault fault)
    {
        switch (fault)
        {
            case Fault.Freeze:
                FrozenUntil = World.Clock.Now + World.Dice.Seconds(1, World.Plan.LongestFreeze.TotalSeconds);
                break;
            case Fault.Stop:
                Stop();
                break;
            case Fault.ClockJump:
                Worker.JumpClock();
                break;
            case Fault.PersonCancels when Doing.Current.RenderId is { } id:
                World.Operator.CancelSoon(id);
                break;
        }
    }

    /// <summary>Lets some of the process's time pass.</summary>
    public Task PauseAsync(TimeSpan time, CancellationToken token = default)
    {
        if (IsDead)
            return Never;
        if (token.IsCancellationRequested)
            return Task.FromCanceled(token);
        var pause = new TaskCompletionSource();
        if (!token.CanBeCanceled)
        {
            World.Clock.In(time, this, pause.SetResult);
            return pause.Task;
        }

        CancellationTokenRegistration giveUp = default;
        var end = World.Clock.In(time, this, () =>
        {
            giveUp.Dispose();
            pause.SetResult();
        });
        giveUp = token.UnsafeRegister((_, cancelled) =>
        {
            end.Cancel();
            pause.TrySetCanceled(cancelled);
        }, null);
        return pause.Task;
    }

    /// <summary>The process is gone. Does not return to it.</summary>
    public Task DieAsync(Fault how)
    {
        Die(how);
        return Never;
    }

    public void Die(Fault how)
    {
        if (IsDead)
            return;
        IsDead = true;
        World.Trace.Note(this, $"dies ({how})");
        Worker.Died(how);
    }

    private void Stop()
    {
        World.Trace.Note(this, "is told to stop");
        World.Clock.In(World.Dice.Seconds(1, 6), this, () => Die(Fault.Stop));
        // The token is cancelled in a turn of its own, as a signal would.
        World.Clock.In(TimeSpan.Zero, this, _stopping.Cancel);
    }

    private TimeSpan Latency() => TimeSpan.FromMicroseconds(World.Dice.Between(200, 4000));
}

/// <summary>A synchronous call of a process that is dead: unwinds its stack, which cannot wait for ever.</summary>
internal sealed class ProcessDiedException() : IOException("this process is dead");
