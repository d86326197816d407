using Bickford.Renders.Ledger;

namespace Bickford.Renders.Worker.Demo;

/// <summary>How the demo ended.</summary>
/// <param name="Renders">The six renders.</param>
/// <param name="Adopted">The renders whose video was found at the provider after the answer to their create was lost.</param>
/// <param name="Ledger">What the verification of the ledger found.</param>
/// <param name="Creates">Creates and remixes that the simulator accepted.</param>
internal sealed record DemoResult(IReadOnlyList<Render> Renders, IReadOnlySet<Guid> Adopted, LedgerReport Ledger, long Creates)
{
    /// <summary>True if everything went as it must: each video made once, the moderated prompt refused, the lost answer healed, the ledger whole.</summary>
    public bool IsExpected =>
        Renders.Count(render => render.Status == RenderStatus.Completed) == DemoPlan.Completed
        && Renders.Where(render => render.Status != RenderStatus.Completed).All(render =>
            render is { Status: RenderStatus.Failed, Cause: RenderCause.Policy, Prompt: DemoPlan.Moderated })
        && Renders.Count == DemoPlan.Completed + 1
        && Renders.Single(render => render.Prompt == DemoPlan.AnswerLost) is var lost && Adopted.SetEquals([lost.Id])
        && Ledger.Verified
        && Creates == DemoPlan.Completed;

    /// <summary>The object that <c>--json</c> prints.</summary>
    public object ToJson() => new
    {
        Renders = Renders.Select(render => new
        {
            render.Id,
            render.Status,
            render.Cause,
            render.VideoId,
            Assets = render.Assets.Select(asset => new { asset.Kind, asset.Uri, asset.Bytes, asset.Sha256 }),
        }),
        Ledger = new { Ledger.Verified, Ledger.Events },
        Creates,
    };
}
