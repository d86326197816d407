using Bickford.Renders.IntegrationTests.Api;
using Bickford.Renders.IntegrationTests.Support;
using Bickford.Renders.Ledger;
using Bickford.Renders.Ports;
using Bickford.Renders.Simulator;
using Bickford.Renders.Webhooks;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Bickford.Renders.IntegrationTests.Webhooks;

/// <summary>A real worker, and a real receiver which verifies every signature.</summary>
public sealed class HookTests : IAsyncLifetime
{
    private const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private const string OldSecret = "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

    private World _world = null!;
    private Receiver _receiver = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _world = await World.StartAsync(new SimulatorOptions { ApiKey = "simulator-key", RenderTime = TimeSpan.FromSeconds(0.2), ContentBytes = 10_000 });
        _receiver = await Receiver.StartAsync(Secret);
        foreach (var (name, value) in Settings())
            _world.Settings[name] = value;
    }

    public async ValueTask DisposeAsync()
    {
        await _receiver.DisposeAsync();
        await _world.DisposeAsync();
    }

    [Fact]
    public async Task Every_event_arrives_in_order_at_a_receiver_that_fails_at_times_and_over_a_restart()
    {
        // Every third request fails, each in another way; the fifth is taken and its answer lost.
        _receiver.Answer = (number, _) => number == 5 ? 0 : (number % 3) switch { 0 => new[] { 500, 429, 302, 404 }[number / 3 % 4], _ => 204 };
        long last;
        await using (var worker = await StartAsync())
        {
            await BegunAsync(worker);
            await RenderAsync(worker, 2);
            await Eventually.HoldsAsync("some arrived", () => Task.FromResult(_receiver.Taken.Count > 4));
        }

        await using (var worker = await StartAsync())
        {
            await RenderAsync(worker, 2);
            last = (await worker.Ledger.TailAsync(1, Cancel))[0].Seq;
            await ReachedAsync(worker, last);
            var events = await worker.Ledger.ReadAsync(cancellationToken: Cancel).ToListAsync(Cancel);
            (await worker.Hooks.ListDeadLettersAsync(null, 0, 10, Cancel)).ShouldBeEmpty();
            // At least once, and in the order of the ledger: what comes twice comes twice in a row.
            _receiver.Taken.Select(one => one.Id).Distinct().ShouldBe(events.Select(one => one.EventId.ToString()));
            _receiver.Taken.Count.ShouldBeGreaterThan(events.Count);
            _receiver.Taken.Last().Body["data"]!["hash"]!.GetValue<string>().ShouldBe(events[^1].Hash);
        }

        _receiver.Wrong.ShouldBeEmpty();
    }

    [Fact]
    public async Task What_the_receiver_refuses_becomes_a_dead_letter_holds_nothing_up_and_is_sent_again_by_hand()
    {
        _receiver.Answer = (_, type) => type == "render.rendered" ? 422 : 204;
        await using var worker = await StartAsync();
        await BegunAsync(worker);
        await RenderAsync(worker, 1);
        await ReachedAsync(worker, (await worker.Ledger.TailAsync(1, Cancel))[0].Seq);

        var letter = (await worker.Hooks.ListDeadLettersAsync(null, 0, 10, Cancel)).ShouldHaveSingleItem();
        (letter.Type, letter.Attempts, letter.Problem).ShouldBe(("render.rendered", 3, "answered 422"));
        _receiver.Taken.Last().Body["type"]!.GetValue<string>().ShouldBe("render.completed");
        var listed = await _world.RunAsync("hooks", "list");
        listed.ExitCode.ShouldBe(0, listed.Error);
        listed.Output.ShouldContain(letter.EventId.ToString());

        var page = await worker.Http.GetStringAsync("/overview", Cancel);
        page.ShouldContain(letter.EventId.ToString());
        (page + listed.Output).ShouldNotContain("T0KEN");

        _receiver.Answer = (_, _) => 200;
        var retried = await _world.RunAsync("hooks", "retry", "--all");

        (retried.ExitCode, retried.Error).ShouldBe((0, ""));
        retried.Output.ShouldContain("1 of 1 arrived");
        _receiver.Taken.Last().Id.ShouldBe(letter.EventId.ToString());
        (await worker.Hooks.ListDeadLettersAsync(null, 0, 10, Cancel)).ShouldBeEmpty();
        _receiver.Wrong.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("http://127.0.0.1:9/", false, "127.0.0.1 is not on the internet; Hooks:test:AllowPrivateHosts=true allows private addresses, link-local ones never are")]
    [InlineData("http://localhost:9/", false, "localhost is not on the internet")]
    [InlineData("http://[::ffff:10.0.0.1]:9/", false, "is not on the internet")]
    [InlineData("http://169.254.169.254/latest/meta-data", true, "169.254.169.254 is not on the internet")]
    [InlineData("http://127.0.0.1:9/", true, "http://127.0.0.1:9 cannot be reached: ConnectionRefused")]
    public async Task Where_no_request_may_go_none_goes(string url, bool allowPrivate, string problem)
    {
        using var sender = new HttpHookSender(TimeProvider.System);
        var hook = new Hook { Name = "test", Url = new Uri(url), Secrets = [Secret], AllowPrivateHosts = allowPrivate };

        var answer = await sender.SendAsync(hook, HookMessage.Test(Guid.AllBitsSet, DateTimeOffset.UnixEpoch), Cancel);

        (answer.Status, answer.Arrived).ShouldBe((null, false));
        answer.Text.ShouldContain(problem);
    }

    [Fact]
    public async Task A_redirect_is_not_followed()
    {
        _receiver.Answer = (_, _) => 307;
        using var sender = new HttpHookSender(TimeProvider.System);

        var answer = await sender.SendAsync(Hook(), HookMessage.Test(Guid.AllBitsSet, DateTimeOffset.UnixEpoch), Cancel);

        answer.Text.ShouldBe("answered 307; redirects are not followed");
        _receiver.Requests.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task A_receiver_that_does_not_answer_is_left_after_the_time_that_is_set()
    {
        var silence = new TaskCompletionSource();
        _receiver.Answer = (_, _) =>
        {
            silence.Task.Wait(Cancel);
            return 204;
        };
        using var sender = new HttpHookSender(TimeProvider.System);

        var answer = await sender.SendAsync(Hook() with { Timeout = TimeSpan.FromMilliseconds(200) }, HookMessage.Test(Guid.AllBitsSet, DateTimeOffset.UnixEpoch), Cancel);
        silence.SetResult();

        answer.Text.ShouldBe("no answer within 0.2 s");
    }

    private Hook Hook() => new() { Name = "test", Url = new Uri(_receiver.Url), Secrets = [Secret], AllowPrivateHosts = true };

    // Two keys, as while one is replaced: the receiver knows the second.
    private IEnumerable<(string Name, string Value)> Settings() =>
    [
        ("Hooks__archive__Url", _receiver.Url + "/in/T0KEN"), ("Hooks__archive__Secret", $"{OldSecret},{Secret}"), ("Hooks__archive__Types", "*"),
        ("Hooks__archive__AllowPrivateHosts", "true"), ("Hooks__archive__RetryFirst", "10ms"), ("Hooks__archive__RetryMax", "50ms"),
    ];

    private async Task<Worker> StartAsync()
    {
        var (app, http) = await ApiFixture.StartAppAsync(_world);
        return new Worker(app, http);
    }

    private static Task BegunAsync(Worker worker) => Eventually.HoldsAsync("the hook began", async () => (await worker.Hooks.ListAsync(Cancel)).Count > 0);

    private static Task ReachedAsync(Worker worker, long seq) =>
        Eventually.HoldsAsync($"the hook is at {seq}", async () => (await worker.Hooks.ListAsync(Cancel))[0].Position >= seq);

    private static async Task RenderAsync(Worker worker, int renders)
    {
        for (var i = 0; i < renders; i++)
            (await worker.Renders.EnqueueAndWaitAsync(new RenderRequest("A lighthouse in fog"), cancellationToken: Cancel)).Status.ShouldBe(RenderStatus.Completed);
    }

    private sealed class Worker(WebApplication app, HttpClient http) : IAsyncDisposable
    {
        public HttpClient Http => http;

        public ILedger Ledger => app.Services.GetRequiredService<ILedger>();

        public IRenders Renders => app.Services.GetRequiredService<IRenders>();

        public IHookStore Hooks => app.Services.GetRequiredService<IHookStore>();

        public async ValueTask DisposeAsync()
        {
            http.Dispose();
            await app.StopAsync(CancellationToken.None);
            await app.DisposeAsync();
        }
    }
}
