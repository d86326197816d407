namespace Bickford.Renders.Sora;

/// <summary>Requests that were sent to the provider.</summary>
/// <param name="Calls">Answered or not.</param>
/// <param name="Throttled">Answered with 429.</param>
/// <param name="Failed">Answered with 5xx, or not at all.</param>
public readonly record struct RequestCounts(long Calls, long Throttled, long Failed);

/// <summary>Counts what this process sends to the provider. Safe for use by many threads.</summary>
public sealed class RequestCounter
{
    private readonly Lock _lock = new();
    private RequestCounts _counts;

    /// <summary>Counts on.</summary>
    public void Add(RequestCounts counts)
    {
        lock (_lock)
            _counts = new RequestCounts(_counts.Calls + counts.Calls, _counts.Throttled + counts.Throttled, _counts.Failed + counts.Failed);
    }

    /// <summary>What was counted since it was taken last. Whoever cannot pass it on adds it again.</summary>
    public RequestCounts Take()
    {
        lock (_lock)
        {
            var counts = _counts;
            _counts = default;
            return counts;
        }
    }
}
