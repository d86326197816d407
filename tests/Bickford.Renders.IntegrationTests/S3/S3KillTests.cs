using Bickford.Renders.IntegrationTests.Support;
using Bickford.Renders.Ports;
using Bickford.Renders.Tests.Files;

namespace Bickford.Renders.IntegrationTests.S3;

/// <summary>The server dies in the middle of an upload and comes back.</summary>
public sealed class S3KillTests(CephServer ceph) : S3TestBase(ceph)
{
    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    public async Task A_put_whose_server_is_killed_and_back_after_four_seconds_succeeds_or_fails_cleanly_and_the_next_one_succeeds(int retries)
    {
        var gateway = await Ceph.StartGatewayAsync();
        Options.ServiceUrl = gateway.Url;
        var bytes = Bytes(6 * PartBytes + 17, seed: 1);
        Task back = Task.CompletedTask;
        using var source = new HookedStream(bytes, at: 4 * PartBytes, () => back = KillForAWhileAsync(gateway));
        var store = NewStore(o => o.Retries = retries);

        try
        {
            await store.PutAsync(Key, source, ContentOf(bytes), Token);
        }
        catch (VideoStoreException e)
        {
            S3ReadinessTests.ShouldBeOneClearLine(e, "the connection ");
            (await ObjectsAsync()).ShouldBeEmpty();
        }
        await back;
        await PutAsync(store, bytes);

        (await store.VerifyAsync(Key, ContentOf(bytes), Token)).ShouldBeTrue();
        await NewStore().AbortStaleUploadsAsync(TimeSpan.Zero, Token);
        (await UploadsAsync()).ShouldBeEmpty();
        await gateway.KillAsync();
    }

    private static async Task KillForAWhileAsync(CephGateway gateway)
    {
        await gateway.KillAsync();
        await Task.Delay(TimeSpan.FromSeconds(4), TimeProvider.System, Token);
        await gateway.StartAgainAsync();
    }
}
