namespace Bickford.Renders.Tests.Support;

/// <summary>Waits for what another thread does, in real time.</summary>
internal static class Wait
{
    /// <summary>Until it is true; fails after 20 seconds.</summary>
    public static async Task UntilAsync(Func<bool> condition)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(20), TimeProvider.System);
        while (!condition())
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, deadline.Token);
    }
}
