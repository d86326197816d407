using Bickford.Renders.Ports;
using Bickford.Renders.Tests.Support;
using Bickford.Renders.Worker.Api;
using Microsoft.Extensions.Logging.Abstractions;
using NSubstitute;

namespace Bickford.Renders.Tests.Worker.Api;

/// <summary>One looks at the database for all who listen.</summary>
public sealed class ChangeWatchTests : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    private readonly ManualTimeProvider _clock = new();
    private readonly IRenderViews _views = Substitute.For<IRenderViews>();
    private readonly ChangeWatch _watch;
    private Func<long> _last = () => 1;

    public ChangeWatchTests()
    {
        _views.LastChangeAsync(default).ReturnsForAnyArgs(_ => Task.FromResult(_last()));
        _watch = new ChangeWatch(_views, _clock, NullLogger<ChangeWatch>.Instance);
    }

    public void Dispose() => _watch.Dispose();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task All_who_listen_hear_of_a_change_and_the_database_is_asked_once()
    {
        using var first = _watch.Listen();
        using var second = _watch.Listen();
        await TurnAsync();
        _views.ClearReceivedCalls();
        Task[] next = [_watch.Next, _watch.Next];

        await TurnAsync();
        next.ShouldAllBe(task => !task.IsCompleted, "nothing changed");
        _last = () => 2;
        await TurnAsync();

        await Task.WhenAll(next).WaitAsync(s_patience, TimeProvider.System, Cancel);
        await _views.Received(2).LastChangeAsync(Arg.Any<CancellationToken>());
    }

    [Fact]
    public async Task A_database_that_is_down_ends_no_listening()
    {
        using var listening = _watch.Listen();
        await TurnAsync();
        var next = _watch.Next;
        _last = () => throw new IOException("down");
        await TurnAsync();
        _last = () => 2;
        await TurnAsync();

        await next.WaitAsync(s_patience, TimeProvider.System, Cancel);
    }

    [Fact]
    public async Task Nobody_asks_the_database_while_nobody_listens()
    {
        _watch.Listen().Dispose();
        var again = _watch.Listen();
        await TurnAsync();
        again.Dispose();
        again.Dispose();
        _views.ClearReceivedCalls();

        _clock.Advance(10 * ChangeWatch.Every);

        await _views.DidNotReceive().LastChangeAsync(Arg.Any<CancellationToken>());
    }

    private async Task TurnAsync()
    {
        var asked = _views.ReceivedCalls().Count();
        await _clock.WaitForTimerAsync(due => due <= ChangeWatch.Every, Cancel);
        _clock.Advance(ChangeWatch.Every);
        await Sora.RealClient.WaitUntilAsync(() => _views.ReceivedCalls().Count() > asked);
    }
}
