using System.Diagnostics;
using Bickford.Renders.Telemetry;
using Bickford.Renders.Tests.Support;
using Bickford.Renders.Worker.Telemetry;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using OpenTelemetry;
using OpenTelemetry.Logs;

namespace Bickford.Renders.Tests.Telemetry;

/// <summary>What is taken out before anything leaves.</summary>
public sealed class CleaningTests : IDisposable
{
    private const string Key = "sk-of-the-provider-1";

    private readonly Cleaner _cleaner = new(new SecretMask([Key]), new Uri("https://host.example/v1"));
    private readonly ActivitySource _source = new($"System.Net.Http.{nameof(CleaningTests)}");
    private readonly ActivityListener _listener;

    public CleaningTests()
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source == _source || source.Name == TelemetryFields.Source,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
        };
        ActivitySource.AddActivityListener(_listener);
    }

    public void Dispose()
    {
        _listener.Dispose();
        _source.Dispose();
    }

    [Fact]
    public void Of_an_address_at_the_provider_the_path_leaves_and_of_others_the_host()
    {
        _cleaner.Address("https://host.example/v1/videos/video_1/content?variant=thumbnail").ShouldBe("https://host.example/v1/videos/video_1/content");
        _cleaner.Address("https://cdn.example/signed/by/path/video.mp4?X-Amz-Signature=abc").ShouldBe("https://cdn.example/");
        _cleaner.Address($"https://host.example/v1/videos/{Key}").ShouldBe("https://host.example/v1/videos/***");
    }

    [Fact]
    public void A_span_loses_secrets_and_queries()
    {
        using var render = RenderTelemetry.Source.StartActivity("render poll");
        var span = Cleaned(activity =>
        {
            activity.SetTag("url.full", "https://host.example/v1/videos?after=video_1");
            activity.SetTag("db.query.text", $"SELECT '{Key}'");
            activity.SetTag("http.response.status_code", 200);
            activity.SetStatus(ActivityStatusCode.Error, $"no key {Key}");
        });

        span.Recorded.ShouldBeTrue();
        span.GetTagItem("url.full").ShouldBe("https://host.example/v1/videos");
        span.GetTagItem("db.query.text").ShouldBe("SELECT '***'");
        span.GetTagItem("http.response.status_code").ShouldBe(200);
        span.StatusDescription.ShouldBe("no key ***");
    }

    [Fact]
    public void A_span_with_a_secret_in_an_event_does_not_leave()
    {
        using var render = RenderTelemetry.Source.StartActivity("render poll");

        Cleaned(activity => activity.AddEvent(new ActivityEvent("exception", tags: new ActivityTagsCollection { ["exception.message"] = $"bad key {Key}" }))).Recorded.ShouldBeFalse();
        Cleaned(activity => activity.AddEvent(new ActivityEvent("exception", tags: new ActivityTagsCollection { ["exception.message"] = "no connection" }))).Recorded.ShouldBeTrue();
    }

    [Fact]
    public void A_request_that_belongs_to_no_render_and_no_call_of_the_API_does_not_leave()
    {
        Cleaned(_ => { }).Recorded.ShouldBeFalse();

        using (var page = _source.StartActivity("GET /", ActivityKind.Server))
        {
            page!.SetTag("url.path", "/");
            Cleaned(_ => { }).Recorded.ShouldBeFalse();
        }

        using var call = _source.StartActivity("POST /api/renders", ActivityKind.Server);
        call!.SetTag("url.path", "/api/renders");
        Cleaned(_ => { }).Recorded.ShouldBeTrue();
    }

    [Fact]
    public void A_log_entry_gets_the_fields_of_its_render_and_loses_secrets_the_prompt_and_queries()
    {
        var entries = new List<(string? Message, Dictionary<string, object?> Fields)>();
        using var factory = LoggerFactory.Create(logging => logging.AddOpenTelemetry(options =>
        {
            (options.IncludeFormattedMessage, options.ParseStateValues) = (true, true);
            options.AddProcessor(new LogCleaner(_cleaner));
            options.AddProcessor(new Keep(entries));
        }));
        var row = Rows.At(RenderStep.Poll) with { Prompt = "Seventeen paper lanterns over a frozen harbour", Attempt = 3 };

        using (RenderScope.Begin(row, NullLogger.Instance))
        {
            factory.CreateLogger("a").LogWarning(
                new InvalidOperationException($"said {Key}"), "{Render} failed: {Message}", row.ShortId, $"'{row.Prompt}' with {Key} at https://cdn.example/a?token=b");
        }

        var (message, fields) = entries.ShouldHaveSingleItem();
        message.ShouldBe($"{row.ShortId} failed: '***' with *** at https://cdn.example/a?***");
        fields["Message"].ShouldBe("'***' with *** at https://cdn.example/a?***");
        fields["exception.message"].ShouldBe("said ***");
        fields["exception.stacktrace"].ShouldBe("System.InvalidOperationException: said ***");
        (fields["render.id"], fields["render.step"], fields["render.attempt"]).ShouldBe((row.Id.ToString("D"), "poll", 3));
    }

    [Fact]
    public void A_collector_that_is_away_is_told_of_once_and_once_when_it_is_back()
    {
        var entries = new List<(string? Message, Dictionary<string, object?> Fields)>();
        using var factory = LoggerFactory.Create(logging => logging.AddOpenTelemetry(options =>
        {
            options.IncludeFormattedMessage = true;
            options.AddProcessor(new Keep(entries));
        }));
        var health = new CollectorHealth { Logger = factory.CreateLogger<CollectorHealth>() };

        foreach (var signal in (string[])["traces", "logs", "traces", "metrics"])
            health.Missed(signal, "no connection");
        entries.Select(entry => entry.Message).ShouldHaveSingleItem()!.ShouldContain("no connection");
        foreach (var signal in (string[])["traces", "logs", "metrics", "traces"])
            health.Reached(signal);

        entries.Count.ShouldBe(2);
        entries[1].Message.ShouldBe("Telemetry arrives again");
    }

    private Activity Cleaned(Action<Activity> write)
    {
        using var span = _source.StartActivity("GET", ActivityKind.Client)!;
        write(span);
        span.Stop();
        new SpanCleaner(_cleaner).OnEnd(span);
        return span;
    }

    private sealed class Keep(List<(string? Message, Dictionary<string, object?> Fields)> entries) : BaseProcessor<LogRecord>
    {
        public override void OnEnd(LogRecord data) => entries.Add((data.FormattedMessage, (data.Attributes ?? []).ToDictionary(field => field.Key, field => field.Value)));
    }
}
