using Bickford.Renders.Ledger;
using Bickford.Renders.Ports;
using Microsoft.Extensions.Logging;

namespace Bickford.Renders.Webhooks;

/// <summary>
/// Delivers the events of one hook in the order of the ledger, one at a time: the next goes out when the one before has arrived or was given up on. The position is
/// committed after the receiver has answered, so that whatever dies on the way is sent again, with the same id.
/// </summary>
/// <param name="hook">The hook.</param>
/// <param name="ledger">The events.</param>
/// <param name="store">Where the hook stands.</param>
/// <param name="sender">Sends.</param>
/// <param name="clock">The clock.</param>
/// <param name="jitter">Randomness of waits.</param>
/// <param name="logger">Told of what fails.</param>
internal sealed class HookDelivery(Hook hook, ILedger ledger, IHookStore store, IHookSender sender, TimeProvider clock, Jitter jitter, ILogger logger)
{
    // So many events that the hook does not take are passed over before its position is written down.
    private const int MostPassed = 1_000;

    public Hook Hook => hook;

    /// <summary>Delivers what there is, up to the first event that has to wait.</summary>
    /// <param name="mayGoOn">Asked before each request: false, and another process delivers now.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>When the next try is due; null: nothing is left.</returns>
    public async Task<DateTimeOffset?> RunAsync(Func<Task<bool>> mayGoOn, CancellationToken cancellationToken)
    {
        var state = await store.BeginAsync(hook.Name, cancellationToken);
        var (seen, passed) = (state.Position, 0);
        await foreach (var one in ledger.ReadAsync(state.Position, null, cancellationToken))
        {
            if (!hook.Takes(one.Type))
            {
                seen = one.Seq;
                if (++passed % MostPassed == 0 && state.Attempt == 0)
                {
                    if (!await store.AdvanceAsync(hook.Name, state.Position, seen, cancellationToken: cancellationToken))
                        return clock.GetUtcNow();
                    state = state with { Position = seen };
                }

                continue;
            }

            if (state.DueAt > clock.GetUtcNow())
                return state.DueAt;
            if (!await mayGoOn())
                return clock.GetUtcNow();
            var answer = await sender.SendAsync(hook, HookMessage.Of(one), cancellationToken);
            // A stop must not undo what the receiver has.
            if (await SettleAsync(state, one, answer, CancellationToken.None) is not { } next)
                return clock.GetUtcNow();
            if (next.DueAt is not null)
                return next.DueAt;
            (state, seen) = (next, one.Seq);
        }

        if (seen > state.Position)
            await store.AdvanceAsync(hook.Name, state.Position, seen, cancellationToken: cancellationToken);
        return null;
    }

    /// <summary>Writes down what came of a try; null if the hook stands elsewhere by now.</summary>
    private async Task<HookState?> SettleAsync(HookState state, LedgerEvent one, HookAnswer answer, CancellationToken cancellationToken)
    {
        var (attempts, now) = (state.Attempt + 1, clock.GetUtcNowMs());
        switch (HookPolicy.After(answer, attempts, hook, jitter.Next()))
        {
            case HookVerdict.Again again:
                logger.LogWarning("Hook {Hook}: {Type} {EventId} did not arrive, try {Attempt} of {Most}: {Problem}", hook.Name, one.Type, one.EventId, attempts, hook.MaxAttempts, answer.Text);
                var due = LedgerChain.WholeMilliseconds(now + again.In);
                return await store.PostponeAsync(hook.Name, state.Position, attempts, due, answer.Text, cancellationToken) ? state with { Attempt = attempts, DueAt = due } : null;
            case HookVerdict.Dead:
                logger.LogError("Hook {Hook}: {Type} {EventId} is a dead letter after {Attempt} tries: {Problem}", hook.Name, one.Type, one.EventId, attempts, answer.Text);
                var letter = new DeadLetter(hook.Name, one.EventId, one.Seq, one.Type, attempts, answer.Text, now, now);
                return await store.AdvanceAsync(hook.Name, state.Position, one.Seq, letter, cancellationToken) ? Behind(one) : null;
            default:
                return await store.AdvanceAsync(hook.Name, state.Position, one.Seq, cancellationToken: cancellationToken) ? Behind(one) : null;
        }

        HookState Behind(LedgerEvent done) => state with { Position = done.Seq, Attempt = 0, DueAt = null, Problem = null };
    }
}
