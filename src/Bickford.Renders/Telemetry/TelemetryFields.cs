namespace Bickford.Renders.Telemetry;

/// <summary>Names of what spans, metrics and logs say; docs/telemetry.md explains each. Other names are those of OpenTelemetry's conventions.</summary>
public static class TelemetryFields
{
    /// <summary>Name of the source of spans and of the meter: what to listen to.</summary>
    public const string Source = "Bickford.Renders";

    /// <summary>The render's id; never on a metric.</summary>
    public const string RenderId = "render.id";

    /// <summary>The step, in lower case.</summary>
    public const string Step = "render.step";

    /// <summary>Failed tries of this step before this one.</summary>
    public const string Attempt = "render.attempt";

    /// <summary>The model, if it is one of the settings; else <c>other</c>.</summary>
    public const string Model = "render.model";

    /// <summary>The status, in lower case.</summary>
    public const string Status = "render.status";

    /// <summary>Why, in lower case with <c>_</c> between words; <c>none</c> where nothing is wrong.</summary>
    public const string Cause = "render.cause";

    /// <summary>What one run of a step came to.</summary>
    public const string Result = "render.result";

    /// <summary>How a look was answered: <c>page</c> of the list, or <c>single</c>.</summary>
    public const string LookBy = "render.look.by";

    /// <summary>The provider's id of the video; never on a metric.</summary>
    public const string VideoId = "render.video.id";

    /// <summary>The trace's id, for logs that go where no trace is known of.</summary>
    public const string TraceId = "trace.id";

    /// <summary>What was asked of the provider.</summary>
    public const string Operation = "provider.operation";

    /// <summary>HTTP status of an answer.</summary>
    public const string HttpStatus = "http.response.status_code";

    /// <summary>Why there is no answer, or that it is a failure.</summary>
    public const string ErrorType = "error.type";

    /// <summary><c>download</c> or <c>upload</c>.</summary>
    public const string Direction = "transfer.direction";

    /// <summary><c>video</c>, <c>thumbnail</c> or <c>spritesheet</c>.</summary>
    public const string Asset = "asset.kind";

    /// <summary><c>day</c> or <c>month</c>.</summary>
    public const string Period = "budget.period";

    /// <summary>The tag of a budget by tag; empty for that of all renders.</summary>
    public const string BudgetTag = "budget.tag";

    /// <summary>By what the ledger was checked: <c>verify</c>, or <c>seal_copies</c>.</summary>
    public const string Check = "ledger.check";

    /// <summary>A name of the code as it stands in telemetry: <c>RateLimit</c> as <c>rate_limit</c>.</summary>
    public static string Word(Enum value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return s_words.GetOrAdd(value, static one => string.Concat(one.ToString().Select((letter, i) => char.IsUpper(letter) ? (i > 0 ? "_" : "") + char.ToLowerInvariant(letter) : letter.ToString())));
    }

    private static readonly System.Collections.Concurrent.ConcurrentDictionary<Enum, string> s_words = new();
}
