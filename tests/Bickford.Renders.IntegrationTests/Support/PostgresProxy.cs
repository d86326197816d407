using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Bickford.Renders.IntegrationTests.Support;

/// <summary>
/// Stands between a client and PostgreSQL, counts round trips and loses answers. A round trip is a Sync, a Query or the like, after
/// which a client can only wait: https://www.postgresql.org/docs/current/protocol-flow.html
/// </summary>
public sealed class PostgresProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly int _port;
    private readonly Task _accepting;
    private string? _loseAnswerOf;
    private int _roundTrips;

    public PostgresProxy(int port)
    {
        _port = port;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public int RoundTrips => Volatile.Read(ref _roundTrips);

    /// <summary>The next answer to a message that holds this text is lost, together with its connection; the server does what it was asked.</summary>
    public void LoseAnswerOf(string text) => Volatile.Write(ref _loseAnswerOf, text);

    public string Through(string connectionString) =>
        connectionString.Replace(string.Create(CultureInfo.InvariantCulture, $"Port={_port};"), string.Create(CultureInfo.InvariantCulture, $"Port={Port};SSL Mode=Disable;"), StringComparison.Ordinal);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        var connections = new List<Task>();
        try
        {
            while (true)
                connections.Add(RelayAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(connections);
        }
    }

    private async Task RelayAsync(TcpClient client)
    {
        using var server = new TcpClient();
        using (client)
        {
            try
            {
                await server.ConnectAsync(IPAddress.Loopback, _port, _stop.Token);
                var lost = new StrongBox();
                await Task.WhenAny(
                    RequestsAsync(client.GetStream(), server.GetStream(), lost),
                    AnswersAsync(server.GetStream(), client.GetStream(), lost));
            }
            catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
            {
                // One side is gone; closing both tells the other.
            }
        }
    }

    private async Task RequestsAsync(NetworkStream client, NetworkStream server, StrongBox lost)
    {
        var started = false;
        var header = new byte[5];
        while (true)
        {
            // The first message has no type.
            var head = started ? header.AsMemory() : header.AsMemory(1);
            await client.ReadExactlyAsync(head, _stop.Token);
            var body = new byte[BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(1)) - 4];
            await client.ReadExactlyAsync(body, _stop.Token);
            if (started && header[0] is (byte)'S' or (byte)'Q')
                Interlocked.Increment(ref _roundTrips);
            if (_loseAnswerOf is { } text && body.AsSpan().IndexOf(System.Text.Encoding.UTF8.GetBytes(text)) >= 0)
            {
                _loseAnswerOf = null;
                lost.Value = true;
            }

            await server.WriteAsync(head, _stop.Token);
            await server.WriteAsync(body, _stop.Token);
            started = true;
        }
    }

    private async Task AnswersAsync(NetworkStream server, NetworkStream client, StrongBox lost)
    {
        var buffer = new byte[65536];
        int read;
        while ((read = await server.ReadAsync(buffer, _stop.Token)) > 0)
        {
            if (lost.Value)
                return; // the first bytes of the answer: what was asked has been done
            await client.WriteAsync(buffer.AsMemory(0, read), _stop.Token);
        }
    }

    private sealed class StrongBox
    {
        public volatile bool Value;
    }
}
