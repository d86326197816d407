using System.Data.Common;
using System.Globalization;
using System.Text.Json.Nodes;
using Bickford.Renders.S3;
using Bickford.Renders.Simulator;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Bickford.Renders.IntegrationTests.Support;

/// <summary>A folder, a simulator and the settings that bring a <c>renders</c> process together with them.</summary>
public sealed class World : IAsyncDisposable
{
    private string? _postgreSql;
    private S3StoreOptions? _bucket;

    private World(SimulatorServer simulator, string folder)
    {
        Simulator = simulator;
        Folder = folder;
        Settings = new Dictionary<string, string>
        {
            ["Sora__BaseUrl"] = simulator.BaseUrl.ToString(),
            ["Sora__ApiKey"] = simulator.Options.ApiKey ?? "",
            ["Sora__CreateSettle"] = "00:00:00.5",
            ["Database__ConnectionString"] = DatabasePath,
            ["Storage__Root"] = StoreRoot,
            ["Staging__Root"] = Path.Combine(folder, "staging"),
            ["Jobs__Lease"] = "00:00:02",
            ["Jobs__PollFirst"] = "00:00:00.1",
            ["Jobs__PollMax"] = "00:00:00.3",
            ["Jobs__RetryFirst"] = "00:00:00.1",
            ["Jobs__RetryMax"] = "00:00:01",
            ["Jobs__ReconcileEvery"] = "00:00:00.2",
            ["Jobs__ReconcileGrace"] = "00:00:00.2",
            ["Dashboard__Urls"] = "http://127.0.0.1:0",
        };
    }

    public SimulatorServer Simulator { get; }

    public string Folder { get; }

    /// <summary>Environment of every process of this world; add to it before starting one.</summary>
    public Dictionary<string, string> Settings { get; }

    public string DatabasePath => Path.Combine(Folder, "renders.db");

    public string StoreRoot => Path.Combine(Folder, "videos");

    public static async Task<World> StartAsync(SimulatorOptions? options = null)
    {
        var folder = Directory.CreateTempSubdirectory("renders-it-").FullName;
        var simulator = await SimulatorServer.StartAsync(options ?? new SimulatorOptions
        {
            ApiKey = "simulator-key",
            RenderTime = TimeSpan.FromSeconds(0.4),
        });
        return new World(simulator, folder);
    }

    public RendersProcess Start(params IReadOnlyList<string> arguments) => RendersProcess.Start(Folder, Settings, arguments);

    /// <summary>Starts a process that dies at a kill point.</summary>
    public RendersProcess StartToDieAt(string point, params IReadOnlyList<string> arguments) =>
        RendersProcess.Start(Folder, new Dictionary<string, string>(Settings) { ["RENDERS_KILL_AT"] = point }, arguments);

    public async Task<ProcessResult> RunAsync(params IReadOnlyList<string> arguments)
    {
        await using var process = Start(arguments);
        return await process.WaitAsync();
    }

    /// <summary>Runs a verb with <c>--json</c> and reads what it printed.</summary>
    public async Task<JsonNode> RunJsonAsync(params IReadOnlyList<string> arguments)
    {
        var result = await RunAsync([.. arguments, "--json"]);
        try
        {
            return JsonNode.Parse(result.Output)!;
        }
        catch (System.Text.Json.JsonException e)
        {
            throw new InvalidOperationException($"'{string.Join(' ', arguments)}' exited {result.ExitCode} and printed no JSON:\n{result.Output}\n{result.Error}", e);
        }
    }

    /// <summary>Rows and ledger on PostgreSQL.</summary>
    public World OnPostgreSql(string connectionString)
    {
        _postgreSql = connectionString;
        Settings["Database__Provider"] = "PostgreSql";
        Settings["Database__ConnectionString"] = connectionString;
        return this;
    }

    /// <summary>Rows, ledger and Hangfire's jobs on PostgreSQL.</summary>
    public World OnHangfire(string connectionString)
    {
        OnPostgreSql(connectionString).Settings["Jobs__Engine"] = "Hangfire";
        return this;
    }

    /// <summary>Videos in a bucket, with staging folders of each process' own.</summary>
    public World OnS3(S3StoreOptions bucket)
    {
        _bucket = bucket;
        Settings["Storage__Kind"] = "S3";
        Settings["Storage__ServiceUrl"] = bucket.ServiceUrl!;
        Settings["Storage__Region"] = bucket.Region;
        Settings["Storage__Bucket"] = bucket.Bucket;
        Settings["Storage__Prefix"] = bucket.Prefix;
        Settings["Storage__AccessKey"] = bucket.AccessKey!;
        Settings["Storage__SecretKey"] = bucket.SecretKey!;
        Settings.Remove("Storage__Root");
        return this;
    }

    /// <summary>The bytes behind a uri of the ledger.</summary>
    public async Task<byte[]> ReadAsync(string uri)
    {
        var address = new Uri(uri);
        if (address.IsFile)
            return await File.ReadAllBytesAsync(address.LocalPath);
        using var client = CephServer.Client(_bucket!);
        using var answer = await client.GetObjectAsync(address.Host, Uri.UnescapeDataString(address.AbsolutePath[1..]));
        using var content = new MemoryStream();
        await answer.ResponseStream.CopyToAsync(content);
        return content.ToArray();
    }

    /// <summary>Reads the database past the program: one dictionary a row, ids as text.</summary>
    public async Task<List<Dictionary<string, object?>>> QueryAsync(string sql)
    {
        await using DbConnection connection = _postgreSql is null
            ? new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = DatabasePath, Mode = SqliteOpenMode.ReadOnly, Pooling = false }.ToString())
            : new NpgsqlConnection(_postgreSql + ";Search Path=renders;Pooling=false");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await using var reader = await command.ExecuteReaderAsync();
        var rows = new List<Dictionary<string, object?>>();
        while (await reader.ReadAsync())
        {
            var row = new Dictionary<string, object?>();
            for (var i = 0; i < reader.FieldCount; i++)
                row[reader.GetName(i)] = await reader.IsDBNullAsync(i) ? null : reader.GetValue(i) is Guid id ? id.ToString("D") : reader.GetValue(i);
            rows.Add(row);
        }

        return rows;
    }

    public async Task<long> CountAsync(string sql) => Convert.ToInt64((await QueryAsync(sql)).Single().Values.Single(), CultureInfo.InvariantCulture);

    public async ValueTask DisposeAsync()
    {
        await Simulator.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }
}
