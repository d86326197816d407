using Bickford.Renders.Policies;
using Bickford.Renders.Sora;
using Bickford.Renders.Tests.Support;
using Bickford.Renders.Videos;

namespace Bickford.Renders.Tests.Policies;

/// <summary>Whatever a server says of a video, the render goes on, and it ends.</summary>
public sealed class SeenVideoPropertyTests
{
    private static readonly string[] Words = ["queued", "in_progress", "completed", "failed", "cancelled", "expired", "deleted", "", "almost"];

    [Fact]
    public void Whatever_a_server_says_of_a_video_the_next_step_is_due_in_time() => Fuzz.Check(1_000, Story, story =>
    {
        var machine = Rows.Machine();
        var row = machine.Apply(Rows.Started(), new StepOutcome.Created(story.Made, story.Adopted), Rows.Now, 1)!.Next;
        row.DueAt!.Value.ShouldBeInRange(Rows.Now, row.DeadlineAt);

        row = machine.Apply(row, new StepOutcome.Seen(story.Seen), Rows.Now.AddMinutes(1), 1)!.Next;
        row.Progress.ShouldBeInRange(0, 100);
        if (row.Status.IsOpen())
            row.DueAt!.Value.ShouldBeInRange(Rows.Now, row.DeadlineAt);
        else
            (row.Cause is { } cause && Enum.IsDefined(cause) && row.Message?.Length > 0).ShouldBeTrue();
    });

    [Fact]
    public void Content_that_never_comes_ends_the_render_with_a_cause() => Fuzz.Check(200, Story, story =>
    {
        var machine = Rows.Machine();
        var now = Rows.Now.AddMinutes(1);
        var made = Rows.VideoOf(Rows.Queued());
        var row = machine.Apply(Rows.Started(), new StepOutcome.Created(made, false), Rows.Now, 1)!.Next;
        row = machine.Apply(row, new StepOutcome.Seen(story.Seen with { Status = VideoStatus.Completed }), now, 1)!.Next;
        var missing = StepFault.From(new VideosApiException(VideosFault.NotFound, "404") { RetryAfter = story.Seen.PollAfter }, RenderStep.Download);

        for (var tries = 0; row.Status.IsOpen(); tries++)
        {
            tries.ShouldBeLessThan(2_000, "it looks for ever for what is not there");
            row = machine.Apply(row, new StepOutcome.Faulted(missing), now, 1)!.Next;
            now = row.DueAt ?? now;
        }

        row.Cause.ShouldBe(RenderCause.Expired);
    });

    private static Life Story(Random random) => new(Video(random), Video(random), random.Chance(0.3));

    // Through the parser: what can come in here is what a server can make of it.
    private static Video Video(Random random)
    {
        string[] members =
        [
            "\"id\":\"video_1\"", $"\"status\":\"{random.Pick(Words)}\"", $"\"progress\":{Arbitrary.Json(random, 0)}",
            $"\"created_at\":{Time(random)}", $"\"completed_at\":{Time(random)}", $"\"expires_at\":{Time(random)}", $"\"error\":{Arbitrary.Json(random, 2, "message", "code", "type")}",
        ];
        using var json = VideoParser.TryRead(System.Text.Encoding.UTF8.GetBytes($"{{{string.Join(',', members)}}}"));
        var video = json is null ? null : VideoParser.TryVideo(json.RootElement, new Uri("https://api.example.test/v1/"));
        return (video ?? new Video("video_1", VideoStatus.Unknown)) with
        {
            PollAfter = random.Chance(0.5) ? null : TimeSpan.FromMilliseconds(random.Pick(0, 1, 5_000, 3_600_000, 30.0 * 24 * 3_600_000)),
        };
    }

    private static string Time(Random random) => random.Chance(0.5) ? Arbitrary.JsonText(random, Arbitrary.Amount(random)) : Arbitrary.Number(random);

    internal sealed record Life(Video Made, Video Seen, bool Adopted);
}
