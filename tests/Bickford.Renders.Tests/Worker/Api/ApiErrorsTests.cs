using Bickford.Renders.Data;
using Bickford.Renders.Ports;
using Bickford.Renders.Videos;
using Bickford.Renders.Worker.Api;

namespace Bickford.Renders.Tests.Worker.Api;

/// <summary>What senders are told of errors.</summary>
public sealed class ApiErrorsTests
{
    [Theory]
    [InlineData(VideosFault.Unavailable, 503)]
    [InlineData(VideosFault.RateLimit, 503)]
    [InlineData(VideosFault.Authentication, 502)]
    [InlineData(VideosFault.BadAnswer, 502)]
    public void A_fault_of_the_provider_is_not_ours(VideosFault fault, int status)
    {
        var problem = ApiErrors.Of(new VideosApiException(fault, "it says no") { RetryAfter = TimeSpan.FromSeconds(42) });

        problem.Status.ShouldBe(status);
        problem.RetryAfter.ShouldBe(status == 503 ? TimeSpan.FromSeconds(42) : null);
    }

    [Fact]
    public void What_is_ours_says_nothing_of_where_and_how()
    {
        foreach (var error in (Exception[])[
            new DatabaseException("Database:ConnectionString", "secret@10.0.0.7", "another", "secret"),
            new VideoStoreException("cannot write /secret/place"),
            new InvalidOperationException("secret"),
        ])
        {
            var problem = ApiErrors.Of(error);
            problem.Status.ShouldBeGreaterThanOrEqualTo(500);
            problem.ToString().ShouldNotContain("secret");
        }
    }

    [Fact]
    public void A_wrong_line_says_which_and_what()
    {
        var problem = ApiErrors.Of(new RenderBatchException(6, new RenderRequestException("prompt", "", "a prompt")));

        (problem.Status, problem.Line, problem.Field, problem.Allowed).ShouldBe((400, 7, "prompt", "a prompt"));
        problem.Detail.ShouldStartWith("line 7: prompt");
    }
}
