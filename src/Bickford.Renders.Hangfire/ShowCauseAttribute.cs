using Hangfire.Common;
using Hangfire.States;

namespace Bickford.Renders.Hangfire;

/// <summary>Shows a stopped render's cause in the list of failed jobs itself, and leaves out the stack trace, which says nothing of it.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class ShowCauseAttribute : JobFilterAttribute, IElectStateFilter
{
    public void OnStateElection(ElectStateContext context)
    {
        if (context.CandidateState is FailedState { Exception: RenderStoppedException stopped } failed)
            (failed.Reason, failed.MaxLinesInStackTrace) = (stopped.Message, 1);
    }
}
