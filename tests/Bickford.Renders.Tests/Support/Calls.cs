namespace Bickford.Renders.Tests.Support;

/// <summary>The process died.</summary>
internal sealed class ProcessDiedException() : Exception("the process died");

/// <summary>
/// Every call of every port passes here, so that a test can let the process die at the nth call, before or after its
/// effect, or do something in the middle of one.
/// </summary>
internal sealed class Calls
{
    private int _count;
    private volatile bool _dead;

    /// <summary>Calls so far.</summary>
    public int Count => _count;

    /// <summary>Index of the call at which the process dies, from 0.</summary>
    public int? DieAt { get; set; }

    /// <summary>Die after the call's effect, so that only its answer is lost.</summary>
    public bool DieAfter { get; set; }

    /// <summary>Asked before each call by name; what it throws is the call's answer.</summary>
    public Action<string>? Before { get; set; }

    /// <summary>Asked after each call's effect; what it throws is the call's answer.</summary>
    public Action<string>? After { get; set; }

    public bool Died => _dead;

    public void Restart() => (_dead, DieAt) = (false, null);

    public async Task<T> On<T>(string name, Func<Task<T>> effect)
    {
        if (_dead)
            throw new ProcessDiedException();
        var dies = Interlocked.Increment(ref _count) - 1 == DieAt;
        if (dies && !DieAfter)
            Die();
        Before?.Invoke(name);
        var result = await effect();
        if (dies || _dead)
            Die();
        After?.Invoke(name);
        return result;
    }

    private void Die()
    {
        _dead = true;
        throw new ProcessDiedException();
    }
}
