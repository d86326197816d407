using System.Net;
using System.Text;
using Bickford.Renders.Policies;
using Bickford.Renders.Sora;
using Bickford.Renders.Tests.Support;
using Bickford.Renders.Videos;

namespace Bickford.Renders.Tests.Sora;

/// <summary>Whatever a server answers to whatever is asked: a result, or one failure whose cause is known.</summary>
public sealed class AnswerPropertyTests
{
    private const string Key = "sk-secret-key";
    private static readonly string[] Operations = ["create", "remix", "get", "list", "delete", "download"];
    private static readonly string[] Names = ["id", "status", "error", "message", "type", "code", "param", "detail", "data", "has_more", "last_id", "deleted", "object", "url", "created_at"];
    private static readonly string[] Words = ["moderation_blocked", "insufficient_quota", "slow_down", "completed", "failed", "video_1", "video", "true", "false", Key];

    // Nothing here names another host: a test asks nobody outside.
    private static readonly string[] Places = ["", "/", "a", "..", "../..", "%2e%2e", "?x", "#x", " ", "/v1/videos/video_1/content", "https://8.8.8.8/v1/x", "file:///etc/passwd", "ftp://8.8.8.8/", "https://u:p@8.8.8.8/", "http://8.8.8.8/", "//", "https:"];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public Task Every_answer_is_a_result_or_a_failure_with_a_cause() => Fuzz.CheckAsync(500, Answer.Of, async answer =>
    {
        var handler = new ScriptedHandler((_, _) => answer.ToResponse());
        using var client = handler.Client(configure: options => options.ReadAttempts = 1);
        try
        {
            await AskAsync(client, answer.Operation);
        }
        catch (VideosApiException e)
        {
            ShouldBeTold(e, answer);
        }

        // A post is one post; a download follows five redirects, asks once more for the whole, and looks where else the file is.
        handler.Seen.Length.ShouldBeInRange(1, answer.Operation == "download" ? 16 : 1);
    });

    private static async Task AskAsync(VideosApiClient client, string operation)
    {
        switch (operation)
        {
            case "create":
                VideoId.IsRight((await client.CreateAsync(new CreateVideoRequest("A lighthouse"), Cancellation)).Id).ShouldBeTrue();
                break;
            case "remix":
                VideoId.IsRight((await client.RemixAsync("video_1", "A lighthouse", Cancellation)).Id).ShouldBeTrue();
                break;
            case "get":
                VideoId.IsRight((await client.GetAsync("video_1", Cancellation)).Id).ShouldBeTrue();
                break;
            case "list":
                await client.ListPageAsync(cancellationToken: Cancellation);
                break;
            case "delete":
                await client.DeleteAsync("video_1", Cancellation);
                break;
            default:
                await using (var content = await client.DownloadAsync("video_1", AssetKind.Thumbnail, new ContentResume(5, "\"1\""), Cancellation))
                {
                    (content.Offset is 0 or 5).ShouldBeTrue();
                    (content.Length is null or >= 0).ShouldBeTrue();
                }

                break;
        }
    }

    private static void ShouldBeTold(VideosApiException e, Answer answer)
    {
        Enum.IsDefined(e.Fault).ShouldBeTrue();
        e.Message.Contains(Key, StringComparison.OrdinalIgnoreCase).ShouldBeFalse(e.Message);
        e.Message.Any(char.IsControl).ShouldBeFalse(e.Message);
        e.Message.Length.ShouldBeLessThan(2_000);
        (e.RetryAfter is null || e.RetryAfter >= TimeSpan.Zero).ShouldBeTrue();
        if (answer.Operation is not ("create" or "remix"))
            e.Effect.ShouldBe(RequestEffect.None);
        else if (answer.Status is >= 200 and < 300 or >= 500 and not 501)
            (e.Effect == RequestEffect.Unknown || e.Fault is VideosFault.Policy or VideosFault.Quota).ShouldBeTrue(e.Message);
        foreach (var step in Enum.GetValues<RenderStep>())
        {
            var fault = StepFault.From(e, step);
            Enum.IsDefined(fault.Cause).ShouldBeTrue();
            fault.Message.Length.ShouldBeInRange(1, StepFault.MaxMessageLength);
        }
    }

    internal sealed record Answer(string Operation, int Status, IReadOnlyList<(string Name, string Value)> Headers, byte[] Body)
    {
        public static Answer Of(Random random) => new(
            random.Pick(Operations),
            random.Next(3) switch { 0 => random.Next(200, 210), 1 => random.Pick(206, 302, 307, 400, 401, 404, 409, 416, 422, 429, 500, 501, 503), _ => random.Next(200, 1000) },
            [.. Enumerable.Range(0, random.Next(5)).Select(_ => Header(random))],
            Arbitrary.Body(random, random.Chance(0.3) ? random.Pick("", "<html>busy</html>", Key, "not json") : Json(random)));

        public HttpResponseMessage ToResponse()
        {
            var response = new HttpResponseMessage((HttpStatusCode)Status) { Content = new ByteArrayContent(Body) };
            foreach (var (name, value) in Headers)
            {
                if (!response.Headers.TryAddWithoutValidation(name, value))
                    response.Content.Headers.TryAddWithoutValidation(name, value);
            }

            return response;
        }

        public override string ToString() =>
            $"{Operation}: HTTP {Status} {string.Join(" | ", Headers.Select(header => $"{header.Name}: {header.Value}"))} | {Encoding.Latin1.GetString(Body)}";

        private static string Json(Random random)
        {
            var members = Enumerable.Range(0, random.Next(6)).Select(_ => $"\"{random.Pick(Names)}\":{(random.Chance(0.4) ? $"\"{random.Pick(Words)}\"" : Arbitrary.Json(random, 2, Names))}");
            return $"{{{string.Join(',', members)}}}";
        }

        private static (string Name, string Value) Header(Random random) => random.Next(7) switch
        {
            0 => ("Location", random.Pick(Places)),
            1 => ("Content-Range", random.Pick("bytes 5-9/10", "bytes 0-9/10", "bytes */10", "bytes 5-9223372036854775807/*", "bytes 9-5/10", "items 5-9/10", Arbitrary.Text(random))),
            2 => ("ETag", random.Pick("\"1\"", "W/\"1\"", "\"2\"", "1", Arbitrary.Text(random))),
            3 => ("Content-Type", random.Pick("video/mp4", "image/webp", "text/html", "application/json; charset=nonsense", ";", Arbitrary.Text(random))),
            4 => ("Content-Encoding", random.Pick("gzip", "identity", "")),
            5 => ("x-request-id", $"{Arbitrary.Text(random)}{Key}"),
            _ => (random.Pick("Retry-After", "retry-after-ms", "openai-poll-after-ms", "Date"), Arbitrary.Amount(random)),
        };
    }
}
