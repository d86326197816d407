using System.Net;
using Bickford.Renders.Sora;
using Bickford.Renders.Tests.Support;
using Bickford.Renders.Videos;

namespace Bickford.Renders.Tests.Sora.Hostile;

/// <summary>Lists that are too long, and hints that are too far away.</summary>
public sealed class HugeListTests
{
    private readonly ManualTimeProvider _clock = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1_000_000, "{}")]
    [InlineData(PageParser.MaxVideos + 1, """{"id":"v"}""")]
    public async Task A_page_of_more_videos_than_anybody_asked_for_is_refused(int count, string item)
    {
        var json = $$"""{"data":[{{string.Join(',', Enumerable.Repeat(item, count))}}]}""";
        using var client = ScriptedHandler.Answers(() => ScriptedHandler.Json(HttpStatusCode.OK, json)).Client(_clock);

        var failure = await Should.ThrowAsync<VideosApiException>(() => client.ListPageAsync(cancellationToken: Cancel));

        failure.Fault.ShouldBe(VideosFault.BadAnswer);
        failure.Message.ShouldContain($"it lists {count} videos at once, at most {PageParser.MaxVideos} are read");
    }

    [Fact]
    public async Task A_server_without_pages_may_give_all_its_videos_at_once()
    {
        var json = $"[{string.Join(',', Enumerable.Range(0, PageParser.MaxVideos).Select(static n => $$"""{"id":"v{{n}}"}"""))}]";
        using var client = ScriptedHandler.Answers(() => ScriptedHandler.Json(HttpStatusCode.OK, json)).Client(_clock);

        (await client.ListPageAsync(cancellationToken: Cancel)).Videos.Count.ShouldBe(PageParser.MaxVideos);
    }

    [Fact]
    public async Task A_list_that_goes_on_for_ever_ends()
    {
        var next = 0;
        var server = new ScriptedHandler((_, _) =>
        {
            var first = next;
            next += PageParser.MaxVideos;
            return ScriptedHandler.Json(HttpStatusCode.OK, $$"""{"has_more":true,"data":[{{string.Join(',', Enumerable.Range(first, PageParser.MaxVideos).Select(static n => $$"""{"id":"{{n}}"}"""))}}]}""");
        });
        using var client = server.Client(_clock);

        (await Should.ThrowAsync<VideosApiException>(() => client.ListAsync(cancellationToken: Cancel).CountAsync(Cancel).AsTask())).Message.ShouldContain("goes on after 100000 videos");
    }

    [Theory]
    [InlineData("Retry-After", "315360000")] // ten years
    [InlineData("Retry-After", "1e300")]
    [InlineData("retry-after-ms", "99999999999999999999")]
    [InlineData("Retry-After", "Fri, 31 Dec 9999 23:59:59 GMT")]
    public async Task A_wait_of_years_is_cut_to_days_and_left_to_the_caller(string header, string value)
    {
        var server = ScriptedHandler.Answers(() => ScriptedHandler.Json(HttpStatusCode.TooManyRequests, "{}", (header, value)));
        using var client = server.Client(_clock);

        var failure = await Should.ThrowAsync<VideosApiException>(() => client.GetAsync("v", Cancel));

        (failure.RetryAfter, server.Seen.Length).ShouldBe((TimeSpan.FromDays(30), 1));
    }

    [Theory]
    [InlineData("1000000000000000000", 100)]
    [InlineData("-1000000000000000000", 0)]
    [InlineData("1e18", 100)]
    public async Task Progress_stays_within_a_hundred(string progress, int shown)
    {
        using var client = ScriptedHandler.Answers(() => ScriptedHandler.Json(HttpStatusCode.OK, $$"""{"id":"v","status":"in_progress","progress":{{progress}}}""")).Client(_clock);

        (await client.GetAsync("v", Cancel)).Progress.ShouldBe(shown);
    }
}
