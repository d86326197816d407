using Bickford.Renders.Policies;
using Bickford.Renders.Ports;
using Bickford.Renders.Videos;

namespace Bickford.Renders.Tests.Policies;

public sealed class StepFaultTests
{
    [Theory]
    [InlineData(VideosFault.Policy, RenderStep.Create, FaultKind.Permanent, RenderCause.Policy)]
    [InlineData(VideosFault.InvalidRequest, RenderStep.Create, FaultKind.Permanent, RenderCause.InvalidRequest)]
    [InlineData(VideosFault.NotSupported, RenderStep.Create, FaultKind.Permanent, RenderCause.InvalidRequest)]
    [InlineData(VideosFault.Authentication, RenderStep.Poll, FaultKind.Permanent, RenderCause.Authentication)]
    [InlineData(VideosFault.Quota, RenderStep.Create, FaultKind.NeedsOperator, RenderCause.Quota)]
    [InlineData(VideosFault.RateLimit, RenderStep.Poll, FaultKind.Throttled, RenderCause.RateLimit)]
    [InlineData(VideosFault.NotFound, RenderStep.Create, FaultKind.Permanent, RenderCause.InvalidRequest)]
    [InlineData(VideosFault.NotFound, RenderStep.Poll, FaultKind.NotFound, RenderCause.ProviderLost)]
    [InlineData(VideosFault.NotFound, RenderStep.Download, FaultKind.NotFound, RenderCause.Expired)]
    [InlineData(VideosFault.Unavailable, RenderStep.Poll, FaultKind.Transient, RenderCause.Internal)]
    [InlineData(VideosFault.BadAnswer, RenderStep.Poll, FaultKind.Transient, RenderCause.Internal)]
    [InlineData(VideosFault.BadAnswer, RenderStep.Download, FaultKind.Transient, RenderCause.ProviderFailed)]
    public void A_providers_failure_has_a_kind_and_a_cause(VideosFault fault, RenderStep step, FaultKind kind, RenderCause cause)
    {
        var found = StepFault.From(new VideosApiException(fault, "told") { RequestId = "req_1", RetryAfter = TimeSpan.FromSeconds(7) }, step);
        found.Kind.ShouldBe(kind);
        found.Cause.ShouldBe(cause);
        found.Message.ShouldBe("told (request req_1)");
        found.RefusesCreate.ShouldBeFalse();
    }

    [Fact]
    public void Every_failure_of_the_provider_is_mapped_at_every_step()
    {
        foreach (var fault in Enum.GetValues<VideosFault>())
            foreach (var step in Enum.GetValues<RenderStep>())
                StepFault.From(new VideosApiException(fault, "x"), step).Message.ShouldBe("x");
    }

    [Fact]
    public void Whatever_the_failure_a_create_with_an_unknown_effect_is_ambiguous()
    {
        foreach (var fault in Enum.GetValues<VideosFault>())
        {
            var found = StepFault.From(new VideosApiException(fault, "x", RequestEffect.Unknown), RenderStep.Create);
            (found.Kind, found.Cause).ShouldBe((FaultKind.AmbiguousCreate, RenderCause.AmbiguousCreate));
        }
    }

    [Theory]
    [InlineData(VideosFault.RateLimit)]
    [InlineData(VideosFault.Unavailable)]
    public void The_servers_wish_to_wait_is_kept(VideosFault fault) =>
        StepFault.From(new VideosApiException(fault, "x") { RetryAfter = TimeSpan.FromSeconds(7) }, RenderStep.Poll).RetryAfter.ShouldBe(TimeSpan.FromSeconds(7));

    [Fact]
    public void Faults_of_disk_and_store_are_storage_and_the_rest_is_internal_with_its_type()
    {
        StepFault.From(new VideoStoreException("bucket gone"), RenderStep.Upload).ShouldBe(new StepFault(FaultKind.Transient, RenderCause.Storage, "bucket gone"));
        StepFault.From(new IOException("disk full"), RenderStep.Download).Cause.ShouldBe(RenderCause.Storage);
        StepFault.From(new UnauthorizedAccessException("read only"), RenderStep.Download).Cause.ShouldBe(RenderCause.Storage);
        var bug = StepFault.From(new InvalidOperationException("oops"), RenderStep.Poll);
        (bug.Kind, bug.Cause, bug.Message).ShouldBe((FaultKind.Transient, RenderCause.Internal, "InvalidOperationException: oops"));
    }

    [Fact]
    public void A_message_is_cut_to_its_longest_without_breaking_a_character_in_two()
    {
        var message = StepFault.From(new IOException(string.Concat(Enumerable.Repeat("🎬", 600))), RenderStep.Upload).Message;
        message.Length.ShouldBeLessThanOrEqualTo(StepFault.MaxMessageLength);
        message.ShouldEndWith("🎬…");
    }

    [Fact]
    public void What_no_database_takes_does_not_get_into_a_message() =>
        new StepFault(FaultKind.Permanent, RenderCause.Internal, "a\0b\ud800c\r\nd").Message.ShouldBe("a b\ufffdc\r\nd");
}
