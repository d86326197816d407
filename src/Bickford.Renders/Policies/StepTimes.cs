using Bickford.Renders.Ports;

namespace Bickford.Renders.Policies;

/// <summary>An event of a render by which a part of its way began or ended.</summary>
/// <param name="Stream">The render's stream.</param>
/// <param name="Type">One of <see cref="StepTimes.Types"/>.</param>
/// <param name="At">When.</param>
public sealed record StepMark(string Stream, string Type, DateTimeOffset At);

/// <summary>How long the parts of the way took, by the ledger.</summary>
public static class StepTimes
{
    private static readonly (RenderStep Step, string[] Ends)[] Way =
    [
        (RenderStep.Create, [RenderEvents.Created, RenderEvents.Adopted]),
        (RenderStep.Poll, [RenderEvents.Rendered]),
        (RenderStep.Download, [RenderEvents.Downloaded]),
        (RenderStep.Upload, [RenderEvents.Stored]),
        (RenderStep.Record, [RenderEvents.Completed]),
    ];

    // What a person let wait says nothing about the step.
    private static readonly string[] Interruptions = [RenderEvents.Failed, RenderEvents.Parked, RenderEvents.Resumed, RenderEvents.StagingLost];

    /// <summary>The events that times are taken from.</summary>
    public static string[] Types { get; } = [RenderEvents.Enqueued, .. Way.SelectMany(part => part.Ends), .. Interruptions];

    /// <summary>Times by step, in the order of the way; steps that nothing is known of are left out.</summary>
    /// <param name="marks">Each stream's together and in order.</param>
    public static IReadOnlyList<StepTime> Of(IEnumerable<StepMark> marks)
    {
        var times = Way.ToDictionary(part => part.Step, _ => new List<TimeSpan>());
        StepMark? before = null;
        foreach (var mark in marks)
        {
            if (before?.Stream == mark.Stream && !Interruptions.Contains(before.Type) && StepEndedBy(mark) is { } step && StepEndedBy(before) == Before(step) && mark.At >= before.At)
                times[step].Add(mark.At - before.At);
            before = mark;
        }

        return
        [
            .. times.Where(pair => pair.Value.Count > 0)
                .OrderBy(pair => pair.Key)
                .Select(pair => new StepTime(pair.Key, pair.Value.Count, Percentiles.Of(pair.Value, 50), Percentiles.Of(pair.Value, 95))),
        ];
    }

    private static RenderStep? StepEndedBy(StepMark mark)
    {
        foreach (var (step, ends) in Way)
        {
            if (ends.Contains(mark.Type))
                return step;
        }

        return null;
    }

    private static RenderStep? Before(RenderStep step) => step == RenderStep.Create ? null : step - 1;
}
