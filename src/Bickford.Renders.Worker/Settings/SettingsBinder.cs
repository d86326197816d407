using System.Globalization;
using Bickford.Renders.Data;
using Bickford.Renders.Worker.Composition;
using Microsoft.Extensions.Logging;

namespace Bickford.Renders.Worker.Settings;

/// <summary>Turns checked values into <see cref="WorkerSettings"/>, and finds what is wrong between them.</summary>
internal static class SettingsBinder
{
    private static readonly (string Longest, string First)[] Pairs =
        [("Jobs:PollMax", "Jobs:PollFirst"), ("Jobs:RetryMax", "Jobs:RetryFirst"), ("Sora:ReadRetryMax", "Sora:ReadRetryFirst")];

    public static WorkerSettings Bind(SettingValues values) => new()
    {
        DatabasePath = IsPostgreSql(values) ? null : Path.GetFullPath(DatabaseFile(values.Text("Database:ConnectionString"))),
        PostgreSql = IsPostgreSql(values) ? values.Text("Database:ConnectionString") : null,
        Jobs = BindJobs(values),
        Sora = BindSora(values),
        Budget = BindBudget(values),
        Intents = Enum.GetValues<RenderIntent>().ToDictionary(intent => intent, intent => BindIntent(values, intent)),
        StorageRoot = IsS3(values) ? null : values.FullPath("Storage:Root"),
        S3 = IsS3(values) ? S3SettingsBinder.Bind(values) : null,
        StagingRoot = values.FullPath("Staging:Root"),
        StagingMaxBytes = values.Long("Staging:MaxBytes"),
        StagingMaxFileBytes = values.Long("Staging:MaxFileBytes"),
        Retention = RetentionSettingsBinder.Bind(values),
        Ledger = new LedgerSettings(values.Time("Ledger:SealEvery"), values.Whole("Ledger:SealMaxEvents")),
        Hooks = HookSettingsBinder.Bind(values),
        DashboardUrls = values.Find("Dashboard:Urls")!.Values,
        ApiRequestsPerMinute = values.Whole("Dashboard:ApiRequestsPerMinute"),
        PresignedAssets = values.Is("Dashboard:PresignedAssets", "true"),
        Doors = DoorSettingsBinder.Bind(values),
        Telemetry = TelemetrySettingsBinder.Bind(values),
        Logging = new LogSettings(
            values.Is("Logging:Format", "Json"),
            values.Children("Logging:LogLevel").ToDictionary(level => level.Key, level => Enum.Parse<LogLevel>(level.Value, ignoreCase: true), StringComparer.OrdinalIgnoreCase)),
        All = values.All(),
    };

    /// <summary>What is wrong although every single value is allowed.</summary>
    /// <param name="values">All that is set.</param>
    /// <param name="hangfireIsThere">Whether this build has Hangfire.</param>
    public static IEnumerable<SettingError> Contradictions(SettingValues values, bool hangfireIsThere)
    {
        if (IsPostgreSql(values) && PostgreSqlProblem(values.Text("Database:ConnectionString")) is { } problem)
            yield return Wrong(values, "Database:ConnectionString", problem);
        if (values.UsesHangfire && !hangfireIsThere)
            yield return Wrong(values, "Jobs:Engine", HangfireBuild.Missing);
        else if (values.UsesHangfire && !IsPostgreSql(values))
            yield return Wrong(values, "Jobs:Engine", "'Hangfire' is not allowed with Database:Provider 'Sqlite'; allowed: Quartz, or Database:Provider 'PostgreSql'");
        if (S3SettingsBinder.Problem(values, IsS3(values)) is { } s3)
            yield return Wrong(values, s3.Field, s3.Problem);
        if (values.Is("Dashboard:PresignedAssets", "true") && !IsS3(values))
            yield return Wrong(values, "Dashboard:PresignedAssets", "'true' is not allowed with Storage:Kind 'Files'; allowed: false, or Storage:Kind 'S3'");
        if (values.Long("Staging:MaxBytes") < values.Long("Staging:MaxFileBytes"))
            yield return Wrong(values, "Staging:MaxBytes", $"'{values.Text("Staging:MaxBytes")}' is not allowed; allowed: at least Staging:MaxFileBytes, which is {values.Text("Staging:MaxFileBytes")}");
        if (!IsPostgreSql(values) && IsForServer(values.Text("Database:ConnectionString")))
            yield return Wrong(values, "Database:ConnectionString", "looks like a server's connection string, and Database:Provider is Sqlite; allowed: the path of a SQLite file, or Database:Provider 'PostgreSql'");
        else if (!IsPostgreSql(values) && DatabaseFile(values.Text("Database:ConnectionString")) is "" or ":memory:" or [.., '/'])
            yield return Wrong(values, "Database:ConnectionString", "names no file; allowed: the path of a SQLite file, or 'Data Source=PATH' and nothing else");
        foreach (var hook in HookSettingsBinder.Problems(values))
            yield return hook;
        foreach (var door in DoorSettingsBinder.Problems(values))
            yield return Wrong(values, door.Field, door.Problem);
        foreach (var (longest, first) in Pairs.Where(pair => values.Time(pair.Longest) < values.Time(pair.First)))
            yield return Wrong(values, longest, $"'{values.Text(longest)}' is not allowed; allowed: not below {first}, which is {values.Text(first)}");

        var models = Models(values);
        if (values.OptionalText("Sora:DefaultModel") is { } model && models.Count > 0 && !models.ContainsKey(model))
            yield return Wrong(values, "Sora:DefaultModel", $"'{model}' is not allowed; allowed: {string.Join(", ", models.Keys)}");
        foreach (var name in Enum.GetNames<RenderIntent>().Select(intent => $"Intents:{intent}:Model"))
        {
            if (values.OptionalText(name) is { } chosen && models.Count > 0 && !models.ContainsKey(chosen))
                yield return Wrong(values, name, $"'{chosen}' is not allowed; allowed: {string.Join(", ", models.Keys)}");
        }

        foreach (var price in values.Under("Sora:Models").Where(setting => setting.Key.Name == "Sora:Models:*:Prices:*"))
        {
            var (name, size) = (price.Path[2], price.Path[^1]);
            if (models[name].Sizes is { Count: > 0 } sizes && !sizes.Contains(size))
                yield return Wrong(price, $"'{size}' is no size of this model; allowed: {string.Join(", ", sizes)}");
        }
    }

    private static JobSettings BindJobs(SettingValues values) => new()
    {
        UseHangfire = values.UsesHangfire,
        ApiWorkers = values.Whole("Jobs:ApiWorkers"),
        TransferWorkers = values.Whole("Jobs:TransferWorkers"),
        Deadline = values.Time("Jobs:Deadline"),
        Lease = values.Time("Jobs:Lease"),
        PollFirst = values.Time("Jobs:PollFirst"),
        PollMax = values.Time("Jobs:PollMax"),
        PollFactor = values.Number("Jobs:PollFactor"),
        PollLearns = values.Is("Jobs:PollLearns", "true"),
        PollLooks = values.Number("Jobs:PollLooks"),
        PollMerges = values.Is("Jobs:PollMerges", "true"),
        RetryFirst = values.Time("Jobs:RetryFirst"),
        RetryMax = values.Time("Jobs:RetryMax"),
        MaxAttempts = values.Whole("Jobs:MaxAttempts"),
        ReconcileEvery = values.Time("Jobs:ReconcileEvery"),
        ReconcileGrace = values.Time("Jobs:ReconcileGrace"),
        CarryOn = values.Is("Jobs:CarryOn", "true"),
        DrainTimeout = values.Time("Jobs:DrainTimeout"),
    };

    private static SoraSettings BindSora(SettingValues values) => new()
    {
        BaseUrl = values.OptionalText("Sora:BaseUrl") is { } url ? new Uri(url) : null,
        ApiKey = values.OptionalText("Sora:ApiKey"),
        DefaultModel = values.OptionalText("Sora:DefaultModel"),
        Models = Models(values),
        Format = values.Text("Sora:Format"),
        Headers = values.Children("Sora:Headers"),
        ExtraFields = values.Children("Sora:ExtraFields"),
        RequestsPerMinute = values.Whole("Sora:RequestsPerMinute"),
        MaxInFlight = values.Whole("Sora:MaxInFlight"),
        CreateTimeout = values.Time("Sora:CreateTimeout"),
        ReadTimeout = values.Time("Sora:ReadTimeout"),
        IdleTimeout = values.Time("Sora:IdleTimeout"),
        MinBytesPerSecond = values.Long("Sora:MinBytesPerSecond"),
        DownloadTimeout = values.Time("Sora:DownloadTimeout"),
        ConnectTimeout = values.Time("Sora:ConnectTimeout"),
        ReadAttempts = values.Whole("Sora:ReadAttempts"),
        ReadRetryFirst = values.Time("Sora:ReadRetryFirst"),
        ReadRetryMax = values.Time("Sora:ReadRetryMax"),
        CircuitFailureRatio = values.Number("Sora:CircuitFailureRatio"),
        CircuitMinimumRequests = values.Whole("Sora:CircuitMinimumRequests"),
        CircuitWindow = values.Time("Sora:CircuitWindow"),
        CircuitBreak = values.Time("Sora:CircuitBreak"),
        AllowPrivateContentHosts = values.Is("Sora:AllowPrivateContentHosts", "true"),
        CreateSettle = values.Time("Sora:CreateSettle"),
        Previews = values.Is("Sora:Previews", "true"),
    };

    private static BudgetSettings BindBudget(SettingValues values)
    {
        var tags = new Dictionary<string, TagBudget>(StringComparer.Ordinal);
        foreach (var setting in values.Under("Budget:Tags"))
        {
            if (!tags.TryGetValue(setting.Path[2], out var budget))
                tags[setting.Path[2]] = budget = new TagBudget();
            if (setting.Key.Name == "Budget:Tags:*:PerDay")
                budget.PerDay = Dollars(setting);
            else
                budget.PerMonth = Dollars(setting);
        }

        return new BudgetSettings(Limit("Budget:PerDay"), Limit("Budget:PerMonth"), tags);

        decimal? Limit(string name) => values.Find(name) is { Values: [{ Length: > 0 }] } setting ? Dollars(setting) : null;
    }

    private static IntentOptions BindIntent(SettingValues values, RenderIntent intent)
    {
        return new IntentOptions { Model = values.OptionalText($"Intents:{intent}:Model"), Size = values.OptionalText($"Intents:{intent}:Size"), Seconds = Number("Seconds"), Priority = Number("Priority") };

        int? Number(string name) => values.OptionalText($"Intents:{intent}:{name}") is null ? null : values.Whole($"Intents:{intent}:{name}");
    }

    private static Dictionary<string, ModelOptions> Models(SettingValues values)
    {
        var models = new Dictionary<string, ModelOptions>(StringComparer.Ordinal);
        foreach (var setting in values.Under("Sora:Models"))
        {
            var name = setting.Path[2];
            if (!models.TryGetValue(name, out var model))
                models[name] = model = new ModelOptions();
            Fill(model, setting);
        }

        return models;
    }

    private static void Fill(ModelOptions model, EffectiveSetting setting)
    {
        switch (setting.Key.Name)
        {
            case "Sora:Models:*:Sizes":
                AddAll(model.Sizes, setting.Values);
                break;
            case "Sora:Models:*:Seconds":
                AddAll(model.Seconds, setting.Values.Select(value => int.Parse(value, CultureInfo.InvariantCulture)));
                break;
            case "Sora:Models:*:Price":
                model.Price = Dollars(setting);
                break;
            case "Sora:Models:*:Prices:*":
                model.Prices[setting.Path[^1]] = Dollars(setting);
                break;
        }
    }

    private static decimal Dollars(EffectiveSetting setting) => decimal.Parse(setting.Values[0], NumberStyles.Float, CultureInfo.InvariantCulture);

    private static void AddAll<T>(IList<T> list, IEnumerable<T> items)
    {
        foreach (var item in items)
            list.Add(item);
    }

    // "Data Source=PATH" is how .NET writes a SQLite file; a bare path is how people do. Other keywords have no meaning here.
    private static string DatabaseFile(string text)
    {
        const string Keyword = "Data Source=";
        var path = text.StartsWith(Keyword, StringComparison.OrdinalIgnoreCase) ? text[Keyword.Length..].TrimEnd(';').Trim() : text;
        return path.Contains(';', StringComparison.Ordinal) ? "" : path;
    }

    // As a path it would become folders whose names hold the password.
    private static bool IsForServer(string text) => text.Contains("://", StringComparison.Ordinal) || SettingSecrets.MayHoldPassword(text);

    private static bool IsS3(SettingValues values) => values.Is("Storage:Kind", "S3");

    private static bool IsPostgreSql(SettingValues values) => values.Is("Database:Provider", "PostgreSql");

    private static string? PostgreSqlProblem(string connectionString)
    {
        try
        {
            RenderDatabase.PostgreSql(connectionString, TimeProvider.System).Dispose();
            return null;
        }
        catch (DatabaseException e)
        {
            return e.Message[(e.Field.Length + 2)..];
        }
    }

    private static SettingError Wrong(SettingValues values, string name, string problem) =>
        values.Find(name) is { } setting ? Wrong(setting, problem) : new SettingError(name, $"{name}: {problem}; it is set nowhere");

    private static SettingError Wrong(EffectiveSetting setting, string problem) =>
        new(setting.Name, $"{setting.Name}: {problem}; {Where(setting)}");

    private static string Where(EffectiveSetting setting) =>
        setting.Source == SettingValues.DefaultSource ? "that is its default" : $"it is set in {setting.Source}";
}
