using static Bickford.Renders.Worker.Settings.SettingRule;

namespace Bickford.Renders.Worker.Settings;

/// <summary>Every setting there is: the one source of known keys, their limits, defaults and help.</summary>
internal static class SettingCatalogue
{
    public static readonly IReadOnlyList<SettingKey> Keys =
    [
        new("Database:Provider", OneOf("Sqlite", "PostgreSql"), "Sqlite", "where rows and ledger live"),
        new("Database:ConnectionString", Text("the path of a SQLite file, or 'Data Source=PATH', or a PostgreSQL connection string"), "renders-data/renders.db", "the SQLite file, or 'Host=…;Database=…;Username=…;Password=…'"),

        new("Jobs:Engine", OneOf("Quartz", "Hangfire"), "Quartz", "the job engine; Hangfire needs PostgreSQL, and a build with it"),
        new("Jobs:ApiWorkers", Whole(1, 256), "8", "creates at once, and as many looks beside them"),
        new("Jobs:TransferWorkers", Whole(1, 64), "8", "downloads and uploads at once"),
        new("Jobs:Deadline", Time("1m", "7d"), "2h", "how long a render may take, from enqueue to the end of the provider's work"),
        new("Jobs:Lease", Time("2s", "10m"), "30s", "how long a step is held after its process died"),
        new("Jobs:PollFirst", Time("10ms", "1h"), "2s", "from the create to the first look"),
        new("Jobs:PollMax", Time("10ms", "1d"), "20s", "the longest time between looks where nothing is learnt"),
        new("Jobs:PollFactor", Number(1, 10), "1.5", "how much longer each time between looks is than the one before"),
        new("Jobs:PollLearns", Flag(), "true", "looks are taken when renders of the same model, size and length mostly end; false: by PollFirst, PollFactor and PollMax only"),
        new("Jobs:PollLooks", Number(2, 100), "6", "about how many looks a render gets where times are learnt; twice as many find its end in half the time"),
        new("Jobs:PollMerges", Flag(), "true", "looks that are due together are answered by pages of the provider's list; false: each by a request of its own"),
        new("Jobs:RetryFirst", Time("10ms", "1h"), "2s", "from a first failure to the second try"),
        new("Jobs:RetryMax", Time("10ms", "1d"), "2m", "the longest time between tries"),
        new("Jobs:MaxAttempts", Whole(1, 1000), "30", "failed tries of one step in a row before the render fails"),
        new("Jobs:ReconcileEvery", Time("100ms", "1h"), "2s", "how often overdue renders are looked for; with Hangfire 15s, and rounded up to a part of a minute") { DefaultWithHangfire = "15s" },
        new("Jobs:ReconcileGrace", Time("0s", "1h"), "3s", "how long a render is overdue before it is handed over again"),
        new("Jobs:CarryOn", Flag(), "true", "upload and record follow a download in the same run; with Hangfire false: each step is a job of its own") { DefaultWithHangfire = "false" },
        new("Jobs:DrainTimeout", Time("0s", "1h"), "30s", "how long a stop waits for running steps"),

        new("Sora:BaseUrl", OptionalHttpUrl("the http or https address of a server of the Videos protocol, such as https://host.example/v1"), null, "the provider; its address ends in /v1"),
        new("Sora:ApiKey", OptionalText("the provider's key"), null, "the provider's key; when empty, OPENAI_API_KEY") { Secret = true },
        new("Sora:DefaultModel", Text("a name under Sora:Models"), null, "the model of a request that names none; else the first"),
        new("Sora:Models:*", Text("a section with Sizes, Seconds, Price, Prices"), null, "a model that may be asked for"),
        new("Sora:Models:*:Sizes", Size.AsList(), null, "sizes it offers; the first is the default"),
        new("Sora:Models:*:Seconds", Whole(1, 3600).AsList(), null, "clip lengths it offers; the first is the default"),
        new("Sora:Models:*:Price", Number(0, 10_000), null, "US dollars for a second of clip"),
        new("Sora:Models:*:Prices:*", Number(0, 10_000), null, "US dollars for a second of clip of this size"),
        new("Sora:Format", OneOf("Auto", "Multipart", "Json"), "Auto", "how creates are sent; Auto: JSON, and multipart with a reference"),
        new("Sora:Headers:*", Text("the header's value"), null, "a header on every request to the provider") { Secret = true },
        new("Sora:ExtraFields:*", Text("the field's value"), null, "a form field on every create"),
        new("Sora:RequestsPerMinute", Whole(0, RenderOptions.HighestLimit), "0", "requests to the provider in any minute, by all workers together; 0 is no limit"),
        new("Sora:MaxInFlight", Whole(0, RenderOptions.HighestLimit), "0", "renders the provider works on at once, for all workers together; 0 is no limit"),
        new("Sora:CreateTimeout", Time("1s", "1h"), "60s", "how long one create may take"),
        new("Sora:ReadTimeout", Time("1s", "1h"), "30s", "how long one look or list may take"),
        new("Sora:IdleTimeout", Time("1s", "1h"), "30s", "how long a download may stand still"),
        new("Sora:MinBytesPerSecond", Whole(0, 1 << 30), "16384", "the least average pace of a download, over each minute of waiting for it; 0 is any pace"),
        new("Sora:DownloadTimeout", Time("1m", "1d"), "1h", "how long one try of a file may be waited for in all"),
        new("Sora:ConnectTimeout", Time("1s", "1h"), "10s", "how long opening a connection may take"),
        new("Sora:ReadAttempts", Whole(1, 20), "4", "how often a look, list or download request is tried in all"),
        new("Sora:ReadRetryFirst", Time("10ms", "1m"), "500ms", "from a read's first failure to its second try"),
        new("Sora:ReadRetryMax", Time("10ms", "10m"), "20s", "the longest wait between two tries of a read"),
        new("Sora:CircuitFailureRatio", Number(0.01m, 1), "0.8", "share of failed reads at which the provider is left alone for a while"),
        new("Sora:CircuitMinimumRequests", Whole(2, 10_000), "10", "requests before that share means anything"),
        new("Sora:CircuitWindow", Time("1s", "1h"), "30s", "the time that share is taken over"),
        new("Sora:CircuitBreak", Time("1s", "1h"), "10s", "how long the provider is then left alone"),
        new("Sora:AllowPrivateContentHosts", Flag(), "false", "follow the provider's links to private addresses"),
        new("Sora:CreateSettle", Time("0s", "1h"), "60s", "how long an empty look-up after a lost create answer is not believed"),
        new("Sora:Previews", Flag(), "true", "also fetch thumbnail and spritesheet"),

        new("Intents:Draft:Model", Text("a name under Sora:Models"), null, "the model of renders that state the intent Draft in the place of a model; else sora-2"),
        new("Intents:Draft:Size", Size, null, "their size; else the model's first"),
        new("Intents:Draft:Seconds", Whole(1, 3600), null, "their length; else the model's first"),
        new("Intents:Draft:Priority", Whole(-100, 100), null, "their priority; else 0"),
        new("Intents:Final:Model", Text("a name under Sora:Models"), null, "the same for the intent Final; else sora-2-pro"),
        new("Intents:Final:Size", Size, null, "their size; else the model's first"),
        new("Intents:Final:Seconds", Whole(1, 3600), null, "their length; else the model's first"),
        new("Intents:Final:Priority", Whole(-100, 100), null, "their priority; else 0"),

        new("Budget:PerDay", Dollars, null, "US dollars that creates may cost in a day (UTC), for all workers together; what would cost more is parked until there is room"),
        new("Budget:PerMonth", Dollars, null, "the same for a month"),
        new("Budget:Tags:*:PerDay", Dollars, null, "the same for a day, of renders with this tag"),
        new("Budget:Tags:*:PerMonth", Dollars, null, "the same for a month, of renders with this tag"),

        new("Storage:Kind", OneOf("Files", "S3"), "Files", "where videos are kept"),
        new("Storage:Root", Text("a folder"), "renders-data/videos", "the folder for videos"),
        new("Storage:ServiceUrl", OptionalHttpUrl("the http or https address of an S3-compatible server; empty for AWS"), null, "S3: the server; empty for AWS"),
        new("Storage:Region", Text("a region, such as us-east-1"), "us-east-1", "S3: the region; auto on R2"),
        new("Storage:Bucket", OptionalText("a bucket"), null, "S3: the bucket"),
        new("Storage:Prefix", OptionalText("the start of all keys"), null, "S3: the start of all keys in the bucket"),
        new("Storage:AccessKey", OptionalText("an access key"), null, "S3: the access key; with SecretKey empty too, the SDK's own chain") { Secret = true },
        new("Storage:SecretKey", OptionalText("a secret key"), null, "S3: the secret key") { Secret = true },
        new("Storage:CreateBucket", Flag(), "false", "S3: make the bucket when it is missing"),
        new("Storage:ForcePathStyle", OneOf("auto", "true", "false"), "auto", "S3: the bucket in the path instead of the host name"),
        new("Storage:DisablePayloadSigning", Flag(), "false", "S3: leave bodies unsigned on https"),
        new("Storage:MultipartThreshold", Whole(0), "16777216", "S3: longer files go in parts"),
        new("Storage:PartBytes", Whole(5 << 20, 512 << 20), "16777216", "S3: length of a part"),
        new("Storage:ParallelParts", Whole(2, 32), "3", "S3: parts under way at once"),
        new("Storage:Timeout", Time("1s", "1h"), "2m", "S3: how long one request may take, its body included"),
        new("Storage:ConnectTimeout", Time("1s", "5m"), "10s", "S3: how long a connection may take"),
        new("Storage:Retries", Whole(0, 20), "5", "S3: tries again of one request"),
        new("Storage:CacheControl", Text("a Cache-Control header"), "max-age=31536000, private, immutable", "S3: what browsers may keep"),

        new("Staging:Root", Text("a folder"), "renders-data/staging", "the folder for downloads on their way"),
        new("Staging:MaxBytes", Whole(1 << 20), "34359738368", "how much the staging folder may hold; downloads wait for room"),
        new("Staging:MaxFileBytes", Whole(1 << 20), "8589934592", "the longest file that is downloaded"),

        new("Retention:ProviderCopiesAfter", TimeOrOff("0s", "36500d"), "1d", "how long after a render completed the provider's copy is deleted; ours is read back and compared just before"),
        new("Retention:Completed", TimeOrOff("0s", "36500d"), "off", "how long after a render completed its stored files are deleted; off keeps them for ever"),
        new("Retention:Failed", TimeOrOff("0s", "36500d"), "off", "the same for renders that failed"),
        new("Retention:Cancelled", TimeOrOff("0s", "36500d"), "off", "the same for renders that were cancelled"),
        new("Retention:Tags:*", TimeOrOff("0s", "36500d"), null, "the same for renders with this tag, whatever their status; of several tags the longest time counts"),
        new("Retention:KeepLast", Whole(0, 1_000_000), "0", "so many of the newest completed renders keep their files, however old they are"),
        new("Retention:ForeignAfter", TimeOrOff("1h", "36500d"), "off", "age at which a video at the provider that no render owns is deleted; only where nobody else uses the account"),
        new("Retention:MaxDeletions", Whole(1, 100_000), "1000", "deletions of each kind in one clean-up at most"),
        new("Retention:Every", Time("1s", "7d"), "10m", "how often is cleaned up, by all workers together"),

        new("Ledger:SealEvery", Time("1s", "1d"), "1m", "how often the ledger is sealed"),
        new("Ledger:SealMaxEvents", Whole(1, 100_000), "10000", "events under one seal at most"),

        new("Hooks:*:Url", OptionalText("an https address"), null, "a hook: where ledger events are sent as signed HTTP requests; off without one") { Secret = true },
        new("Hooks:*:Secret", OptionalText("whsec_ and base64 of 24 to 64 random bytes").AsList(), null, "the key that its requests are signed with; two while one is replaced by another") { Secret = true },
        new("Hooks:*:Types", Text("types of events, such as render.completed, or render.*, or *").AsList(), null, "what is sent; render.completed, render.failed, render.parked and render.cancelled if nothing is said"),
        new("Hooks:*:Timeout", Time("1s", "5m"), null, "how long one request may take; 15s if nothing is said"),
        new("Hooks:*:MaxAttempts", Whole(1, 1000), null, "tries of one event before it becomes a dead letter; 16 if nothing is said"),
        new("Hooks:*:RetryFirst", Time("10ms", "1h"), null, "from a first failure to the second try; 5s if nothing is said"),
        new("Hooks:*:RetryMax", Time("10ms", "1d"), null, "the longest time between tries; 1h if nothing is said"),
        new("Hooks:*:AllowPrivateHosts", Flag(), null, "plain http, private addresses and this machine are allowed for this hook; false if nothing is said"),

        new("Dashboard:Urls", ListenUrl.AsList(), "http://127.0.0.1:8090", "where 'serve' listens"),
        new("Dashboard:OperatorPassword", Password, null, "opens the pages to whoever signs in as 'operator'; without a password they are open to this machine only") { Secret = true },
        new("Dashboard:ViewerPassword", Password, null, "the same for 'viewer', who can change nothing") { Secret = true },
        new("Dashboard:ReadOnly", Flag(), "false", "nobody can change anything from the pages"),
        new("Dashboard:ApiRequestsPerMinute", Whole(0, 1_000_000), "1200", "requests to /api in a minute, by each person, program or machine; 0 is no limit"),
        new("Dashboard:PresignedAssets", Flag(), "false", "with Storage:Kind=S3, /api answers requests for files with links into the bucket, good for five minutes, and does not read them itself"),
        new("Dashboard:Oidc:Authority", DoorRules.Authority, null, "OpenID Connect: the provider at which people sign in"),
        new("Dashboard:Oidc:ClientId", OptionalText("the client's id"), null, "OpenID Connect: what the provider calls this worker"),
        new("Dashboard:Oidc:ClientSecret", DoorRules.Secret(16), null, "OpenID Connect: what the provider knows it by") { Secret = true },
        new("Dashboard:Oidc:Scopes", DoorRules.Word.AsList(), "openid,profile", "OpenID Connect: what is asked for; openid must be among it"),
        new("Dashboard:Oidc:NameClaim", DoorRules.Word, "preferred_username", "OpenID Connect: the claim with a person's name"),
        new("Dashboard:Oidc:RoleClaim", DoorRules.Word, "roles", "OpenID Connect: the claim with roles or groups, in the id_token"),
        new("Dashboard:Oidc:OperatorRole", OptionalText("roles").AsList(), null, "OpenID Connect: who has one of these may do everything"),
        new("Dashboard:Oidc:ViewerRole", OptionalText("roles").AsList(), null, "OpenID Connect: who has one of these may look"),
        new("Dashboard:Oidc:KeepSignedIn", Time("1m", "30d"), "8h", "OpenID Connect: how long a sign-in holds"),
        new("Dashboard:Proxy:Addresses", DoorRules.Network.AsList(), null, "proxies in front of the worker; their X-Forwarded-For, -Proto and -Host count, and nobody else's"),
        new("Dashboard:Proxy:UserHeader", DoorRules.HeaderName, null, "the header by which they name a person, such as X-Forwarded-User"),
        new("Dashboard:Proxy:RolesHeader", DoorRules.HeaderName, null, "the header with his roles or groups, such as X-Forwarded-Groups"),
        new("Dashboard:Proxy:OperatorRole", OptionalText("roles").AsList(), null, "who has one of these may do everything"),
        new("Dashboard:Proxy:ViewerRole", OptionalText("roles").AsList(), null, "who has one of these may look"),
        new("Dashboard:Proxy:Everybody", OneOf("Nothing", "Viewer", "Operator"), "Nothing", "what everybody is whom the proxy names, without any role"),
        new("Dashboard:KeySecret", DoorRules.Secret(32), null, "the same for all workers: encrypts the keys of cookies and forms that they share in the database; when empty, Dashboard:Oidc:ClientSecret") { Secret = true },
        new("Dashboard:AllowedHosts", DoorRules.HostName.AsList(), null, "names that the worker may be asked for by, beside 127.0.0.1 and localhost; empty for any"),
        new("Dashboard:Cors:Origins", DoorRules.Origin.AsList(), null, "origins whose pages may use the API with a key, such as https://tools.example; empty for none"),

        new("Telemetry:Endpoint", OptionalHttpUrl("the http or https address of an OTLP collector, such as http://seq:5341/ingest/otlp"), null, "where traces, metrics and logs are sent by OTLP; off without one"),
        new("Telemetry:TracesEndpoint", OptionalHttpUrl("an http or https address, with its whole path"), null, "another address for traces, whole"),
        new("Telemetry:MetricsEndpoint", OptionalHttpUrl("an http or https address, with its whole path"), null, "another address for metrics, whole"),
        new("Telemetry:LogsEndpoint", OptionalHttpUrl("an http or https address, with its whole path"), null, "another address for logs, whole"),
        new("Telemetry:Protocol", OneOf("http/protobuf", "grpc"), "http/protobuf", "how it is sent"),
        new("Telemetry:Headers:*", Text("the header's value"), null, "a header on every request to the collector") { Secret = true },
        new("Telemetry:ServiceName", Text("a name"), "bickford-renders", "what all workers are called together (service.name)"),
        new("Telemetry:Timeout", Time("100ms", "5m"), "5s", "how long one request to the collector may take"),
        new("Telemetry:Traces", Flag(), "true", "traces are sent"),
        new("Telemetry:Metrics", Flag(), "true", "metrics are sent"),
        new("Telemetry:Logs", Flag(), "true", "logs are sent"),
        new("Telemetry:MetricsEvery", Time("100ms", "1h"), "30s", "how often metrics are sent"),
        new("Telemetry:GaugesEvery", Time("100ms", "1h"), "1m", "how often the database is asked how everything stands"),

        new("Logging:Format", OneOf("Text", "Json"), "Text", "how logs are written"),
        new("Logging:LogLevel:*", OneOf("Trace", "Debug", "Information", "Warning", "Error", "Critical", "None"), null, "least level for a category, or Default"),
        // .NET container images set variables of this section; they mean nothing here and must not stop the program.
        new("Logging:Console:*", OptionalText("anything"), null, ""),
    ];

    /// <summary>The first words of all names.</summary>
    public static readonly IReadOnlySet<string> Sections = Keys.Select(key => key.Path[0]).ToHashSet(StringComparer.OrdinalIgnoreCase);

    /// <summary>The key that a path belongs to and its name, or null.</summary>
    public static (SettingKey Key, string Name)? Find(IReadOnlyList<string> path)
    {
        foreach (var key in Keys)
        {
            if (key.Match(path) is { } name)
                return (key, name);
        }

        return null;
    }

    /// <summary>The known name nearest to a path: what the user may have meant.</summary>
    public static string? Nearest(IReadOnlyList<string> path) => Suggestion.For(
        string.Join(':', path),
        Keys.Where(key => key.Rule.Later is null && key.Help.Length > 0).Select(key => WithChosenNames(key, path)));

    // Sora:Models:wan:Pricce is nearest to Sora:Models:wan:Price, whatever the model is called.
    private static string WithChosenNames(SettingKey key, IReadOnlyList<string> path) =>
        string.Join(':', key.Path.Select((word, i) => word == "*" && i < path.Count ? path[i] : word == "*" ? "NAME" : word));

    private static SettingRule Size => new("sizes as WIDTHxHEIGHT in pixels, such as 1280x720", value => ModelSize.TryParse(value, out _, out _));

    private static SettingRule Dollars => Number(0, BudgetOptions.Highest);

    private static SettingRule Password => new("at least 12 characters", value => value.Length is 0 or >= 12);

    private static SettingRule ListenUrl => new(
        "http://ADDRESS:PORT with an IP address, localhost or *, such as http://127.0.0.1:8090",
        value => Serve.ListenAddress.TryParse(value, out _));

    private static SettingRule Time(string min, string max) => Duration(Parsed(min), Parsed(max));

    private static SettingRule TimeOrOff(string min, string max) => DurationOrOff(Parsed(min), Parsed(max));

    private static TimeSpan Parsed(string text) => DurationText.TryParse(text, out var time) ? time : throw new ArgumentException($"'{text}' is no time.");
}
