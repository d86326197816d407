namespace Bickford.Renders.Ports;

/// <summary>What a worker process says of itself.</summary>
/// <param name="Id">Its own, new for each process.</param>
/// <param name="Host">Name of the machine.</param>
/// <param name="ProcessId">On that machine.</param>
/// <param name="Version">Of the program.</param>
/// <param name="Engine">Quartz or Hangfire.</param>
/// <param name="StartedAt">By its own clock.</param>
/// <param name="StagingBytes">What its staging folder holds.</param>
/// <param name="StagingMaxBytes">What it may hold.</param>
public sealed record WorkerStatus(
    Guid Id, string Host, int ProcessId, string Version, string Engine, DateTimeOffset StartedAt, long StagingBytes, long StagingMaxBytes)
{
    /// <summary>When it was last heard of, by the database's clock.</summary>
    public DateTimeOffset SeenAt { get; init; }
}

/// <summary>Requests to the provider in an hour, of all workers.</summary>
/// <param name="Hour">Its begin, UTC.</param>
/// <param name="Calls">Answered or not.</param>
/// <param name="Throttled">Answered with 429.</param>
/// <param name="Failed">Answered with 5xx, or not at all.</param>
public sealed record ProviderTraffic(DateTimeOffset Hour, long Calls, long Throttled, long Failed);

/// <summary>Which workers are alive, and what they sent to the provider. For people: no decision rests on it.</summary>
public interface IWorkerRegister
{
    /// <summary>How long after its last word a worker counts as gone.</summary>
    static readonly TimeSpan GoneAfter = TimeSpan.FromSeconds(45);

    /// <summary>Says that this worker is alive, and what it sent since it said so last. Forgets workers that were not heard of for a day, and traffic of more than a month ago.</summary>
    /// <param name="worker">Who.</param>
    /// <param name="calls">Requests since the last time.</param>
    /// <param name="throttled">Those answered with 429.</param>
    /// <param name="failed">Those answered with 5xx, or not at all.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task SayAsync(WorkerStatus worker, long calls, long throttled, long failed, CancellationToken cancellationToken = default);

    /// <summary>Says that this worker stops.</summary>
    Task LeaveAsync(Guid id, CancellationToken cancellationToken = default);

    /// <summary>Workers that were heard of within <see cref="GoneAfter"/>, by host and start.</summary>
    Task<IReadOnlyList<WorkerStatus>> ListAsync(CancellationToken cancellationToken = default);

    /// <summary>Traffic by hour, from the hour of then on; hours without any are left out.</summary>
    Task<IReadOnlyList<ProviderTraffic>> ListTrafficAsync(DateTimeOffset since, CancellationToken cancellationToken = default);
}
