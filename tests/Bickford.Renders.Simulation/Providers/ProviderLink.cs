using System.Net;
using System.Net.Http.Headers;
using Bickford.Renders.Simulation.Faults;
using Bickford.Renders.Simulation.Workers;
using Bickford.Renders.Videos;

namespace Bickford.Renders.Simulation.Providers;

/// <summary>The network between one process and the provider, in the place of sockets.</summary>
internal sealed class ProviderLink(Life life, Provider provider) : HttpMessageHandler
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        await life.AliveAsync();
        var (asking, answering) = BoundariesOf(request);
        if (asking == Boundary.Post)
            life.World.Watch.AboutToPost(life);

        var fault = life.World.Dealer.Draw(life, asking);
        life.Happen(fault);
        if (fault == Fault.Freeze)
            await life.PauseAsync(Latency(), cancellationToken);
        await RefuseAsync(fault, cancellationToken);
        var asked = await ProviderRequest.ReadAsync(request);
        if (fault == Fault.Broken)
        {
            await life.PauseAsync(Latency(), cancellationToken);
            throw new HttpRequestException("simulated fault: the connection broke while the request was sent");
        }

        var answer = await TravelAsync(asked, fault, answering, cancellationToken);
        return ResponseOf(answer, request);
    }

    private async Task RefuseAsync(Fault fault, CancellationToken token)
    {
        switch (fault)
        {
            case Fault.DeathBefore:
                await life.DieAsync(fault);
                break;
            case Fault.Refused:
                await life.PauseAsync(Latency(), token);
                throw new HttpRequestException(HttpRequestError.ConnectionError, "simulated fault: connection refused");
            case Fault.CircuitOpen:
                throw new VideosApiException(VideosFault.Unavailable, "the server was unavailable again and again; nothing is asked for now") { RetryAfter = TimeSpan.FromSeconds(5) };
        }
    }

    // Once sent, a request arrives also when nobody waits for its answer any more.
    private async Task<ProviderAnswer> TravelAsync(ProviderRequest asked, Fault fault, Boundary answering, CancellationToken token)
    {
        var arrived = new TaskCompletionSource<ProviderAnswer>();
        var way = fault == Fault.Slow ? life.World.Dice.Seconds(2, life.World.Plan.SlowestRequest.TotalSeconds) : Latency();
        life.World.Clock.In(way, null, () =>
        {
            var answer = AtProvider(asked, fault);
            life.World.Clock.In(Latency(), life, () => arrived.TrySetResult(answer));
        });
        if (fault == Fault.DeathInFlight)
            await life.DieAsync(fault);
        ProviderAnswer answer;
        using (token.UnsafeRegister((_, cancelled) => arrived.TrySetCanceled(cancelled), null))
            answer = await arrived.Task;
        return await ReturnAsync(asked, answer, answering, token);
    }

    private ProviderAnswer AtProvider(ProviderRequest asked, Fault fault) => fault switch
    {
        Fault.Throttled => SlowDown(),
        Fault.Unavailable => provider.Error(503, "overloaded", "Try again later"),
        Fault.Denied => provider.Error(401, "invalid_api_key", "Wrong key"),
        _ => provider.Answer(asked),
    };

    private ProviderAnswer SlowDown()
    {
        var answer = provider.Error(429, "rate_limit_exceeded", "Slow down");
        answer.Headers["retry-after-ms"] = life.World.Dice.Pick("200", "1500", "6000");
        return answer;
    }

    private async Task<ProviderAnswer> ReturnAsync(ProviderRequest asked, ProviderAnswer answer, Boundary answering, CancellationToken token)
    {
        var fault = life.World.Dealer.Draw(life, answering);
        life.Happen(fault);
        switch (fault)
        {
            case Fault.DeathBefore:
                await life.DieAsync(fault);
                break;
            case Fault.Delay:
                await life.PauseAsync(life.World.Dice.Seconds(2, 12), token);
                break;
            case Fault.Hangs:
                await life.PauseAsync(TimeSpan.FromHours(2), token);
                break;
        }

        await life.PauseAsync(Latency(), token);
        return fault switch
        {
            Fault.LostAnswer => throw new HttpRequestException(HttpRequestError.ResponseEnded, "simulated fault: the connection broke before the answer"),
            Fault.FalseError => provider.Error(life.World.Dice.Pick(500, 502, 504, 408, 409), "server_error", "Something went wrong"),
            Fault.Garbage => Garbage(answer),
            Fault.Missing => provider.Error(404, "not_found", "No such video"),
            Fault.Stale => provider.Answer(asked, life.World.Dice.Seconds(1, 60)),
            _ => answer,
        };
    }

    private ProviderAnswer Garbage(ProviderAnswer answer) => life.World.Dice.Below(4) switch
    {
        0 => new ProviderAnswer(200, "<html><body>Welcome to nginx!</body></html>"u8.ToArray(), "text/html"),
        1 => new ProviderAnswer(200, answer.Type == "application/json" ? answer.Body[..(answer.Body.Length / 2)] : [.. "{\"vid"u8]),
        2 => new ProviderAnswer(200, []),
        _ => new ProviderAnswer(200, "{\"object\":\"video\",\"id\":null,\"status\":17}"u8.ToArray()),
    };

    private HttpResponseMessage ResponseOf(ProviderAnswer answer, HttpRequestMessage request)
    {
        HttpContent content = answer.FileOf is null ? new ByteArrayContent(answer.Body) : FileOf(answer);
        var response = new HttpResponseMessage((HttpStatusCode)answer.Status) { Content = content, RequestMessage = request };
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(answer.Type);
        foreach (var (name, value) in answer.Headers)
        {
            if (!response.Headers.TryAddWithoutValidation(name, value))
                content.Headers.TryAddWithoutValidation(name, value);
        }

        return response;
    }

    private StreamContent FileOf(ProviderAnswer answer)
    {
        var body = new ProviderBody(life, answer);
        var content = new StreamContent(body);
        if (provider.Habits.SaysLength)
            content.Headers.ContentLength = body.PromisedLength;
        return content;
    }

    private static (Boundary Asking, Boundary Answering) BoundariesOf(HttpRequestMessage request) =>
        request.Method == HttpMethod.Post ? (Boundary.Post, Boundary.PostAnswer)
        : request.Method == HttpMethod.Delete ? (Boundary.Delete, Boundary.DeleteAnswer)
        : request.RequestUri!.AbsolutePath.EndsWith("/content", StringComparison.Ordinal) ? (Boundary.Content, Boundary.ContentAnswer)
        : request.RequestUri.AbsolutePath.EndsWith("/videos", StringComparison.Ordinal) ? (Boundary.List, Boundary.ListAnswer)
        : (Boundary.Look, Boundary.LookAnswer);

    private TimeSpan Latency() => life.World.Dice.Milliseconds(5, 150);
}
