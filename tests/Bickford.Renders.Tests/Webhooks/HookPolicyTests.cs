using Bickford.Renders.Webhooks;

namespace Bickford.Renders.Tests.Webhooks;

public sealed class HookPolicyTests
{
    private static readonly Hook s_hook = TestHooks.New();

    [Theory]
    [InlineData(200)]
    [InlineData(204)]
    public void What_the_receiver_took_is_delivered(int status) => After(status, 1).ShouldBeOfType<HookVerdict.Delivered>();

    [Theory]
    [InlineData(null)]
    [InlineData(301)]
    [InlineData(401)]
    [InlineData(404)]
    [InlineData(408)]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(503)]
    public void What_is_wrong_with_the_receiver_is_tried_again_up_to_the_last_try(int? status)
    {
        After(status, 15).ShouldBeOfType<HookVerdict.Again>();
        After(status, 16).ShouldBeOfType<HookVerdict.Dead>();
    }

    [Theory]
    [InlineData(400)]
    [InlineData(413)]
    [InlineData(422)]
    public void What_the_receiver_refuses_does_not_hold_up_the_others_for_long(int status)
    {
        After(status, 2).ShouldBeOfType<HookVerdict.Again>();
        After(status, 3).ShouldBeOfType<HookVerdict.Dead>();
    }

    [Fact]
    public void Gone_is_not_asked_again() => After(410, 1).ShouldBeOfType<HookVerdict.Dead>();

    [Fact]
    public void Waits_double_from_the_first_to_the_longest_and_are_spread()
    {
        Wait(1, random: 1).ShouldBe(TimeSpan.FromSeconds(5));
        Wait(2, random: 1).ShouldBe(TimeSpan.FromSeconds(10));
        Wait(15, random: 1).ShouldBe(TimeSpan.FromHours(1));
        Wait(1, random: 0).ShouldBe(TimeSpan.FromSeconds(2.5));
    }

    [Fact]
    public void A_receiver_that_says_when_is_heard_up_to_the_longest_wait()
    {
        Wait(1, retryAfter: TimeSpan.FromMinutes(2)).ShouldBe(TimeSpan.FromMinutes(2));
        Wait(1, retryAfter: TimeSpan.FromDays(300)).ShouldBe(TimeSpan.FromHours(1));
        Wait(10, retryAfter: TimeSpan.FromSeconds(1)).ShouldBeGreaterThan(TimeSpan.FromMinutes(1));
    }

    private static HookVerdict After(int? status, int attempts) => HookPolicy.After(new HookAnswer(status), attempts, s_hook, 0);

    private static TimeSpan Wait(int attempts, double random = 0, TimeSpan? retryAfter = null) =>
        HookPolicy.After(new HookAnswer(503, null, retryAfter), attempts, s_hook, random).ShouldBeOfType<HookVerdict.Again>().In;
}
