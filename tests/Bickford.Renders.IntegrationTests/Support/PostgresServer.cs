using System.Collections.Concurrent;
using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Dapper;
using Npgsql;

namespace Bickford.Renders.IntegrationTests.Support;

/// <summary>
/// A real PostgreSQL in a folder of its own, on a free port of the loopback address, with its durability on. It starts when the first
/// test asks for a database, and ends with the last test. Chaos tests make one of their own with <see cref="StartNewAsync"/>.
/// </summary>
public sealed class PostgresServer : IAsyncDisposable
{
    public const string SuperUser = "postgres";
    public const string Password = "test-superuser-secret";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("renders-pg-");
    private readonly ConcurrentBag<string> _free = [];
    private readonly Lazy<Task> _started;
    private int _databases;

    public PostgresServer() => _started = new Lazy<Task>(InitializeAsync);

    public int Port { get; private set; }

    /// <summary>Process id of the postmaster; 0 while it is stopped.</summary>
    public int ProcessId { get; private set; }

    private static bool IsRoot => Environment.UserName == "root";

    private string DataFolder => Path.Combine(_folder.FullName, "data");

    /// <summary>A server that a test may stop and start as it likes.</summary>
    public static async Task<PostgresServer> StartNewAsync()
    {
        var server = new PostgresServer();
        await server._started.Value;
        return server;
    }

    /// <summary>An empty database; disposed, it is used by another test.</summary>
    public async Task<PostgresDatabase> CreateDatabaseAsync()
    {
        await _started.Value;
        if (!_free.TryTake(out var name))
        {
            name = string.Create(CultureInfo.InvariantCulture, $"test_{Interlocked.Increment(ref _databases)}");
            await using var connection = new NpgsqlConnection(ConnectionString("postgres"));
            await connection.ExecuteAsync($"CREATE DATABASE {name}");
        }

        return new PostgresDatabase(name, ConnectionString(name), async () =>
        {
            await using var connection = new NpgsqlConnection(ConnectionString(name) + ";Pooling=False");
            await connection.ExecuteAsync(
                """
                SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid();
                DROP SCHEMA IF EXISTS renders CASCADE;
                DROP SCHEMA IF EXISTS hangfire CASCADE;
                DROP SCHEMA public CASCADE;
                CREATE SCHEMA public;
                """);
            _free.Add(name);
        });
    }

    /// <summary>For the superuser.</summary>
    public string ConnectionString(string database) =>
        string.Create(CultureInfo.InvariantCulture, $"Host=127.0.0.1;Port={Port};Database={database};Username={SuperUser};Password={Password};Timeout=10");

    /// <summary>Starts it again on the same port, after <see cref="StopImmediate"/>. Returns when it takes connections.</summary>
    public void Start()
    {
        RunAsOwner("pg_ctl", "start", "-w", "-t", "60", "-D", DataFolder, "-l", Path.Combine(_folder.FullName, "log"), "-o", string.Create(CultureInfo.InvariantCulture, $"-p {Port}"));
        ProcessId = int.Parse(File.ReadLines(Path.Combine(DataFolder, "postmaster.pid")).First(), CultureInfo.InvariantCulture);
    }

    /// <summary>Stops it as a crash would: no connection is ended in order, and the next start recovers from the log.</summary>
    public void StopImmediate() => Stop("immediate");

    public async ValueTask DisposeAsync()
    {
        if (_started.IsValueCreated)
        {
            await _started.Value.ContinueWith(_ => { }, TaskScheduler.Default);
            if (ProcessId != 0)
                Stop("immediate");
            NpgsqlConnection.ClearAllPools();
        }

        _folder.Delete(recursive: true);
    }

    private void Stop(string mode)
    {
        RunAsOwner("pg_ctl", "stop", "-w", "-D", DataFolder, "-m", mode);
        ProcessId = 0;
    }

    private async Task InitializeAsync()
    {
        var password = Path.Combine(_folder.FullName, "password");
        await File.WriteAllTextAsync(password, Password);
        if (IsRoot)
            Run("/bin/chown", ["-R", SuperUser, _folder.FullName]);
        RunAsOwner("initdb", "-D", DataFolder, "-U", SuperUser, "--pwfile", password, "-A", "scram-sha-256", "-E", "UTF8", "--locale=C");
        Port = FreePort();
        await File.AppendAllTextAsync(
            Path.Combine(DataFolder, "postgresql.conf"),
            $"listen_addresses = '127.0.0.1'\nunix_socket_directories = '{_folder.FullName}'\nmax_connections = 500\nfsync = on\nshared_buffers = 64MB\n");
        Start();
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    // PostgreSQL does not run as root: its own user does it then.
    private void RunAsOwner(string program, params IReadOnlyList<string> arguments)
    {
        var path = Find(program);
        if (IsRoot)
            Run("setpriv", ["--reuid=" + SuperUser, "--regid=" + SuperUser, "--clear-groups", path, .. arguments]);
        else
            Run(path, arguments);
    }

    private void Run(string program, IReadOnlyList<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = _folder.FullName,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        start.Environment["LC_ALL"] = "C";
        foreach (var name in start.Environment.Keys.Where(key => key.StartsWith("PG", StringComparison.Ordinal)).ToList())
            start.Environment.Remove(name);

        try
        {
            // The server inherits the pipes and keeps them open: what is read is what there is when the program ends.
            using var process = Process.Start(start)!;
            var output = new ConcurrentQueue<string?>();
            process.OutputDataReceived += (_, line) => output.Enqueue(line.Data);
            process.ErrorDataReceived += (_, line) => output.Enqueue(line.Data);
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
            if (!process.WaitForExit(TimeSpan.FromSeconds(90)))
                throw new TimeoutException($"{program} did not end:\n{string.Join('\n', output)}");
            if (process.ExitCode != 0)
                throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} exited {process.ExitCode}:\n{string.Join('\n', output)}\n{Log()}");
        }
        catch (Win32Exception e)
        {
            throw new InvalidOperationException($"{start.FileName} cannot be started: {e.Message}", e);
        }
    }

    private string Log() => File.Exists(Path.Combine(_folder.FullName, "log")) ? File.ReadAllText(Path.Combine(_folder.FullName, "log")) : "";

    private static string Find(string program)
    {
        var debian = Directory.Exists("/usr/lib/postgresql")
            ? Directory.GetDirectories("/usr/lib/postgresql").OrderDescending().Select(version => Path.Combine(version, "bin"))
            : [];
        var path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        return debian.Concat(path).Where(folder => folder != "").Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists)
            ?? throw new InvalidOperationException(
                $"'{program}' of PostgreSQL is neither in /usr/lib/postgresql/*/bin nor on the PATH; install it: apt-get install --no-install-recommends postgresql");
    }
}

/// <summary>An empty database of a test's own.</summary>
public sealed class PostgresDatabase(string name, string connectionString, Func<Task> giveBack) : IAsyncDisposable
{
    public string Name => name;

    /// <summary>For the superuser.</summary>
    public string ConnectionString => connectionString;

    public async Task<NpgsqlConnection> OpenAsync()
    {
        var connection = new NpgsqlConnection(connectionString + ";Pooling=False");
        await connection.OpenAsync();
        return connection;
    }

    public async ValueTask DisposeAsync() => await giveBack();
}
