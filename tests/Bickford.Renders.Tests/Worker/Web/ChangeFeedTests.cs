using Bickford.Renders.Ports;
using Bickford.Renders.Tests.Support;
using Bickford.Renders.Worker.Web;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using NSubstitute;

namespace Bickford.Renders.Tests.Worker.Web;

/// <summary>Open pages are told of changes by one poller, which sleeps while nobody listens.</summary>
public sealed class ChangeFeedTests : IDisposable
{
    private readonly ManualTimeProvider _clock = new();
    private readonly IRenderViews _views = Substitute.For<IRenderViews>();
    private readonly CancellationTokenSource _stopping = new();
    private readonly ChangeFeed _feed;
    private long _newest = 1;
    private int _asked;

    public ChangeFeedTests()
    {
        _views.LastChangeAsync(default).ReturnsForAnyArgs(_ =>
        {
            Interlocked.Increment(ref _asked);
            return Interlocked.Read(ref _newest) is > 0 and var number ? Task.FromResult(number) : Task.FromException<long>(new IOException("the database is away"));
        });
        var lifetime = Substitute.For<IHostApplicationLifetime>();
        lifetime.ApplicationStopping.Returns(_stopping.Token);
        _feed = new ChangeFeed(_views, _clock, lifetime, NullLogger<ChangeFeed>.Instance);
    }

    public void Dispose() => _stopping.Dispose();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Whoever_listens_hears_the_newest_change_and_each_one_after_it()
    {
        await using var listener = _feed.ListenAsync(Cancel).GetAsyncEnumerator(Cancel);
        (await NextAsync(listener)).ShouldBe(1);

        Interlocked.Exchange(ref _newest, 5);
        var next = listener.MoveNextAsync();
        await SecondAsync();

        (await next).ShouldBeTrue();
        listener.Current.ShouldBe(5);
    }

    [Fact]
    public async Task However_many_listen_the_database_is_asked_once()
    {
        await using var first = _feed.ListenAsync(Cancel).GetAsyncEnumerator(Cancel);
        await using var second = _feed.ListenAsync(Cancel).GetAsyncEnumerator(Cancel);
        (await NextAsync(first)).ShouldBe(1);
        (await NextAsync(second)).ShouldBe(1);

        _asked.ShouldBe(1);
    }

    [Fact]
    public async Task While_nobody_listens_it_is_not_asked_at_all()
    {
        await using (var listener = _feed.ListenAsync(Cancel).GetAsyncEnumerator(Cancel))
            await NextAsync(listener);
        var asked = _asked;

        _clock.Advance(TimeSpan.FromMinutes(1));

        _asked.ShouldBe(asked);
    }

    [Fact]
    public async Task A_database_that_is_away_for_a_while_ends_no_stream()
    {
        await using var listener = _feed.ListenAsync(Cancel).GetAsyncEnumerator(Cancel);
        await NextAsync(listener);
        var next = listener.MoveNextAsync();
        Interlocked.Exchange(ref _newest, 0);
        await SecondAsync();
        Interlocked.Exchange(ref _newest, 9);
        await SecondAsync();

        (await next).ShouldBeTrue();
        listener.Current.ShouldBe(9);
    }

    [Fact]
    public async Task When_the_worker_stops_streams_end()
    {
        await using var listener = _feed.ListenAsync(Cancel).GetAsyncEnumerator(Cancel);
        await NextAsync(listener);
        var next = listener.MoveNextAsync();

        await _stopping.CancelAsync();

        (await next).ShouldBeFalse();
    }

    private async Task SecondAsync()
    {
        await _clock.WaitForTimerAsync(static due => due > TimeSpan.Zero && due <= TimeSpan.FromSeconds(1), Cancel);
        _clock.Advance(TimeSpan.FromSeconds(1));
    }

    private static async Task<long> NextAsync(IAsyncEnumerator<long> listener)
    {
        (await listener.MoveNextAsync()).ShouldBeTrue();
        return listener.Current;
    }
}
