using Bickford.Renders.Pacing;
using Bickford.Renders.Policies;
using Microsoft.Extensions.Logging;

namespace Bickford.Renders.Steps;

/// <summary>The edge of a step: every exception becomes an outcome with a named cause, but for those of the row store.</summary>
internal sealed class StepGuard(RenderOptions options, TimeProvider clock, ILogger<StepGuard> logger)
{
    /// <summary>Runs what a step does.</summary>
    /// <param name="row">The render as the run knows it when something is thrown.</param>
    /// <param name="isLost">Whether somebody else may be at it by then.</param>
    /// <param name="step">The step.</param>
    /// <param name="cut">Shutdown, a lost lease, or a wish to cancel.</param>
    /// <returns>The outcome; null: drop it.</returns>
    public async Task<StepOutcome?> RunAsync(Func<Render> row, Func<bool> isLost, Func<Task<StepOutcome?>> step, CancellationToken cut)
    {
        try
        {
            return await step();
        }
        catch (OperationCanceledException) when (cut.IsCancellationRequested)
        {
            // Shutdown, or a wish to cancel: the row is ours to give. A row whose lease was lost is not.
            return isLost() ? null : new StepOutcome.HandedBack();
        }
        catch (RequestDeferredException e) when (clock.GetUtcNow() >= FailurePolicy.LatestTurn(row(), options))
        {
            // Each time it was its turn, the answer to somebody else's request was to wait again.
            return new StepOutcome.Faulted(new StepFault(FaultKind.Throttled, RenderCause.RateLimit, "the provider asks to slow down again and again", e.After));
        }
        catch (RequestDeferredException e)
        {
            return new StepOutcome.Waiting(e.After);
        }
        catch (RowStoreException e)
        {
            // The rows themselves cannot be reached: nothing can be committed either. The lease runs out, reconcile comes back.
            throw e.InnerException ?? e;
        }
        catch (Exception e)
        {
            logger.LogDebug(e, "{Render} {Step} failed", row().ShortId, row().Step);
            return new StepOutcome.Faulted(StepFault.From(e, row().Step));
        }
    }
}

/// <summary>The row store failed inside a step.</summary>
internal sealed class RowStoreException(Exception inner) : Exception(inner.Message, inner);
