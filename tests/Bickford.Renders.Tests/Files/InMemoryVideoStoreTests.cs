using Bickford.Renders.Ports;
using Bickford.Renders.Testing;

namespace Bickford.Renders.Tests.Files;

public sealed class InMemoryVideoStoreTests : VideoStoreContract
{
    private readonly InMemoryVideoStore _store = new();

    protected override IVideoStore Store => _store;

    [Fact]
    public async Task Keys_and_bytes_can_be_looked_at_and_spoilt()
    {
        await PutAsync("b", [1]);
        await PutAsync("a", [2]);
        _store.Keys.ShouldBe(["a", "b"]);
        _store.Read("a").ShouldBe([2]);
        _store.Read("c").ShouldBeNull();

        _store.Corrupt("a", [3]);

        (await _store.VerifyAsync("a", ContentOf([2]), TestContext.Current.CancellationToken)).ShouldBeFalse();
    }
}
