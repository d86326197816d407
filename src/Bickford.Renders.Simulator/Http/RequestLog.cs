namespace Bickford.Renders.Simulator;

/// <summary>One request a simulated server received. Values of authorization headers are not kept.</summary>
/// <param name="At">When it arrived.</param>
/// <param name="Method">HTTP method.</param>
/// <param name="Path">Path without query.</param>
/// <param name="Query">Query with its question mark, or empty.</param>
/// <param name="CarriedToken">Whether it carried an authorization header.</param>
/// <param name="Status">Status of the answer; null while it is being answered, 0 where the connection ended without a whole answer.</param>
public sealed record LoggedRequest(DateTimeOffset At, string Method, string Path, string Query, bool CarriedToken, int? Status);

/// <summary>The last requests a simulated server received. Safe for use by many threads.</summary>
public sealed class RequestLog
{
    /// <summary>How many requests are kept; older ones are forgotten.</summary>
    public const int Capacity = 10_000;

    private readonly Lock gate = new();
    private readonly LoggedRequest[] ring = new LoggedRequest[Capacity];
    private long total;
    private int refusedTokens;

    internal RequestLog()
    {
    }

    /// <summary>Raised when a request has been answered.</summary>
    internal Action<LoggedRequest>? Answered { get; set; }

    /// <summary>Requests received since the start, admin requests not counted.</summary>
    public long Total
    {
        get
        {
            lock (gate)
                return total;
        }
    }

    /// <summary>Requests to a signed URL that were refused because they carried a token.</summary>
    public int RefusedTokens
    {
        get
        {
            lock (gate)
                return refusedTokens;
        }
    }

    /// <summary>The requests kept, oldest first.</summary>
    public IReadOnlyList<LoggedRequest> Entries
    {
        get
        {
            lock (gate)
                return [.. Enumerable.Range(0, (int)Math.Min(total, Capacity)).Select(i => ring[(total - Math.Min(total, Capacity) + i) % Capacity])];
        }
    }

    internal long Begin(LoggedRequest request)
    {
        lock (gate)
        {
            ring[total % Capacity] = request;
            return total++;
        }
    }

    internal void End(long number, LoggedRequest request)
    {
        lock (gate)
        {
            if (total - number <= Capacity)
                ring[number % Capacity] = request;
        }

        Answered?.Invoke(request);
    }

    internal void CountRefusedToken()
    {
        lock (gate)
            refusedTokens++;
    }
}
