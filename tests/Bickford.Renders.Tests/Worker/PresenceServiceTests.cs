using System.Threading.Channels;
using Bickford.Renders.Ports;
using Bickford.Renders.Sora;
using Bickford.Renders.Tests.Support;
using Bickford.Renders.Worker.Presence;
using Microsoft.Extensions.Logging.Abstractions;

namespace Bickford.Renders.Tests.Worker;

/// <summary>What a worker says of itself, and when.</summary>
public sealed class PresenceServiceTests
{
    private static readonly WorkerStatus s_self = new(Guid.AllBitsSet, "host", 1, "1.0", "Quartz", DateTimeOffset.UnixEpoch, 10, 100);

    private readonly ManualTimeProvider _clock = new();
    private readonly RequestCounter _requests = new();
    private readonly Register _register = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_speaks_at_once_at_each_beat_and_when_it_stops()
    {
        using var service = Service();
        _requests.Add(new RequestCounts(3, 2, 1));
        await service.StartAsync(Cancel);
        (await _register.HeardAsync()).ShouldBe("host 3 2 1");

        _requests.Add(new RequestCounts(1, 0, 0));
        await BeatAsync();
        (await _register.HeardAsync()).ShouldBe("host 1 0 0");

        _requests.Add(new RequestCounts(2, 0, 0));
        await service.StopAsync(Cancel);
        (await _register.HeardAsync()).ShouldBe("host 2 0 0");
        (await _register.HeardAsync()).ShouldBe($"left {Guid.AllBitsSet}");
    }

    [Fact]
    public async Task A_database_that_is_down_loses_no_count_and_stops_nothing()
    {
        using var service = Service();
        _register.Broken = true;
        _requests.Add(new RequestCounts(3, 2, 1));
        await service.StartAsync(Cancel);
        (await _register.HeardAsync()).ShouldBe("refused");

        _register.Broken = false;
        _requests.Add(new RequestCounts(1, 0, 0));
        await BeatAsync();
        (await _register.HeardAsync()).ShouldBe("host 4 2 1");

        _register.Broken = true;
        await Should.NotThrowAsync(() => service.StopAsync(Cancel));
    }

    private async Task BeatAsync()
    {
        await _clock.WaitForTimerAsync(due => due <= PresenceService.Every && due > TimeSpan.FromSeconds(10), Cancel);
        _clock.Advance(PresenceService.Every);
    }

    private PresenceService Service() => new(_register, _requests, () => s_self, _clock, NullLogger<PresenceService>.Instance);

    private sealed class Register : IWorkerRegister
    {
        private readonly Channel<string> _said = Channel.CreateUnbounded<string>();

        public bool Broken { get; set; }

        public Task<string> HeardAsync() => _said.Reader.ReadAsync(Cancel).AsTask().WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System, Cancel);

        public Task SayAsync(WorkerStatus worker, long calls, long throttled, long failed, CancellationToken cancellationToken = default) =>
            Say($"{worker.Host} {calls} {throttled} {failed}");

        public Task LeaveAsync(Guid id, CancellationToken cancellationToken = default) => Say($"left {id}");

        public Task<IReadOnlyList<WorkerStatus>> ListAsync(CancellationToken cancellationToken = default) => Task.FromResult<IReadOnlyList<WorkerStatus>>([]);

        public Task<IReadOnlyList<ProviderTraffic>> ListTrafficAsync(DateTimeOffset since, CancellationToken cancellationToken = default) =>
            Task.FromResult<IReadOnlyList<ProviderTraffic>>([]);

        private Task Say(string word)
        {
            _said.Writer.TryWrite(Broken ? "refused" : word).ShouldBeTrue();
            return Broken ? Task.FromException(new IOException("the database is down")) : Task.CompletedTask;
        }
    }
}
