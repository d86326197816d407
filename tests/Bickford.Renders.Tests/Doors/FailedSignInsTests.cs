using System.Net;
using System.Text;
using Bickford.Renders.Ports;
using Bickford.Renders.Tests.Support;
using Bickford.Renders.Worker.Doors;

namespace Bickford.Renders.Tests.Doors;

/// <summary>Who guesses waits; who knows does not.</summary>
public sealed class FailedSignInsTests
{
    private static readonly IPAddress s_address = IPAddress.Parse("203.0.113.7");

    private readonly ManualTimeProvider _clock = new();

    [Fact]
    public void Ten_wrong_tries_at_once_and_then_one_every_six_seconds()
    {
        var failures = new FailedSignIns(_clock);
        for (var i = 0; i < FailedSignIns.Tries; i++)
        {
            failures.Wait(s_address).ShouldBeNull($"try {i}");
            failures.Note(s_address);
        }

        failures.Wait(s_address).ShouldBe(FailedSignIns.Every);
        _clock.Advance(FailedSignIns.Every);
        failures.Wait(s_address).ShouldBeNull();
        failures.Note(s_address);
        failures.Wait(s_address).ShouldBe(FailedSignIns.Every);
        _clock.Advance(FailedSignIns.Every * FailedSignIns.Tries);
        for (var i = 0; i < FailedSignIns.Tries - 1; i++)
            failures.Note(s_address);
        failures.Wait(s_address).ShouldBeNull("it had all of them again, and no more");
        failures.Note(s_address);
        failures.Wait(s_address).ShouldNotBeNull();
    }

    [Fact]
    public void Of_many_tries_at_once_no_more_are_looked_at_than_there_are()
    {
        var (failures, looked) = (new FailedSignIns(_clock), 0);

        Parallel.For(0, 500, _ => failures.Try(s_address, () => Interlocked.Increment(ref looked) == 0).Right.ShouldBeFalse());

        looked.ShouldBe(FailedSignIns.Tries);
    }

    [Theory]
    [InlineData("203.0.113.8", false)]
    [InlineData("::ffff:203.0.113.7", true)]
    public void Each_address_for_itself(string other, bool same)
    {
        var failures = new FailedSignIns(_clock);
        for (var i = 0; i < FailedSignIns.Tries; i++)
            failures.Note(s_address);

        failures.Wait(IPAddress.Parse(other)).HasValue.ShouldBe(same);
    }

    [Fact]
    public void An_IPv6_network_is_one_address()
    {
        var failures = new FailedSignIns(_clock);
        for (var i = 0; i < FailedSignIns.Tries; i++)
            failures.Note(IPAddress.Parse($"2001:db8:1:2::{i}"));

        failures.Wait(IPAddress.Parse("2001:db8:1:2:ffff::1")).ShouldNotBeNull();
        failures.Wait(IPAddress.Parse("2001:db8:1:3::1")).ShouldBeNull();
    }

    [Fact]
    public void A_flood_of_addresses_is_forgotten_the_quiet_ones_first()
    {
        var failures = new FailedSignIns(_clock);
        for (var i = 0; i < FailedSignIns.Tries; i++)
            failures.Note(s_address);

        for (var i = 0; i < 10_050; i++)
            failures.Note(new IPAddress([10, 0, (byte)(i / 256), (byte)(i % 256)]));

        failures.Count.ShouldBe(10_000);
        failures.Wait(s_address).ShouldNotBeNull();
    }

    [Fact]
    public async Task Too_many_wrong_passwords_shut_the_door_for_that_address_alone_even_to_the_right_one()
    {
        await using var world = await DoorWorld.StartAsync(_clock, new MemoryKeys(), "Dashboard:OperatorPassword=operator-password-1");
        (string, string) from = (DoorWorld.From, "203.0.113.7");
        for (var i = 0; i < FailedSignIns.Tries; i++)
            (await world.WhoAsync(from, Basic($"wrong-password-{i}"))).ShouldBe("401");

        using var answer = await world.GetAsync("/api/who", from, Basic("operator-password-1"));

        answer.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        answer.Headers.RetryAfter!.Delta.ShouldBe(FailedSignIns.Every);
        (await world.WhoAsync(from, KeyDoorTests.Bearer(world.Keys.Give("ci", ApiKeyRole.Viewer)))).ShouldBe("429");
        (await world.WhoAsync(from)).ShouldBe("401", "who shows nothing guesses nothing");
        (await world.WhoAsync((DoorWorld.From, "203.0.113.8"), Basic("operator-password-1"))).ShouldBe("operator Act");
        _clock.Advance(FailedSignIns.Every);
        (await world.WhoAsync(from, Basic("operator-password-1"))).ShouldBe("operator Act");
    }

    [Fact]
    public async Task Nobody_gets_new_tries_by_saying_that_he_is_another()
    {
        await using var world = await DoorWorld.StartAsync(_clock, new MemoryKeys());

        for (var i = 0; i < FailedSignIns.Tries; i++)
            (await world.WhoAsync((DoorWorld.From, "203.0.113.7"), ("X-Forwarded-For", $"198.51.100.{i}"), KeyDoorTests.Bearer("brk_wrong"))).ShouldBe("401");

        (await world.WhoAsync((DoorWorld.From, "203.0.113.7"), ("X-Forwarded-For", "198.51.100.99"), KeyDoorTests.Bearer("brk_wrong"))).ShouldBe("429");
    }

    [Fact]
    public async Task Behind_a_named_proxy_each_of_those_it_speaks_for_has_his_own()
    {
        await using var world = await DoorWorld.StartAsync(_clock, new MemoryKeys(), "Dashboard:Proxy:Addresses=10.1.2.3");
        var key = KeyDoorTests.Bearer(world.Keys.Give("ci", ApiKeyRole.Viewer));
        for (var i = 0; i <= FailedSignIns.Tries; i++)
            await world.WhoAsync((DoorWorld.From, "10.1.2.3"), ("X-Forwarded-For", "198.51.100.1"), KeyDoorTests.Bearer("brk_wrong"));

        (await world.WhoAsync((DoorWorld.From, "10.1.2.3"), ("X-Forwarded-For", "198.51.100.1"), key)).ShouldBe("429");
        (await world.WhoAsync((DoorWorld.From, "10.1.2.3"), ("X-Forwarded-For", "198.51.100.2"), key)).ShouldBe("key:ci Look");
    }

    private static (string Name, string Value) Basic(string password) => ("Authorization", "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes($"operator:{password}")));
}
