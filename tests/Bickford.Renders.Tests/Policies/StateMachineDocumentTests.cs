using Bickford.Renders.Policies;
using Bickford.Renders.Tests.Documents;
using Bickford.Renders.Tests.Support;

namespace Bickford.Renders.Tests.Policies;

/// <summary>The table in docs/state-machine.md is true: no more and no less.</summary>
public sealed class StateMachineDocumentTests
{
    private sealed record Step(string From, string On, string To, string Event);

    [Fact]
    public void The_table_has_every_transition_of_the_machine_and_no_other()
    {
        var documented = Documented();
        var real = Real();
        real.Except(documented).ShouldBeEmpty("transitions that the table does not have");
        documented.Except(real).ShouldBeEmpty("transitions that never happen");
    }

    private static HashSet<Step> Real()
    {
        var machine = Rows.Machine();
        var found = new HashSet<Step>();
        foreach (var row in RowsToTry())
        {
            foreach (var now in new[] { Rows.Now, row.DeadlineAt })
            {
                foreach (var move in MachineWalk.MovesOf(row, machine, now, 0.5).Where(m => !row.CancelRequested || m.On == "taken up after a wish to cancel"))
                {
                    Transition? transition;
                    try
                    {
                        transition = move.Apply();
                    }
                    catch (RenderConflictException)
                    {
                        continue;
                    }

                    if (transition is not null)
                        found.Add(StepOf(row, move.On, transition));
                }
            }
        }

        return found;
    }

    // How a wish to cancel combines with each outcome is RenderMachineTests' matter.
    private static IEnumerable<Render> RowsToTry()
    {
        foreach (var step in Enum.GetValues<RenderStep>())
        {
            foreach (var attempt in new[] { 0, 29 })
            {
                var open = Rows.At(step) with { Attempt = attempt };
                yield return open;
                yield return open.Leased();
                yield return open.Leased() with { CancelRequested = true };
                foreach (var status in new[] { RenderStatus.Failed, RenderStatus.Parked, RenderStatus.Cancelled })
                    yield return open.Stopped(status);
            }
        }

        yield return Rows.Started().Leased();
        yield return Rows.Queued().Leased() with { WaitsForSourceSince = Rows.Now };
        yield return Rows.At(RenderStep.Record).Stopped(RenderStatus.Completed) with { Cause = null, Message = null };
    }

    private static Step StepOf(Render row, string on, Transition transition)
    {
        var (from, to) = (StateOf(row), StateOf(transition.Next));
        transition.Entries.Count.ShouldBeLessThanOrEqualTo(1);
        var type = transition.Entries.Count == 0 ? "–" : transition.Entries[0].Type["render.".Length..];
        if (on == "fault")
            on = to switch { "Failed" => "fault for good, or too often", "Parked" => "fault that needs a person", _ => "fault that may heal" };
        return new Step(from, on, to == from ? "same" : to, type);
    }

    private static string StateOf(Render row) => row.Status.IsOpen() ? row.Step.ToString() : row.Status.ToString();

    private static HashSet<Step> Documented()
    {
        var lines = Repository.Read("docs/state-machine.md").Split('\n');
        var start = Array.FindIndex(lines, l => l.StartsWith("| From |", StringComparison.Ordinal));
        start.ShouldBeGreaterThan(0);
        return [.. lines.Skip(start + 2).TakeWhile(l => l.StartsWith('|')).SelectMany(l =>
        {
            var cells = l.Trim('|', ' ').Split('|', StringSplitOptions.TrimEntries);
            return from f in cells[0].Split(", ")
                   from t in cells[2].Split(", ")
                   from e in cells[3].Split(", ")
                   select new Step(f, cells[1], t, e);
        })];
    }
}
