using Bickford.Renders.Policies;
using Bickford.Renders.Tests.Support;

namespace Bickford.Renders.Tests.Policies;

/// <summary>What holds after every change, on random walks through everything that can happen.</summary>
public sealed class RenderMachineWalkTests
{
    private const int Walks = 2_000;
    private const int Length = 60;

    [Fact]
    public void On_every_walk_every_change_keeps_what_always_holds()
    {
        var reached = new HashSet<(RenderStatus, RenderStep)>();
        for (var seed = 0; seed < Walks; seed++)
        {
            var random = new Random(seed);
            var machine = Rows.Machine(o => o.Retry.MaxAttempts = random.Next(1, 6));
            var (row, now, ids) = (Rows.Queued(), Rows.Now, new HashSet<Guid>());
            var opening = RenderMachine.Enqueued(row, "ann");
            ids.Add(opening.Entries.Single().EventId);
            for (var i = 0; i < Length; i++)
            {
                now += TimeSpan.FromMilliseconds(random.Next(0, 1 << random.Next(24)));
                if (row.Status.IsOpen() && row.LeaseOwner is null && random.Next(2) == 0)
                    row = row.Leased($"node/{i}");
                var moves = MachineWalk.MovesOf(row, machine, now, random.NextDouble()).ToList();
                var move = moves[random.Next(moves.Count)];
                Transition? transition;
                try
                {
                    transition = move.Apply();
                }
                catch (RenderConflictException)
                {
                    continue;
                }

                if (transition is null)
                    continue;
                Check(row, transition, move.On, now, ids, $"walk {seed}, change {i}: {row.Status}/{row.Step}, {move.On}");
                row = transition.Next;
                reached.Add((row.Status, row.Step));
            }
        }

        // Parked at Record, say, is reachable too: the walks are long enough to see all of it.
        reached.Count(r => r.Item1.IsOpen()).ShouldBe(5);
        reached.Select(r => r.Item1).Distinct().Count().ShouldBe(Enum.GetValues<RenderStatus>().Length);
    }

    private static void Check(Render row, Transition transition, string on, DateTimeOffset now, HashSet<Guid> ids, string where)
    {
        var next = transition.Next;
        next.Version.ShouldBe(row.Version + 1, where);
        next.UpdatedAt.ShouldBe(now, where);
        foreach (var entry in transition.Entries)
        {
            ids.Add(entry.EventId).ShouldBeTrue($"{where}: event id of {entry.Type} twice");
            entry.OccurredAt.ShouldBe(now, where);
            entry.Payload["version"]!.GetValue<long>().ShouldBe(next.Version, where);
        }

        if (next.Status.IsOpen())
        {
            next.DueAt.ShouldNotBeNull(where);
            next.FinishedAt.ShouldBeNull(where);
            next.Status.ShouldBe(next.Step switch { RenderStep.Create => RenderStatus.Queued, RenderStep.Poll => RenderStatus.Rendering, _ => RenderStatus.Storing }, where);
            (next.VideoId is null).ShouldBe(next.Step == RenderStep.Create, where);
        }
        else
        {
            next.DueAt.ShouldBeNull(where);
            next.FinishedAt.ShouldNotBeNull(where);
            (next.LeaseOwner, next.LeaseUntil, next.CancelRequested).ShouldBe((null, null, false), where);
        }

        if (next.Status is RenderStatus.Failed or RenderStatus.Parked)
        {
            next.Cause.ShouldNotBeNull(where);
            next.Message.ShouldNotBeNullOrWhiteSpace(where);
        }

        if (row.VideoId is not null)
            next.VideoId.ShouldBe(row.VideoId, where);
        if (next.CreateStartedAt is null)
            next.CreateSince.ShouldBeNull(where);
        else
            next.CreateSince!.Value.ShouldBeLessThanOrEqualTo(next.CreateStartedAt.Value, where);
        next.CreatesSent.ShouldBeInRange(0, row.CreatesSent + 1, where);
        // The lease is given back unless the POST is next, or the running step still has it.
        if (next.LeaseOwner is not null)
            (on is "intent" or "cancel while a step runs" || on.StartsWith("late", StringComparison.Ordinal)).ShouldBeTrue(where);
        if (row.Status == RenderStatus.Completed)
            next.Status.ShouldBe(RenderStatus.Completed, where);
        if (next.Status == RenderStatus.Completed && row.Status != RenderStatus.Completed)
            (row.Step, on).ShouldBe((RenderStep.Record, "recorded"), where);
        next.Progress.ShouldBeInRange(0, 100, where);
    }
}
