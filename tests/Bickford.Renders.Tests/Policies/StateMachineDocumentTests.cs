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

    [Fact]
    public void The_drawing_has_the_arrows_of_the_table_and_no_other()
    {
        var table = Documented().Where(step => step.To != "same").Select(step => (step.From, step.To)).ToHashSet();

        Drawn("docs/state-machine.md").ShouldBe(table, ignoreOrder: true);
    }

    [Fact]
    public void The_drawing_of_the_architecture_is_the_way_of_a_render_that_meets_no_fault()
    {
        string[] stops = ["Failed", "Parked", "Cancelled"];
        var way = Documented().Where(step => step.To != "same" && !step.On.Contains("restore", StringComparison.Ordinal) && !stops.Contains(step.From) && !stops.Contains(step.To)).Select(step => (step.From, step.To)).ToHashSet();

        Drawn("src/README.md").ShouldBe(way, ignoreOrder: true);
    }

    // An arrow to itself is a transition that the table calls the same; one of any step is five.
    private static HashSet<(string From, string To)> Drawn(string page)
    {
        string[] steps = Enum.GetNames<RenderStep>();
        var drawing = Repository.Page(page).Snippets.Single(snippet => snippet.Language == "mermaid" && snippet.Lines[0] == "stateDiagram-v2");
        return [.. drawing.Lines.Select(line => line.Split(':')[0].Split("-->", StringSplitOptions.TrimEntries)).Where(arrow => arrow is [var from, var to] && from != "[*]" && to != "[*]" && from != to)
            .SelectMany(arrow => from f in arrow[0] == "Step" ? steps : [arrow[0]] from t in arrow[1] == "Step" ? steps : [arrow[1]] where f != t select (f, t))];
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
