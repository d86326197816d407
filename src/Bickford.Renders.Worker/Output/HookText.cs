using System.Globalization;
using Bickford.Renders.Ports;
using Bickford.Renders.Webhooks;

namespace Bickford.Renders.Worker.Output;

/// <summary>How a hook fares.</summary>
internal enum HookHealth
{
    /// <summary>Never begun, or with something left to send.</summary>
    Waiting,

    /// <summary>Nothing is left to send.</summary>
    Good,

    /// <summary>Its receiver does not take what it is sent.</summary>
    Failing,
}

/// <summary>Hooks in words, for terminal and pages.</summary>
internal static class HookText
{
    public static string Types(Hook hook) => hook.Types.SequenceEqual(Hook.Endings) ? "how renders end" : string.Join(", ", hook.Types);

    /// <param name="hook">The hook.</param>
    /// <param name="state">Where it stands; null if it never began.</param>
    /// <param name="newest">The newest position on the ledger.</param>
    /// <param name="now">The time.</param>
    public static (HookHealth Health, string Text) State(Hook hook, HookState? state, long newest, DateTimeOffset now) => state switch
    {
        null => (HookHealth.Waiting, "begins when the worker runs"),
        { Attempt: > 0, DueAt: { } due } => (HookHealth.Failing, string.Create(
            CultureInfo.InvariantCulture, $"try {state.Attempt + 1} of {hook.MaxAttempts} {(due > now ? $"in {HumanText.Span(due - now)}" : "is due")}: {SafeText.Line(state.Problem)}")),
        { Position: var position } when position < newest => (HookHealth.Waiting, string.Create(CultureInfo.InvariantCulture, $"up to {newest - position:N0} {(newest - position == 1 ? "event" : "events")} behind")),
        _ => (HookHealth.Good, "up to date"),
    };
}
