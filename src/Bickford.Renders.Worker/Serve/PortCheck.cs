using System.Net.Sockets;
using Bickford.Renders.Worker.Cli;

namespace Bickford.Renders.Worker.Serve;

/// <summary>Finds out whether an address can be listened on before anything is written or started.</summary>
internal static class PortCheck
{
    /// <exception cref="InputException">One cannot.</exception>
    public static void Ensure(IEnumerable<string> urls)
    {
        foreach (var url in urls)
        {
            var address = ListenAddress.Parse(url);
            if (address.Port == 0)
                continue;
            using var listener = new TcpListener(address.Address, address.Port);
            try
            {
                listener.Start();
            }
            catch (SocketException e)
            {
                throw Refused(url, e.SocketErrorCode == SocketError.AddressAlreadyInUse ? "is in use by another program" : $"cannot be listened on ({e.Message})");
            }
        }
    }

    public static InputException Refused(string url, string why) =>
        new("Dashboard:Urls", $"'{url}' {why}; allowed: http://ADDRESS:PORT that is free; set it in appsettings.json, as environment variable Dashboard__Urls, or with --urls");
}
