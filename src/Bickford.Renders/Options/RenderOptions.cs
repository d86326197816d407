namespace Bickford.Renders;

/// <summary>How the core behaves. The worker fills it from <c>appsettings.json</c>; a library user in code.</summary>
public sealed class RenderOptions
{
    /// <summary>The models that may be asked for, by name. Empty: every model, size and length is left to the server to judge, and costs are unknown.</summary>
    /// <value>Setting <c>Sora:Models:&lt;name&gt;</c>; default empty.</value>
    public IDictionary<string, ModelOptions> Models { get; } = new Dictionary<string, ModelOptions>(StringComparer.Ordinal);

    /// <summary>The model of a request that names none.</summary>
    /// <value>Setting <c>Sora:DefaultModel</c>; null takes the first of <see cref="Models"/>.</value>
    public string? DefaultModel { get; set; }

    /// <summary>What renders are made with that state an intent.</summary>
    /// <value>Settings <c>Intents:Draft:*</c> and <c>Intents:Final:*</c>; default empty.</value>
    public IDictionary<RenderIntent, IntentOptions> Intents { get; } = new Dictionary<RenderIntent, IntentOptions>();

    /// <summary>How long a render may take from enqueue to the end of the provider's work.</summary>
    /// <value>Setting <c>Jobs:Deadline</c>; default 2 hours; 1 minute to 7 days.</value>
    public TimeSpan Deadline { get; set; } = TimeSpan.FromHours(2);

    /// <summary>How long a step's lease holds. It is renewed at a third of it; after a crash the step is taken over when it has run out.</summary>
    /// <value>Setting <c>Jobs:Lease</c>; default 30 seconds; 2 seconds to 10 minutes.</value>
    public TimeSpan Lease { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How long after a create whose answer was lost an empty look-up is not believed yet: servers may list a video late.
    /// A video that is found is adopted at once. It should not be shorter than <c>Sora:CreateTimeout</c>: a create that another worker sent may be on its way that long.
    /// </summary>
    /// <value>Setting <c>Sora:CreateSettle</c>; default 1 minute; 0 to 1 hour.</value>
    public TimeSpan CreateSettle { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Requests to the provider in any sliding minute, by all processes on one database together. Downloads' bodies do not count, requests for them do.</summary>
    /// <value>Setting <c>Sora:RequestsPerMinute</c>; default 0: unlimited; up to 100,000. The same in every process.</value>
    public int RequestsPerMinute { get; set; }

    /// <summary>Renders that the provider works on at once, for all processes on one database together.</summary>
    /// <value>Setting <c>Sora:MaxInFlight</c>; default 0: unlimited; up to 100,000. The same in every process.</value>
    public int MaxInFlight { get; set; }

    /// <summary>What may be spent.</summary>
    public BudgetOptions Budget { get; } = new();

    /// <summary>When to look at a render's status.</summary>
    public PollOptions Poll { get; } = new();

    /// <summary>When to try a failed step again.</summary>
    public RetryOptions Retry { get; } = new();

    /// <summary>Folder for downloads on their way to the video store; private to this node.</summary>
    /// <value>Setting <c>Staging:Root</c>; default <c>renders-data/staging</c>.</value>
    public string StagingRoot { get; set; } = Path.Combine("renders-data", "staging");

    /// <summary>How much the staging folder may hold; downloads wait until uploads have made room.</summary>
    /// <value>Setting <c>Staging:MaxBytes</c>; default 32 GiB; at least <see cref="MaxAssetBytes"/>.</value>
    public long StagingMaxBytes { get; set; } = 32L << 30;

    /// <summary>The longest file that is downloaded.</summary>
    /// <value>Setting <c>Staging:MaxFileBytes</c>; default 8 GiB; at least 1 MiB.</value>
    public long MaxAssetBytes { get; set; } = 8L << 30;

    /// <summary>
    /// Upload and Record follow a Download in the same run, without a trip through the engine, on the node that has the staged files. Off: each step
    /// is a job of its own.
    /// </summary>
    /// <value>Setting <c>Jobs:CarryOn</c>; default true.</value>
    public bool CarryOn { get; set; } = true;

    /// <summary>Also fetch the thumbnail and the spritesheet, where the server has them.</summary>
    /// <value>Setting <c>Sora:Previews</c>; default true.</value>
    public bool Previews { get; set; } = true;

    /// <summary>The longest reference image.</summary>
    /// <value>32 MiB.</value>
    public const int MaxReferenceBytes = 32 << 20;

    /// <summary>The highest <see cref="RequestsPerMinute"/> and <see cref="MaxInFlight"/>; 0 is no limit.</summary>
    public const int HighestLimit = 100_000;

    /// <summary>How often overdue rows are handed to the engine again.</summary>
    /// <value>Setting <c>Jobs:ReconcileEvery</c>; default 2 seconds; 0.1 second to 1 hour.</value>
    public TimeSpan ReconcileEvery { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>How long a row must be overdue before reconcile hands it over: the engine's own delivery comes first.</summary>
    /// <value>Setting <c>Jobs:ReconcileGrace</c>; default 3 seconds; 0 to 1 hour.</value>
    public TimeSpan ReconcileGrace { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>What clean-up deletes, and when.</summary>
    public RetentionOptions Retention { get; } = new();

    /// <summary>How the ledger is sealed.</summary>
    public LedgerOptions Ledger { get; } = new();

    /// <summary>Name of this process in leases and logs.</summary>
    /// <value>Default: machine name and process id.</value>
    public string NodeName { get; set; } = $"{Environment.MachineName}:{Environment.ProcessId}";
}

/// <summary>What a model offers. An empty list leaves the choice to the server.</summary>
public sealed class ModelOptions
{
    /// <summary>Sizes as width x height in pixels; the first is the default.</summary>
    public IList<string> Sizes { get; } = [];

    /// <summary>Clip lengths in seconds; the first is the default.</summary>
    public IList<int> Seconds { get; } = [];

    /// <summary>List price in US dollars per second of clip; null where unknown.</summary>
    public decimal? Price { get; set; }

    /// <summary>List price per second for sizes that cost more or less.</summary>
    public IDictionary<string, decimal> Prices { get; } = new Dictionary<string, decimal>(StringComparer.Ordinal);
}

/// <summary>When to look at a render's status: as learnt from others like it; exponential backoff where nothing is learnt.</summary>
public sealed class PollOptions
{
    /// <summary>From the create to the first look.</summary>
    /// <value>Setting <c>Jobs:PollFirst</c>; default 2 seconds; at least 0.01 second.</value>
    public TimeSpan First { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>The longest time between looks where nothing is learnt.</summary>
    /// <value>Setting <c>Jobs:PollMax</c>; default 20 seconds; not below <see cref="First"/>.</value>
    public TimeSpan Max { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>How much longer each interval is than the one before.</summary>
    /// <value>Setting <c>Jobs:PollFactor</c>; default 1.5; 1 to 10.</value>
    public double Factor { get; set; } = 1.5;

    /// <summary>Looks are taken when renders of the same model, size and length mostly end. Off: always backoff.</summary>
    /// <value>Setting <c>Jobs:PollLearns</c>; default true.</value>
    public bool Learns { get; set; } = true;

    /// <summary>About how many looks a render gets where times are learnt: twice as many find its end in half the time.</summary>
    /// <value>Setting <c>Jobs:PollLooks</c>; default 6; 2 to 100.</value>
    public double Looks { get; set; } = 6;

    /// <summary>Looks that are due together are answered by pages of the provider's list. Off: each by a request of its own.</summary>
    /// <value>Setting <c>Jobs:PollMerges</c>; default true.</value>
    public bool Merges { get; set; } = true;
}

/// <summary>When to try a failed step again: exponential backoff with jitter.</summary>
public sealed class RetryOptions
{
    /// <summary>From the first failure to the second try.</summary>
    /// <value>Setting <c>Jobs:RetryFirst</c>; default 2 seconds; at least 0.01 second.</value>
    public TimeSpan First { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>The longest time between tries.</summary>
    /// <value>Setting <c>Jobs:RetryMax</c>; default 2 minutes; not below <see cref="First"/>.</value>
    public TimeSpan Max { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>Failed tries of one step in a row after which the render fails.</summary>
    /// <value>Setting <c>Jobs:MaxAttempts</c>; default 30, which with the times above is about 50 minutes; 1 to 1,000.</value>
    public int MaxAttempts { get; set; } = 30;
}
