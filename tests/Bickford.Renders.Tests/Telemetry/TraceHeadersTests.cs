using System.Diagnostics;
using Bickford.Renders.Tests.Sora;
using Bickford.Renders.Tests.Support;
using Bickford.Renders.Tests.Webhooks;
using Bickford.Renders.Webhooks;

namespace Bickford.Renders.Tests.Telemetry;

/// <summary>What others are told of our traces, and of what callers of ours put beside them.</summary>
public sealed class TraceHeadersTests : IDisposable
{
    private readonly Activity _caller = new Activity("a caller of ours").SetIdFormat(ActivityIdFormat.W3C).AddBaggage("customer", "whose-it-is");

    public TraceHeadersTests()
    {
        _caller.TraceStateString = "theirs=secret-of-a-vendor";
        _caller.Start();
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _caller.Dispose();

    [Fact]
    public async Task The_provider_gets_the_trace_s_ids_and_nothing_that_stood_beside_them()
    {
        await using var server = new RawServer(static (connection, _, stop) => connection.WriteAsync(RawServer.Answer(200, "the file", "video/mp4"), stop));
        using var client = RealClient.To(server, new ManualTimeProvider());

        await ContentTests.BytesAsync(await client.DownloadAsync("v", cancellationToken: Cancel));

        server.Requests[0].ShouldContain($"traceparent: 00-{_caller.TraceId.ToHexString()}-", Case.Insensitive);
        ShouldHoldNothingElse(server);
    }

    [Fact]
    public async Task A_host_that_the_provider_points_to_gets_none_of_it()
    {
        await using var store = new RawServer(static (connection, _, stop) => connection.WriteAsync(RawServer.Answer(200, "the file", "video/mp4"), stop));
        await using var server = new RawServer((connection, _, stop) => connection.WriteAsync(RawServer.Answer(302, "", headers: $"Location: {store.BaseUrl}/signed\r\n"), stop));
        using var client = RealClient.To(server, new ManualTimeProvider());

        await ContentTests.BytesAsync(await client.DownloadAsync("v", cancellationToken: Cancel));

        store.Requests[0].ShouldNotContain("traceparent", Case.Insensitive);
        ShouldHoldNothingElse(store);
    }

    [Fact]
    public async Task A_receiver_of_webhooks_gets_none_of_it()
    {
        await using var receiver = new RawServer(static (connection, _, stop) => connection.WriteAsync(RawServer.Answer(200, ""), stop));
        using var sender = new HttpHookSender(TimeProvider.System);

        var answer = await sender.SendAsync(TestHooks.New(receiver.BaseUrl) with { AllowPrivateHosts = true }, new HookMessage("evt_1", "{}"u8.ToArray()), Cancel);

        answer.Status.ShouldBe(200);
        receiver.Requests[0].ShouldNotContain("traceparent", Case.Insensitive);
        ShouldHoldNothingElse(receiver);
    }

    private static void ShouldHoldNothingElse(RawServer server)
    {
        foreach (var word in new[] { "whose-it-is", "secret-of-a-vendor", "tracestate", "baggage", "Correlation-Context" })
            server.Requests[0].ShouldNotContain(word, Case.Insensitive);
    }
}
