using System.Diagnostics;
using System.Globalization;

namespace Bickford.Renders.IntegrationTests.Support;

/// <summary>A radosgw process: an S3 server on a port of its own, which it keeps when it is killed and started again.</summary>
public sealed class CephGateway
{
    private readonly ProcessGuard _guard;
    private readonly string _folder;
    private readonly string _config;
    private readonly int _port = FreePort.Next();
    private Process? _process;

    private CephGateway(ProcessGuard guard, string folder, string config) => (_guard, _folder, _config) = (guard, folder, config);

    public string Url => string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{_port}");

    internal static CephGateway Begin(ProcessGuard guard, string folder, string config)
    {
        var gateway = new CephGateway(guard, folder, config);
        gateway.Launch();
        return gateway;
    }

    internal static async Task<CephGateway> StartAsync(ProcessGuard guard, string folder, string config)
    {
        var gateway = Begin(guard, folder, config);
        await gateway.WaitAsync();
        return gateway;
    }

    /// <summary>Kills it, as <c>kill -9</c> does.</summary>
    public async Task KillAsync()
    {
        _process!.Kill();
        await _process.WaitForExitAsync();
    }

    public async Task StartAgainAsync()
    {
        Launch();
        await WaitAsync();
    }

    public async Task<bool> AnswersAsync()
    {
        try
        {
            using var http = new HttpClient();
            using var answer = await http.GetAsync(new Uri(Url));
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private Task WaitAsync() => Eventually.HoldsAsync($"the gateway at {Url} answers", AnswersAsync);

    private void Launch()
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"rgw-{_port}");
        _process = _guard.Start(name, "radosgw",
        [
            "-f", "-n", "client.rgw", "-c", _config, $"--rgw-frontends=beast endpoint={Url["http://".Length..]}",
            $"--admin-socket={_folder}/run/{name}.asok", $"--pid-file={_folder}/run/{name}.pid", $"--log-file={_folder}/log/{name}.log",
        ]);
    }
}
