using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Amazon.S3;
using Amazon.S3.Model;
using Bickford.Renders.IntegrationTests.Support;
using Bickford.Renders.S3;
using Bickford.Renders.Simulator;
using Bickford.Renders.Worker.Cli;
using Bickford.Renders.Worker.Composition;
using Dapper;

namespace Bickford.Renders.IntegrationTests.Secrets;

/// <summary>A world whose every part asks for a secret, renders that end in every way, and all that a run of it leaves behind.</summary>
internal sealed class SecretScene : IAsyncDisposable
{
    private static readonly string[] s_prompts =
        [SecretGateway.SignedPrompt, SecretGateway.BrokenPrompt, SecretGateway.EchoPrompt, "A render that fails", "A render that is moderated"];

    private readonly PostgresDatabase _database;
    private readonly string _role;

    private SecretScene(World world, SecretGateway gateway, S3Proxy store, PostgresDatabase database, RunSecrets secrets, string role) =>
        (World, Gateway, Store, _database, Secrets, _role) = (world, gateway, store, database, secrets, role);

    public World World { get; }

    public SecretGateway Gateway { get; }

    public S3Proxy Store { get; }

    public RunSecrets Secrets { get; }

    /// <summary>The secrets of the worker, as files; what a process is not told by its environment.</summary>
    public string SecretsFolder { get; private init; } = Directory.CreateTempSubdirectory("renders-secrets-").FullName;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static async Task<SecretScene> StartAsync(string run, PostgresServer server, CephServer ceph, bool hangfire = false)
    {
        var secrets = new RunSecrets(run);
        var echo = $"rejected, key {secrets[RunSecrets.ApiKey]}, {Uri.EscapeDataString(secrets[RunSecrets.ApiKey])}";
        var world = await World.StartAsync(new SimulatorOptions
        {
            ApiKey = "simulator-key",
            RenderTime = TimeSpan.FromSeconds(0.2),
            Faults =
            [
                new FaultRule { Operation = FaultOperation.Create, Kind = FaultKind.Fail, Match = "that fails", Message = echo, Code = "broken" },
                new FaultRule { Operation = FaultOperation.Create, Kind = FaultKind.Moderation, Match = "moderated", Message = echo },
            ],
        });
        var gateway = await SecretGateway.StartAsync(world.Simulator.BaseUrl, "simulator-key", secrets);
        var store = await S3Proxy.StartAsync((await ceph.GatewayAsync()).Url);
        await ceph.AdminAsync("user", "create", $"--uid={run}", $"--display-name={run}", $"--access-key={secrets[RunSecrets.AccessKey]}", $"--secret-key={secrets[RunSecrets.SecretKey]}");
        var database = await server.CreateDatabaseAsync();
        var role = $"role_{run}";
        await using (var connection = await database.OpenAsync())
            await connection.ExecuteAsync($"CREATE ROLE {role} LOGIN PASSWORD '{secrets[RunSecrets.Database]}'; GRANT CREATE, CONNECT ON DATABASE {database.Name} TO {role}");

        var scene = new SecretScene(world, gateway, store, database, secrets, role);
        scene.Configure(run, server.Port, hangfire);
        return scene;
    }

    /// <summary>The settings of a process whose secrets lie in a folder.</summary>
    public Dictionary<string, string> ByFolder()
    {
        var settings = new Dictionary<string, string>(World.Settings) { ["RENDERS_SECRETS"] = SecretsFolder };
        foreach (var file in Directory.EnumerateFiles(SecretsFolder))
            settings.Remove(Path.GetFileName(file));
        return settings;
    }

    /// <summary>Hands in a render for each way that one can end.</summary>
    public async Task EnqueueAsync()
    {
        var prompts = Path.Combine(World.Folder, "prompts.txt");
        await File.WriteAllLinesAsync(prompts, s_prompts, Stop);
        var printed = await VerbAsync("render", "--prompts", prompts, "--json");
        printed.ShouldContain("\"renders\"", customMessage: printed);
    }

    /// <summary>Runs a verb in this process, with the secrets as variables; gives all it printed.</summary>
    public Task<string> VerbAsync(params string[] arguments) => VerbAsync(World.Settings, arguments);

    /// <inheritdoc cref="VerbAsync(string[])"/>
    public static async Task<string> VerbAsync(IReadOnlyDictionary<string, string> variables, params string[] arguments)
    {
        using var output = new StringWriter();
        var environment = new CliEnvironment
        {
            In = TextReader.Null,
            Out = output,
            Error = output,
            OutIsTerminal = false,
            Variables = variables,
            Clock = TimeProvider.System,
            Open = HostSession.Open,
        };
        await CommandTree.RunAsync(arguments, environment, Stop);
        return output.ToString();
    }

    public Task AtRestAsync() => Eventually.HoldsAsync("all renders ended", async () =>
        await World.CountAsync("SELECT count(*) FROM renders WHERE status IN ('Queued', 'Rendering', 'Storing')") == 0);

    /// <summary>Pages of the worker, with what they are asked with.</summary>
    public async Task<List<(string Place, string Text)>> PagesAsync(RendersProcess worker, params IEnumerable<string> paths)
    {
        await Eventually.HoldsAsync("it listens", () => Task.FromResult(worker.Output.Contains("urls", StringComparison.Ordinal)));
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = new Uri(JsonNode.Parse(worker.Output)!["urls"]![0]!.GetValue<string>()) };
        var pages = new List<(string, string)>();
        foreach (var path in paths)
        {
            // A wrong one now and then: an address that guesses is soon made to wait.
            (string, string)[] guesses = pages.Count < 12 ? [("operator", Secrets[RunSecrets.Viewer])] : [];
            foreach (var (user, password) in (IEnumerable<(string, string)>)[("operator", Secrets[RunSecrets.Operator]), ("viewer", Secrets[RunSecrets.Viewer]), .. guesses])
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, path);
                request.Headers.Authorization = new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{password}")));
                using var answer = await http.SendAsync(request, Stop);
                var wrong = user == "operator" && password == Secrets[RunSecrets.Viewer] && !path.StartsWith("/health", StringComparison.Ordinal);
                answer.StatusCode.ShouldBe(wrong ? HttpStatusCode.Unauthorized : HttpStatusCode.OK, path);
                pages.Add(($"{path} for {user}", $"{answer.Headers}{answer.Content.Headers}{WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync(Stop))}"));
            }
        }

        return pages;
    }

    /// <summary>Every row of every table in the database, the engine's too, as text.</summary>
    public async Task<List<(string Place, string Text)>> RowsAsync()
    {
        await using var connection = await _database.OpenAsync();
        var tables = await connection.QueryAsync<string>("SELECT format('%I.%I', table_schema, table_name) FROM information_schema.tables WHERE table_schema NOT IN ('pg_catalog', 'information_schema')");
        var rows = new List<(string, string)>();
        foreach (var table in tables)
            rows.Add((table, string.Join('\n', await connection.QueryAsync<string>($"SELECT t::text FROM {table} t"))));
        return rows;
    }

    /// <summary>Every file under the world's folder and every object in the bucket: names, headers, bytes.</summary>
    public async Task<List<(string Place, byte[] Bytes)>> FilesAsync()
    {
        var files = Directory.EnumerateFiles(World.Folder, "*", SearchOption.AllDirectories)
            .Select(file => ($"file {Path.GetRelativePath(World.Folder, file)}", (byte[])[.. Encoding.UTF8.GetBytes(file), .. File.ReadAllBytes(file)])).ToList();
        using var client = CephServer.Client(Bucket);
        foreach (var item in (await client.ListObjectsV2Async(new ListObjectsV2Request { BucketName = Bucket.Bucket }, Stop)).S3Objects ?? [])
        {
            using var found = await client.GetObjectAsync(Bucket.Bucket, item.Key, Stop);
            using var content = new MemoryStream();
            await found.ResponseStream.CopyToAsync(content, Stop);
            var headers = string.Join('\n', found.Metadata.Keys.Select(key => $"{key}: {found.Metadata[key]}").Append($"{found.ETag} {found.Headers.CacheControl} {found.Headers.ContentType} {found.Headers.ContentDisposition}"));
            files.Add(($"object {item.Key}", [.. Encoding.UTF8.GetBytes($"{item.Key}\n{headers}\n"), .. content.ToArray()]));
        }

        return files;
    }

    public async ValueTask DisposeAsync()
    {
        await using (var connection = await _database.OpenAsync())
            await connection.ExecuteAsync($"DROP OWNED BY {_role} CASCADE; DROP ROLE {_role}");
        await _database.DisposeAsync();
        await Store.DisposeAsync();
        await Gateway.DisposeAsync();
        await World.DisposeAsync();
        Directory.Delete(SecretsFolder, recursive: true);
    }

    private S3StoreOptions Bucket { get; set; } = null!;

    private void Configure(string run, int port, bool hangfire)
    {
        Bucket = new S3StoreOptions { ServiceUrl = Store.Url, Bucket = $"secrets-{run}", AccessKey = Secrets[RunSecrets.AccessKey], SecretKey = Secrets[RunSecrets.SecretKey] };
        var connection = new Npgsql.NpgsqlConnectionStringBuilder { Host = "127.0.0.1", Port = port, Database = _database.Name, Username = _role, Password = Secrets[RunSecrets.Database] };
        World.OnPostgreSql(connection.ConnectionString).OnS3(Bucket);
        var settings = World.Settings;
        settings["Jobs__Engine"] = hangfire ? "Hangfire" : "Quartz";
        settings["Jobs__MaxAttempts"] = "3";
        settings["Storage__CreateBucket"] = "true";
        settings["Sora__Previews"] = "false";
        // Through a proxy with a login, which alone knows this name; the files lie elsewhere.
        settings["Sora__BaseUrl"] = "http://videos.test/v1";
        settings["Sora__AllowPrivateContentHosts"] = "true";
        settings["HTTP_PROXY"] = $"http://agent:{Uri.EscapeDataString(Secrets[RunSecrets.Proxy])}@{new Uri(Gateway.Url).Authority}";
        settings["NO_PROXY"] = "127.0.0.1";
        // All that every library has to say.
        settings["Logging__Format"] = "Json";
        foreach (var category in new[] { "Default", "Microsoft", "System.Net.Http", "Quartz", "Hangfire" })
            settings[$"Logging__LogLevel__{category}"] = "Trace";
        settings["Sora__ApiKey"] = Secrets[RunSecrets.ApiKey];
        settings["Sora__Headers__X-Gateway-Token"] = Secrets[RunSecrets.Header];
        settings["Dashboard__OperatorPassword"] = Secrets[RunSecrets.Operator];
        settings["Dashboard__ViewerPassword"] = Secrets[RunSecrets.Viewer];
        settings["Dashboard__KeySecret"] = Secrets[RunSecrets.Keys];
        foreach (var name in new[] { "Sora__ApiKey", "Sora__Headers__X-Gateway-Token", "Storage__AccessKey", "Storage__SecretKey", "Database__ConnectionString", "Dashboard__OperatorPassword", "Dashboard__ViewerPassword", "Dashboard__KeySecret" })
            File.WriteAllText(Path.Combine(SecretsFolder, name), settings[name] + "\n");
        // Two uploads are refused by a store that repeats whose request it was.
        var refusals = 0;
        var keys = $"AWSAccessKeyId {Secrets[RunSecrets.AccessKey]}, secret {Secrets[RunSecrets.SecretKey]}";
        Store.Instead = request => !request.IsPut || !request.Target.Contains("video.mp4", StringComparison.Ordinal) ? null : Interlocked.Increment(ref refusals) switch
        {
            1 => S3Proxy.Error(400, "Strange", System.Security.SecurityElement.Escape(keys)),
            2 => S3Proxy.Error(403, "SignatureDoesNotMatch", System.Security.SecurityElement.Escape(keys)),
            _ => null,
        };
    }
}
