using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Bickford.Renders.Policies;
using Bickford.Renders.Tests.Support;
using Bickford.Renders.Videos;

namespace Bickford.Renders.Tests.Sora;

/// <summary>A server knows our key and the addresses it signs, and may say them back in any way: none of it goes any further.</summary>
public sealed class SecretsInAnswersTests
{
    private const string Key = "sK7\"/+%&~QzLm3vT9xW2";
    private const string Token = "X5tZ+/9qYkR0pLw8";

    private static readonly SecretSearch s_search = new(("the key", Key), ("the token", Token));

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>What a message of a server may look like.</summary>
    public static TheoryData<string> Echoes =>
    [
        $"Incorrect API key provided: {Key}", $"Incorrect API key provided: {Key[..8]}************xW2", $"Authorization: Basic {Base64("user:" + Key)}",
        $"GET /v1/videos?api_key={Uri.EscapeDataString(Key)}", $"not allowed: {JsonSerializer.Serialize(new { Key })}", $"cannot fetch https://store.example/a.mp4?X-Amz-Signature={Uri.EscapeDataString(Token)}",
        $"refused by http://user:{Uri.EscapeDataString(Token)}@gateway.example/", new string('x', 495) + Key, new string('x', 3990) + Key,
    ];

    [Theory]
    [MemberData(nameof(Echoes))]
    public async Task A_refusal_that_echoes_a_secret_is_told_without_it(string said)
    {
        var body = JsonSerializer.Serialize(new { error = new { message = said, code = said, param = said, type = said } });
        await using var server = new RawServer((connection, _, stop) => connection.WriteAsync(RawServer.Answer(401, body, headers: $"X-Request-Id: req-{Key}\r\n"), stop));
        using var client = RealClient.To(server, TimeProvider.System, o => o.ApiKey = Key);

        var failure = await Should.ThrowAsync<VideosApiException>(() => client.CreateAsync(new CreateVideoRequest("A lighthouse"), Cancel));

        server.Requests[0].ShouldContain(Key, customMessage: "the key was used");
        Nothing("the exception", $"{failure} {failure.Code} {failure.RequestId}");
        Nothing("what the row and the ledger keep", StepFault.From(failure, RenderStep.Create).Message);
    }

    [Theory]
    [MemberData(nameof(Echoes))]
    public async Task A_video_that_failed_with_a_secret_in_its_error_is_kept_without_it(string said)
    {
        var body = JsonSerializer.Serialize(new { id = "video_1", @object = "video", status = said[..Math.Min(said.Length, 90)], error = new { message = said, code = said } });
        await using var server = new RawServer((connection, _, stop) => connection.WriteAsync(RawServer.Answer(200, body), stop));
        using var client = RealClient.To(server, TimeProvider.System, o => o.ApiKey = Key);

        var video = await client.GetAsync("video_1", Cancel);

        Nothing("the video", $"{video.Error!.Code} {video.Error.Message} {video.StatusText}");
    }

    [Fact]
    public async Task Traces_hold_neither_the_key_nor_the_token_of_a_signed_address()
    {
        var seen = new ConcurrentQueue<string>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = _ => true,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity => seen.Enqueue(Written(activity)),
        };
        ActivitySource.AddActivityListener(listener);
        await using var store = new RawServer((connection, request, stop) => connection.WriteAsync(RawServer.Answer(403, $"<Error>{request}</Error>", "application/xml"), stop));
        var signed = $"{store.BaseUrl}/a.mp4?X-Amz-Signature={Uri.EscapeDataString(Token)}";
        await using var server = new RawServer((connection, request, stop) => connection.WriteAsync(request.Contains("/content", StringComparison.Ordinal)
            ? RawServer.Answer(302, "", headers: $"Location: {signed}\r\n")
            : RawServer.Answer(404, "{}"), stop));
        using var client = RealClient.To(server, TimeProvider.System, o => (o.ApiKey, o.ReadAttempts, o.AllowPrivateContentHosts) = (Key, 1, true));

        var failure = await Should.ThrowAsync<VideosApiException>(() => client.DownloadAsync("video_1", cancellationToken: Cancel));

        store.Requests.ShouldHaveSingleItem().ShouldContain(Uri.EscapeDataString(Token), customMessage: "the token was used");
        var ports = new[] { new Uri(server.BaseUrl).Port, new Uri(store.BaseUrl).Port }.Select(port => FormattableString.Invariant($":{port}/"));
        ports.ShouldAllBe(port => seen.Any(activity => activity.Contains(port, StringComparison.Ordinal)), "both requests are in the traces");
        Nothing("the traces", string.Join('\n', seen));
        Nothing("the exception", failure.ToString());
    }

    private static string Written(Activity activity) => string.Join('\n',
    [
        $"{activity.Source.Name} {activity.DisplayName} {activity.StatusDescription}",
        .. activity.TagObjects.Concat(activity.Baggage.Select(item => KeyValuePair.Create(item.Key, (object?)item.Value))).Select(tag => $"{tag.Key}={tag.Value}"),
        .. activity.Events.SelectMany(e => e.Tags.Select(tag => $"{e.Name} {tag.Key}={tag.Value}")),
    ]);

    private static void Nothing(string place, string text) => s_search.In(place, text).ShouldBeEmpty();

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));
}
