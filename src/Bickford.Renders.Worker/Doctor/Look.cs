namespace Bickford.Renders.Worker.Doctor;

/// <summary>Looks at one thing: whatever goes wrong is a finding, and it takes no longer than somebody waits.</summary>
/// <param name="clock">The clock.</param>
internal sealed class Look(TimeProvider clock)
{
    /// <summary>Longer than a database or an object store takes to say that it is not there.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(40);

    public async Task<Finding> AtAsync(string check, Func<CancellationToken, Task<Finding>> look, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(Patience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            // Not all that is asked obeys the token at once.
            return await look(either.Token).WaitAsync(either.Token);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            var (said, mend) = Ailment.Of(e);
            return Finding.Wrong(check, said, mend);
        }
    }
}
