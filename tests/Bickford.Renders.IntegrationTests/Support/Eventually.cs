namespace Bickford.Renders.IntegrationTests.Support;

/// <summary>Waiting for a condition, with a deadline.</summary>
public static class Eventually
{
    /// <summary>A deadline ends a test that hangs, and says nothing of how long something may take: machines are slow at times, and several tests run at once.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    /// <param name="what">What is waited for, for the message.</param>
    /// <param name="condition">Whether it is there.</param>
    /// <param name="deadline">Where <see cref="Patience"/> is too short.</param>
    public static async Task HoldsAsync(string what, Func<Task<bool>> condition, TimeSpan? deadline = null)
    {
        using var timeout = new CancellationTokenSource(deadline ?? Patience, TimeProvider.System);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        try
        {
            while (!await condition())
                await timer.WaitForNextTickAsync(timeout.Token);
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"did not come true in time: {what}");
        }
    }
}
