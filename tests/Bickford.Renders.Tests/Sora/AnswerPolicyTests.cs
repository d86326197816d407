using System.Text.Json;
using Bickford.Renders.Sora;
using Bickford.Renders.Videos;

namespace Bickford.Renders.Tests.Sora;

public class AnswerPolicyTests
{
    [Theory]
    [InlineData(400, VideosFault.InvalidRequest, RequestEffect.None)]
    [InlineData(401, VideosFault.Authentication, RequestEffect.None)]
    [InlineData(402, VideosFault.Quota, RequestEffect.None)]
    [InlineData(403, VideosFault.Authentication, RequestEffect.None)]
    [InlineData(404, VideosFault.NotSupported, RequestEffect.None)]
    [InlineData(405, VideosFault.NotSupported, RequestEffect.None)]
    [InlineData(408, VideosFault.Unavailable, RequestEffect.Unknown)]
    [InlineData(409, VideosFault.Unavailable, RequestEffect.Unknown)]
    [InlineData(413, VideosFault.InvalidRequest, RequestEffect.None)]
    [InlineData(415, VideosFault.InvalidRequest, RequestEffect.None)]
    [InlineData(422, VideosFault.InvalidRequest, RequestEffect.None)]
    [InlineData(429, VideosFault.RateLimit, RequestEffect.None)]
    [InlineData(500, VideosFault.Unavailable, RequestEffect.Unknown)]
    [InlineData(501, VideosFault.NotSupported, RequestEffect.None)]
    [InlineData(502, VideosFault.Unavailable, RequestEffect.Unknown)]
    [InlineData(503, VideosFault.Unavailable, RequestEffect.Unknown)]
    [InlineData(504, VideosFault.Unavailable, RequestEffect.Unknown)]
    [InlineData(302, VideosFault.BadAnswer, RequestEffect.Unknown)]
    [InlineData(307, VideosFault.NotSupported, RequestEffect.None)]
    [InlineData(308, VideosFault.NotSupported, RequestEffect.None)]
    public void A_create_answered_by_a_status_alone(int status, VideosFault fault, RequestEffect effect)
    {
        AnswerPolicy.Fault(Operation.Create, status, default).ShouldBe(fault);
        AnswerPolicy.Effect(Operation.Create, status, fault).ShouldBe(effect);
        AnswerPolicy.Effect(Operation.Get, status, fault).ShouldBe(RequestEffect.None);
    }

    [Theory]
    [InlineData(400, "moderation_blocked")]
    [InlineData(400, "content_filter")]
    [InlineData(403, "content_policy_violation")]
    [InlineData(429, "sentinel_block")]
    [InlineData(500, "moderation_blocked")]
    public void A_moderation_code_is_policy_wherever_it_appears(int status, string code)
    {
        AnswerPolicy.Fault(Operation.Create, status, new ProviderError(null, null, code, null)).ShouldBe(VideosFault.Policy);
        AnswerPolicy.Effect(Operation.Create, status, VideosFault.Policy).ShouldBe(RequestEffect.None);
    }

    [Theory]
    [InlineData("insufficient_quota", null, VideosFault.Quota)]
    [InlineData(null, "insufficient_quota", VideosFault.Quota)]
    [InlineData(null, "credit_balance_exhausted", VideosFault.Quota)]
    [InlineData(null, "monthly_spend_limit_exceeded", VideosFault.Quota)]
    [InlineData(null, "project_usage_limit_exceeded", VideosFault.Quota)]
    [InlineData(null, "billing_hard_limit_reached", VideosFault.Quota)]
    [InlineData(null, "rate_limit_exceeded", VideosFault.RateLimit)]
    [InlineData("requests", "slow_down", VideosFault.RateLimit)]
    [InlineData(null, null, VideosFault.RateLimit)]
    public void Too_many_requests_is_told_from_no_more_money(string? type, string? code, VideosFault fault) =>
        AnswerPolicy.Fault(Operation.Create, 429, new ProviderError(null, type, code, null)).ShouldBe(fault);

    [Fact]
    public void Slow_down_is_a_rate_limit_also_as_503_but_does_not_prove_that_nothing_happened()
    {
        AnswerPolicy.Fault(Operation.Create, 503, new ProviderError(null, null, "slow_down", null)).ShouldBe(VideosFault.RateLimit);
        AnswerPolicy.Effect(Operation.Create, 503, VideosFault.RateLimit).ShouldBe(RequestEffect.Unknown);
    }

    [Fact]
    public void What_is_missing_depends_on_what_was_asked()
    {
        var model = new ProviderError("no such model", "invalid_request_error", "model_not_found", null);

        AnswerPolicy.Fault(Operation.Get, 404, default).ShouldBe(VideosFault.NotFound);
        AnswerPolicy.Fault(Operation.Content, 410, default).ShouldBe(VideosFault.NotFound);
        AnswerPolicy.Fault(Operation.Content, 422, default).ShouldBe(VideosFault.NotFound);
        AnswerPolicy.Fault(Operation.List, 404, default).ShouldBe(VideosFault.NotSupported);
        AnswerPolicy.Fault(Operation.Create, 404, model).ShouldBe(VideosFault.InvalidRequest);
        AnswerPolicy.Fault(Operation.Remix, 404, model).ShouldBe(VideosFault.NotFound);
        AnswerPolicy.Fault(Operation.Remix, 404, default).ShouldBe(VideosFault.NotSupported);
    }

    [Theory]
    [InlineData("""{"error":{"message":"m","type":"t","param":"p","code":"c"}}""", "m", "t", "c", "p")]
    [InlineData("""{"error":{"message":"m","code":400}}""", "m", null, "400", null)]
    [InlineData("""{"error":"m"}""", "m", null, null, null)]
    [InlineData("""{"detail":"m"}""", "m", null, null, null)]
    [InlineData("""{"detail":{"message":"m","code":"c"}}""", "m", null, "c", null)]
    [InlineData("""{"detail":[{"loc":["body","prompt"],"msg":"Field required","type":"missing"},{"msg":"b"}]}""", "body.prompt: Field required; b", null, null, null)]
    [InlineData("""{"message":"m","code":"c"}""", "m", null, "c", null)]
    [InlineData("\"m\"", "m", null, null, null)]
    [InlineData("""{"error":null}""", null, null, null, null)]
    [InlineData("""[]""", null, null, null, null)]
    public void Error_envelopes_come_in_many_shapes(string json, string? message, string? type, string? code, string? param)
    {
        using var document = JsonDocument.Parse(json);

        ProviderError.From(document.RootElement).ShouldBe(new ProviderError(message, type, code, param));
    }
}
