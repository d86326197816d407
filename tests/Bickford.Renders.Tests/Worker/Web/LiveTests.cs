using Bickford.Renders.Ports;
using Bickford.Renders.Tests.Support;
using Bickford.Renders.Worker.Api;
using Bickford.Renders.Worker.Web;
using Microsoft.Extensions.Logging.Abstractions;
using NSubstitute;

namespace Bickford.Renders.Tests.Worker.Web;

/// <summary>Open pages are told of changes.</summary>
public sealed class LiveTests : IDisposable
{
    private readonly ManualTimeProvider _clock = new();
    private readonly IRenderViews _views = Substitute.For<IRenderViews>();
    private readonly CancellationTokenSource _stopping = new();
    private readonly ChangeWatch _watch;
    private long _newest = 1;

    public LiveTests()
    {
        _views.LastChangeAsync(default).ReturnsForAnyArgs(_ => Task.FromResult(Interlocked.Read(ref _newest)));
        _watch = new ChangeWatch(_views, _clock, NullLogger<ChangeWatch>.Instance);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _watch.Dispose();
        _stopping.Dispose();
    }

    [Fact]
    public async Task Whoever_listens_hears_the_newest_change_and_each_one_after_it()
    {
        await using var page = Open();
        (await NextAsync(page)).ShouldBe("1");

        Interlocked.Exchange(ref _newest, 5);
        var next = NextAsync(page);
        await _clock.WaitForTimerAsync(due => due <= ChangeWatch.Every, Cancel);
        _clock.Advance(ChangeWatch.Every);

        (await next).ShouldBe("5");
    }

    [Fact]
    public async Task A_page_that_comes_later_hears_the_newest_change_at_once()
    {
        await using var first = Open();
        await NextAsync(first);
        await using var second = Open();

        (await NextAsync(second)).ShouldBe("1");
    }

    [Fact]
    public async Task When_the_worker_stops_streams_end()
    {
        await using var page = Open();
        await NextAsync(page);
        var next = page.MoveNextAsync();

        await _stopping.CancelAsync();

        (await next).ShouldBeFalse();
    }

    private IAsyncEnumerator<System.Net.ServerSentEvents.SseItem<string>> Open() => LiveEndpoint.EventsAsync(_watch, _clock, _stopping.Token, Cancel).GetAsyncEnumerator(Cancel);

    private static async Task<string> NextAsync(IAsyncEnumerator<System.Net.ServerSentEvents.SseItem<string>> page)
    {
        (await page.MoveNextAsync()).ShouldBeTrue();
        return page.Current.Data;
    }
}
