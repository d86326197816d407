using System.Security.Authentication;
using Bickford.Renders.Videos;
using Polly.Timeout;

namespace Bickford.Renders.Sora;

/// <summary>Sends requests to the provider and turns everything that can go wrong on the way into a <see cref="VideosApiException"/>.</summary>
/// <param name="reads">For everything but creates and remixes.</param>
/// <param name="creates">For creates and remixes.</param>
/// <param name="resilience">The pipelines.</param>
/// <param name="time">The clock.</param>
internal sealed class Transport(HttpClient reads, HttpClient creates, Resilience resilience, TimeProvider time)
{
    /// <summary>The most of a JSON answer that is held, in bytes.</summary>
    public const int MaxJson = 4 << 20;

    /// <summary>The most of a list page that is held, in bytes: 100 prompts of 32,000 characters and more.</summary>
    public const int MaxPage = 16 << 20;

    /// <summary>The provider, as messages call it.</summary>
    public const string Server = "the server (Sora:BaseUrl)";

    /// <summary>One attempt of a read at the provider, its body included.</summary>
    /// <param name="request">Makes the request.</param>
    /// <param name="maxBytes">The most of the answer that is held.</param>
    /// <param name="interpret">Makes a result or a failure of the answer; inside the attempt, so that the circuit breaker sees a server that is unwell.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<T> ReadAsync<T>(Func<HttpRequestMessage> request, int maxBytes, Func<JsonAnswer, T> interpret, CancellationToken cancellationToken) =>
        resilience.AttemptAsync(async token =>
        {
            try
            {
                using var message = request();
                using var response = await reads.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, token);
                return interpret(await JsonAnswer.ReadAsync(response, maxBytes, time.GetUtcNow(), token));
            }
            catch (Exception e) when (IsBroken(e, token))
            {
                throw NoAnswer(e, Server);
            }
        }, cancellationToken);

    /// <summary>
    /// The one POST of a create or remix. What came of it is in the exception's <see cref="VideosApiException.Effect"/>: as long as no byte of the body has
    /// left, nothing can have happened.
    /// </summary>
    /// <exception cref="OperationCanceledException">Given up before anything was sent.</exception>
    public async Task<T> PostAsync<T>(Func<HttpRequestMessage> request, HttpContent body, Func<JsonAnswer, T> interpret, CancellationToken cancellationToken)
    {
        using var content = new OneShotContent(body);
        try
        {
            return await resilience.CreateAsync(token => PostOnceAsync(request, content, interpret, token), cancellationToken);
        }
        catch (TimeoutRejectedException e)
        {
            throw Lost("no answer within the time of Sora:CreateTimeout", content, e);
        }
        catch (OperationCanceledException e) when (content.Started)
        {
            throw Lost("given up while waiting for the answer", content, e);
        }
    }

    private async Task<T> PostOnceAsync<T>(Func<HttpRequestMessage> request, OneShotContent content, Func<JsonAnswer, T> interpret, CancellationToken cancellationToken)
    {
        try
        {
            using var message = request();
            message.Content = content;
            using var response = await creates.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            return interpret(await JsonAnswer.ReadAsync(response, MaxJson, time.GetUtcNow(), cancellationToken));
        }
        catch (Exception e) when (IsBroken(e, cancellationToken) || e is InvalidOperationException)
        {
            throw Lost(Reason(e), content, e);
        }
    }

    /// <summary>Whether this is a broken connection or a handler's own time-out, and not our caller giving up.</summary>
    public static bool IsBroken(Exception e, CancellationToken cancellationToken) => e switch
    {
        HttpRequestException or IOException or AuthenticationException => true,
        OperationCanceledException => !cancellationToken.IsCancellationRequested,
        _ => false,
    };

    /// <summary>The failure of a read that got no answer from <paramref name="host"/>.</summary>
    public static VideosApiException NoAnswer(Exception e, string host) => new(VideosFault.Unavailable, $"no answer from {host}: {Reason(e)}", inner: e);

    /// <summary>Why there is no answer, in words without addresses.</summary>
    private static string Reason(Exception e) => e switch
    {
        HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError } => "its name cannot be resolved",
        HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError } => "no connection",
        HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } or AuthenticationException => "no secure connection (TLS)",
        HttpRequestException { HttpRequestError: HttpRequestError.ProxyTunnelError } => "the proxy gave no connection",
        HttpRequestException { HttpRequestError: HttpRequestError.ResponseEnded } => "it closed the connection",
        OperationCanceledException => "no connection, or no answer, in time",
        _ => SafeText.Clean(e.Message, 200),
    };

    private static VideosApiException Lost(string reason, OneShotContent content, Exception e) => content.Started
        ? new VideosApiException(VideosFault.Unavailable, $"the answer to a create was lost: {reason} (the video may exist all the same)", RequestEffect.Unknown, e)
        : new VideosApiException(VideosFault.Unavailable, $"a create could not be sent to {Server}: {reason}", RequestEffect.None, e);
}
