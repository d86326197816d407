using Bickford.Renders.IntegrationTests.Support;
using Bickford.Renders.Ports;
using Bickford.Renders.S3;
using Bickford.Renders.Tests.Files;

namespace Bickford.Renders.IntegrationTests.S3;

/// <summary>What every video store must do, on a real server.</summary>
public abstract class S3Contract(CephServer ceph) : VideoStoreContract, IAsyncLifetime
{
    private S3VideoStore? _store;

    protected override IVideoStore Store => _store!;

    public async ValueTask InitializeAsync()
    {
        var options = await ceph.OptionsForAsync(GetType());
        Configure(options);
        _store = new S3VideoStore(options);
    }

    public ValueTask DisposeAsync()
    {
        _store?.Dispose();
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    protected abstract void Configure(S3StoreOptions options);
}

/// <summary>With objects sent in one request.</summary>
public sealed class S3WholeContractTests(CephServer ceph) : S3Contract(ceph)
{
    protected override void Configure(S3StoreOptions options)
    {
    }
}

/// <summary>With every object that is not empty sent in parts.</summary>
public sealed class S3PartsContractTests(CephServer ceph) : S3Contract(ceph)
{
    protected override void Configure(S3StoreOptions options)
    {
        options.PartBytes = 5 << 20;
        options.MultipartThreshold = 0;
    }
}
