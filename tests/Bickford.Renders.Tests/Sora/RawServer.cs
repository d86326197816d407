using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Bickford.Renders.Tests.Sora;

/// <summary>A TCP server that reads HTTP/1.1 requests whole and lets a function write, stall or close at will.</summary>
internal sealed class RawServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentQueue<string> _requests = new();
    private readonly ConcurrentBag<Task> _connections = [];
    private readonly Func<Connection, string, CancellationToken, Task> _handle;
    private readonly Task _accepting;
    private int _connectionCount;

    /// <summary>Starts listening.</summary>
    /// <param name="handle">Called with each request (its head and body as text); the connection goes on until it is closed.</param>
    public RawServer(Func<Connection, string, CancellationToken, Task> handle)
    {
        _handle = handle;
        _listener.Start();
        BaseUrl = $"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/v1";
        _accepting = AcceptAsync();
    }

    public string BaseUrl { get; }

    /// <summary>Every request that came in whole.</summary>
    public string[] Requests => [.. _requests];

    public int Connections => _connectionCount;

    public static string Answer(int status, string body, string type = "application/json", string headers = "") =>
        string.Create(CultureInfo.InvariantCulture,
            $"HTTP/1.1 {status} X\r\nContent-Type: {type}\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\n{headers}\r\n{body}");

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        await Task.WhenAll(_connections);
        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync(_stop.Token);
                var number = Interlocked.Increment(ref _connectionCount);
                _connections.Add(ServeAsync(new Connection(client, number)));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // stopped
        }
    }

    private async Task ServeAsync(Connection connection)
    {
        using var client = connection.Client;
        try
        {
            while (!connection.IsClosed && await ReadRequestAsync(client.GetStream()) is { } request)
            {
                _requests.Enqueue(request);
                connection.RequestNumber++;
                await _handle(connection, request, _stop.Token);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or ObjectDisposedException)
        {
            // the other side went away, or the test is over
        }
    }

    private async Task<string?> ReadRequestAsync(NetworkStream stream)
    {
        var held = new List<byte>();
        var buffer = new byte[8192];
        while (true)
        {
            var text = Encoding.Latin1.GetString([.. held]);
            var end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            if (end >= 0)
            {
                var length = text[..end].Split("\r\n").FirstOrDefault(static l => l.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase));
                var expected = end + 4 + (length is null ? 0 : int.Parse(length["Content-Length:".Length..], CultureInfo.InvariantCulture));
                if (held.Count >= expected)
                    return text;
            }

            var read = await stream.ReadAsync(buffer, _stop.Token);
            if (read == 0)
                return null;
            held.AddRange(buffer[..read]);
        }
    }

    internal sealed class Connection(TcpClient client, int number)
    {
        public TcpClient Client => client;

        /// <summary>Which connection this is, from 1.</summary>
        public int Number => number;

        /// <summary>Which request on it this is, from 1.</summary>
        public int RequestNumber { get; set; }

        public bool IsClosed { get; private set; }

        public Task WriteAsync(string text, CancellationToken cancellationToken) => WriteAsync(Encoding.UTF8.GetBytes(text), cancellationToken);

        public Task WriteAsync(byte[] bytes, CancellationToken cancellationToken) => client.GetStream().WriteAsync(bytes, cancellationToken).AsTask();

        public void Close()
        {
            IsClosed = true;
            client.Close();
        }
    }
}
