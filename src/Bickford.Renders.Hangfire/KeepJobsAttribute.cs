using Hangfire.Common;
using Hangfire.States;
using Hangfire.Storage;

namespace Bickford.Renders.Hangfire;

/// <summary>
/// How long ended jobs are kept: the render's history is on the ledger, and a render has some twenty jobs. By Hangfire's own rules succeeded ones stay a day, and
/// failed ones for ever.
/// </summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class KeepJobsAttribute : JobFilterAttribute, IApplyStateFilter
{
    private static readonly TimeSpan s_ended = TimeSpan.FromHours(1);

    public void OnStateApplied(ApplyStateContext context, IWriteOnlyTransaction transaction)
    {
        if (context.NewState.IsFinal)
            context.JobExpirationTimeout = s_ended;
    }

    public void OnStateUnapplied(ApplyStateContext context, IWriteOnlyTransaction transaction)
    {
    }
}
