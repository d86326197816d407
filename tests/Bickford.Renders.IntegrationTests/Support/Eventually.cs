namespace Bickford.Renders.IntegrationTests.Support;

/// <summary>Waiting for a condition, with a deadline.</summary>
public static class Eventually
{
    public static async Task HoldsAsync(string what, Func<Task<bool>> condition, TimeSpan? deadline = null)
    {
        using var timeout = new CancellationTokenSource(deadline ?? TimeSpan.FromSeconds(60), TimeProvider.System);
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
