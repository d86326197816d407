using Bickford.Renders.Pacing;
using Bickford.Renders.Videos;
using Microsoft.Extensions.Logging;
using Polly;
using Polly.CircuitBreaker;
using Polly.Retry;
using Polly.Timeout;

namespace Bickford.Renders.Sora;

/// <summary>
/// The Polly pipelines. One circuit breaker is shared by all requests to the provider; retries wrap reads only, so that no path leads from a
/// create to a second one.
/// </summary>
internal sealed class Resilience
{
    private readonly ResiliencePipeline _retry;
    private readonly ResiliencePipeline _read;
    private readonly ResiliencePipeline _create;
    private readonly ResiliencePipeline _foreign;
    private readonly VideosApiOptions _options;

    private readonly RequestPacing? _pacing;

    public Resilience(VideosApiOptions options, TimeProvider time, Func<double> jitter, ILogger logger, RequestPacing? pacing = null)
    {
        _options = options;
        _pacing = pacing;
        var breaker = Builder(time).AddCircuitBreaker(Breaker(options, logger)).Build();
        _read = Builder(time).AddPipeline(breaker).AddTimeout(Limit(options.ReadTimeout)).Build();
        _create = Builder(time).AddPipeline(breaker).AddTimeout(Limit(options.CreateTimeout)).Build();
        _foreign = Builder(time).AddTimeout(Limit(options.ReadTimeout)).Build();
        _retry = options.ReadAttempts == 1 ? ResiliencePipeline.Empty : Builder(time).AddRetry(Retry(options, jitter, logger)).Build();
    }

    /// <summary>Tries a read again while that can help. The parts of <paramref name="read"/> run under <see cref="AttemptAsync"/>.</summary>
    public async Task<T> RetryAsync<T>(Func<CancellationToken, Task<T>> read, CancellationToken cancellationToken) =>
        await _retry.ExecuteAsync(async token => await read(token), cancellationToken);

    /// <summary>One attempt of a read at the provider, when it is its turn.</summary>
    public async Task<T> AttemptAsync<T>(Func<CancellationToken, Task<T>> read, CancellationToken cancellationToken)
    {
        if (_pacing is not null)
            await _pacing.WaitAsync(cancellationToken);
        return await ThrottledAsync(() => LimitedAsync(_read, read, Transport.Server, cancellationToken));
    }

    /// <summary>One attempt of a read at another host: its health says nothing about the provider's.</summary>
    public Task<T> ForeignAttemptAsync<T>(Func<CancellationToken, Task<T>> read, string host, CancellationToken cancellationToken) =>
        LimitedAsync(_foreign, read, host, cancellationToken);

    /// <summary>
    /// The one attempt of a create, at once: the chain waits for its turn before it commits the intent. Throws <see cref="TimeoutRejectedException"/> when it takes too long.
    /// </summary>
    /// <exception cref="VideosApiException">The circuit is open: nothing was sent.</exception>
    public async Task<T> CreateAsync<T>(Func<CancellationToken, Task<T>> create, CancellationToken cancellationToken)
    {
        try
        {
            return await ThrottledAsync(async () => await _create.ExecuteAsync(async token => await create(token), cancellationToken));
        }
        catch (BrokenCircuitException e)
        {
            throw Open(e);
        }
    }

    // Whatever was asked: the provider wants less of everything, from everybody.
    private async Task<T> ThrottledAsync<T>(Func<Task<T>> attempt)
    {
        try
        {
            return await attempt();
        }
        catch (VideosApiException e) when (e.Fault is VideosFault.RateLimit or VideosFault.Quota && _pacing is not null)
        {
            await (e.Fault == VideosFault.Quota ? _pacing.PauseForQuotaAsync(e.RetryAfter) : _pacing.PauseAsync(e.RetryAfter));
            throw;
        }
    }

    private async Task<T> LimitedAsync<T>(ResiliencePipeline pipeline, Func<CancellationToken, Task<T>> read, string host, CancellationToken cancellationToken)
    {
        try
        {
            return await pipeline.ExecuteAsync(async token => await read(token), cancellationToken);
        }
        catch (BrokenCircuitException e)
        {
            throw Open(e);
        }
        catch (TimeoutRejectedException e)
        {
            throw new VideosApiException(VideosFault.Unavailable, $"{host} gave no answer within {_options.ReadTimeout.TotalSeconds:0.###} s (Sora:ReadTimeout)", inner: e);
        }
    }

    private static ResiliencePipelineBuilder Builder(TimeProvider time) => new() { TimeProvider = time };

    private static TimeoutStrategyOptions Limit(TimeSpan timeout) => new() { Timeout = timeout };

    private static CircuitBreakerStrategyOptions Breaker(VideosApiOptions options, ILogger logger) => new()
    {
        FailureRatio = options.CircuitFailureRatio,
        MinimumThroughput = options.CircuitMinimumRequests,
        SamplingDuration = options.CircuitWindow,
        BreakDuration = options.CircuitBreak,
        ShouldHandle = static args => ValueTask.FromResult(args.Outcome.Exception is TimeoutRejectedException
            // 408 and 409 are about one request; a full queue or a missing answer is about the server.
            or VideosApiException { Fault: VideosFault.Unavailable, HttpStatus: null or >= 500 }),
        OnOpened = args =>
        {
            logger.LogWarning("The video provider is unavailable; asking it nothing for {Seconds} s", args.BreakDuration.TotalSeconds);
            return default;
        },
        OnClosed = _ =>
        {
            logger.LogInformation("The video provider is available again");
            return default;
        },
    };

    private static RetryStrategyOptions Retry(VideosApiOptions options, Func<double> jitter, ILogger logger) => new()
    {
        MaxRetryAttempts = options.ReadAttempts - 1,
        BackoffType = DelayBackoffType.Exponential,
        UseJitter = true,
        Delay = options.ReadRetryFirst,
        MaxDelay = options.ReadRetryMax,
        Randomizer = jitter,
        ShouldHandle = args => ValueTask.FromResult(args.Outcome.Exception is VideosApiException
        {
            Fault: VideosFault.Unavailable or VideosFault.RateLimit,
            InnerException: not BrokenCircuitException,
        } e && (e.RetryAfter ?? TimeSpan.Zero) <= options.ReadRetryMax),
        // The server's wait is a lower bound; a tenth of jitter keeps many clients from coming back in the same instant.
        DelayGenerator = args => ValueTask.FromResult(args.Outcome.Exception is VideosApiException { RetryAfter: { } wait }
            ? (wait > options.ReadRetryFirst ? wait : options.ReadRetryFirst) * (1 + (0.1 * jitter()))
            : (TimeSpan?)null),
        OnRetry = args =>
        {
            logger.LogDebug("Attempt {Attempt} of a read failed ({Reason}); next in {Delay}", args.AttemptNumber + 1, args.Outcome.Exception?.Message, args.RetryDelay);
            return default;
        },
    };

    private static VideosApiException Open(BrokenCircuitException e) =>
        new(VideosFault.Unavailable, "the server was unavailable again and again; nothing is asked for now", inner: e) { RetryAfter = e.RetryAfter };
}
