using System.Globalization;
using Bickford.Renders.Policies;

namespace Bickford.Renders.Webhooks;

/// <summary>What came of one request.</summary>
/// <param name="Status">The status; null if there was no answer.</param>
/// <param name="Problem">Why there was none.</param>
/// <param name="RetryAfter">When the receiver wants to be asked again.</param>
public sealed record HookAnswer(int? Status, string? Problem = null, TimeSpan? RetryAfter = null)
{
    /// <summary>It has the event.</summary>
    public bool Arrived => Status is >= 200 and < 300;

    /// <summary>In words; nothing that the receiver said goes in here, for it may be anything.</summary>
    public string Text => Status switch
    {
        null => Problem ?? "no answer",
        >= 300 and < 400 => string.Create(CultureInfo.InvariantCulture, $"answered {Status}; redirects are not followed"),
        _ => string.Create(CultureInfo.InvariantCulture, $"answered {Status}"),
    };
}

/// <summary>What to do with an event after a try. Pure.</summary>
public abstract record HookVerdict
{
    /// <summary>The receiver has it.</summary>
    public sealed record Delivered : HookVerdict;

    /// <summary>Try again.</summary>
    /// <param name="In">After this time.</param>
    public sealed record Again(TimeSpan In) : HookVerdict;

    /// <summary>Give up on it.</summary>
    public sealed record Dead : HookVerdict;
}

/// <summary>Decides what comes after a try.</summary>
public static class HookPolicy
{
    /// <summary>Tries of an event that the receiver itself refuses: it holds up those behind it, and would be refused again.</summary>
    public const int RefusedAttempts = 3;

    /// <summary>What to do.</summary>
    /// <param name="answer">What came of the try.</param>
    /// <param name="attempts">Tries until now, this one included.</param>
    /// <param name="hook">The hook.</param>
    /// <param name="random">0 to 1.</param>
    public static HookVerdict After(HookAnswer answer, int attempts, Hook hook, double random)
    {
        if (answer.Arrived)
            return new HookVerdict.Delivered();
        if (attempts >= hook.MaxAttempts || answer.Status == 410 || (IsRefusal(answer.Status) && attempts >= RefusedAttempts))
            return new HookVerdict.Dead();
        // What a receiver wishes is heard up to the hook's own longest wait.
        var wish = answer.RetryAfter < hook.RetryMax ? answer.RetryAfter : answer.RetryAfter is null ? null : hook.RetryMax;
        return new HookVerdict.Again(Backoff.NextTry(attempts - 1, new RetryOptions { First = hook.RetryFirst, Max = hook.RetryMax }, wish, random));
    }

    // An answer about this event, and not about the receiver, its address, its key or its load.
    private static bool IsRefusal(int? status) => status is >= 400 and < 500 and not (401 or 403 or 404 or 407 or 408 or 409 or 421 or 425 or 429);
}
