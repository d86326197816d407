using Bickford.Renders.S3;
using Bickford.Renders.Webhooks;
using Bickford.Renders.Worker.Doors;
using Microsoft.Extensions.Logging;

namespace Bickford.Renders.Worker.Settings;

/// <summary>The settings as the program uses them: checked, typed, folders as full paths.</summary>
internal sealed record WorkerSettings
{
    /// <summary>Full path of the SQLite file; null with PostgreSQL.</summary>
    public required string? DatabasePath { get; init; }

    /// <summary>The PostgreSQL connection string, with its password; null with SQLite.</summary>
    public required string? PostgreSql { get; init; }

    public required JobSettings Jobs { get; init; }

    public required SoraSettings Sora { get; init; }

    public required BudgetSettings Budget { get; init; }

    /// <summary>What renders are made with that state an intent.</summary>
    public required IReadOnlyDictionary<RenderIntent, IntentOptions> Intents { get; init; }

    /// <summary>Full path of the folder for videos; null with S3.</summary>
    public required string? StorageRoot { get; init; }

    /// <summary>The S3 store, secrets included; null with files.</summary>
    public required S3StoreOptions? S3 { get; init; }

    /// <summary>Full path of the folder for downloads on their way.</summary>
    public required string StagingRoot { get; init; }

    public required long StagingMaxBytes { get; init; }

    public required long StagingMaxFileBytes { get; init; }

    /// <summary>Where <c>serve</c> listens.</summary>
    public required IReadOnlyList<string> DashboardUrls { get; init; }

    /// <summary>Requests to the API in a minute, by each who sends them; 0 is no limit.</summary>
    public required int ApiRequestsPerMinute { get; init; }

    /// <summary>Files are answered with links into the bucket.</summary>
    public required bool PresignedAssets { get; init; }

    /// <summary>Who may see and use what it serves.</summary>
    public required DoorSettings Doors { get; init; }

    public required RetentionOptions Retention { get; init; }

    public required LedgerSettings Ledger { get; init; }

    /// <summary>Where ledger events are sent.</summary>
    public required IReadOnlyList<Hook> Hooks { get; init; }

    public required LogSettings Logging { get; init; }

    /// <summary>Where traces, metrics and logs are sent.</summary>
    public required TelemetrySettings Telemetry { get; init; }

    /// <summary>Takes every secret in here out of a text.</summary>
    public SecretMask Secrets { get; init; } = new([]);

    /// <summary>Every value that holds, defaults included, for <c>renders settings</c>.</summary>
    public required IReadOnlyList<EffectiveSetting> All { get; init; }
}

/// <summary>Section <c>Jobs</c>.</summary>
internal sealed record JobSettings
{
    /// <summary>Hangfire and not Quartz.NET.</summary>
    public required bool UseHangfire { get; init; }

    public required int ApiWorkers { get; init; }

    public required int TransferWorkers { get; init; }

    public required TimeSpan Deadline { get; init; }

    public required TimeSpan Lease { get; init; }

    public required TimeSpan PollFirst { get; init; }

    public required TimeSpan PollMax { get; init; }

    public required double PollFactor { get; init; }

    public required bool PollLearns { get; init; }

    public required double PollLooks { get; init; }

    public required bool PollMerges { get; init; }

    public required TimeSpan RetryFirst { get; init; }

    public required TimeSpan RetryMax { get; init; }

    public required int MaxAttempts { get; init; }

    public required TimeSpan ReconcileEvery { get; init; }

    public required TimeSpan ReconcileGrace { get; init; }

    public required bool CarryOn { get; init; }

    public required TimeSpan DrainTimeout { get; init; }
}

/// <summary>Section <c>Sora</c>.</summary>
internal sealed record SoraSettings
{
    /// <summary>Null where nobody set one: enough to look at renders, not to make any.</summary>
    public Uri? BaseUrl { get; init; }

    public string? ApiKey { get; init; }

    public string? DefaultModel { get; init; }

    public required IReadOnlyDictionary<string, ModelOptions> Models { get; init; }

    /// <summary><c>Auto</c>, <c>Multipart</c> or <c>Json</c>, in any case.</summary>
    public required string Format { get; init; }

    public required IReadOnlyDictionary<string, string> Headers { get; init; }

    public required IReadOnlyDictionary<string, string> ExtraFields { get; init; }

    public required int RequestsPerMinute { get; init; }

    public required int MaxInFlight { get; init; }

    public required TimeSpan CreateTimeout { get; init; }

    public required TimeSpan ReadTimeout { get; init; }

    public required TimeSpan IdleTimeout { get; init; }

    public required long MinBytesPerSecond { get; init; }

    public required TimeSpan DownloadTimeout { get; init; }

    public required TimeSpan ConnectTimeout { get; init; }

    public required int ReadAttempts { get; init; }

    public required TimeSpan ReadRetryFirst { get; init; }

    public required TimeSpan ReadRetryMax { get; init; }

    public required double CircuitFailureRatio { get; init; }

    public required int CircuitMinimumRequests { get; init; }

    public required TimeSpan CircuitWindow { get; init; }

    public required TimeSpan CircuitBreak { get; init; }

    public required bool AllowPrivateContentHosts { get; init; }

    public required TimeSpan CreateSettle { get; init; }

    public required bool Previews { get; init; }
}

/// <summary>Section <c>Budget</c>.</summary>
/// <param name="PerDay">US dollars a day; null is no limit.</param>
/// <param name="PerMonth">US dollars a month; null is no limit.</param>
/// <param name="Tags">Limits by tag.</param>
internal sealed record BudgetSettings(decimal? PerDay, decimal? PerMonth, IReadOnlyDictionary<string, TagBudget> Tags);

/// <summary>Section <c>Ledger</c>.</summary>
/// <param name="SealEvery">How often the ledger is sealed.</param>
/// <param name="SealMaxEvents">Events under one seal at most.</param>
internal sealed record LedgerSettings(TimeSpan SealEvery, int SealMaxEvents);

/// <summary>Section <c>Logging</c>.</summary>
/// <param name="Json">One JSON object a line rather than text.</param>
/// <param name="Levels">Least level by category; <c>Default</c> for the rest.</param>
internal sealed record LogSettings(bool Json, IReadOnlyDictionary<string, LogLevel> Levels);
