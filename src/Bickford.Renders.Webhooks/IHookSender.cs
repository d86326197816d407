namespace Bickford.Renders.Webhooks;

/// <summary>Sends one message, once.</summary>
public interface IHookSender
{
    /// <summary>Sends it. Whatever goes wrong on the way is in the answer.</summary>
    /// <param name="hook">Where to, and how.</param>
    /// <param name="message">What.</param>
    /// <param name="cancellationToken">Gives up; nobody knows then whether it arrived.</param>
    Task<HookAnswer> SendAsync(Hook hook, HookMessage message, CancellationToken cancellationToken);
}
