using System.Text.Json;
using Bickford.Renders.Telemetry;
using Bickford.Renders.Tests.Support;
using Bickford.Renders.Tests.Worker;
using Bickford.Renders.Worker.Output;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace Bickford.Renders.Tests.Telemetry;

/// <summary>What stands on the console while a step runs.</summary>
public sealed class ConsoleTests
{
    private static readonly Render s_row = Rows.At(RenderStep.Download) with { Attempt = 2 };

    [Fact]
    public void For_people_it_is_a_short_line() =>
        Written("Text").Split('\n', StringSplitOptions.RemoveEmptyEntries).ShouldHaveSingleItem().ShouldEndWith("Z info  it is done");

    [Fact]
    public void As_JSON_it_has_the_render_the_step_the_try_and_the_trace()
    {
        using var line = JsonDocument.Parse(Written("Json"));

        var fields = line.RootElement.GetProperty("Scopes").EnumerateArray().Single();
        fields.GetProperty(TelemetryFields.RenderId).GetString().ShouldBe(s_row.Id.ToString("D"));
        fields.GetProperty(TelemetryFields.Step).GetString().ShouldBe("download");
        fields.GetProperty(TelemetryFields.Attempt).GetInt32().ShouldBe(2);
        fields.GetProperty(TelemetryFields.TraceId).GetString().ShouldBe(RenderTrace.ContextOf(s_row).TraceId.ToHexString());
    }

    private static string Written(string format)
    {
        var settings = SettingsWorld.Load(flags: [$"Logging:Format={format}"]);
        var services = new ServiceCollection().AddSingleton(TimeProvider.System).AddLogging(logging => logging.AddWorkerConsole(settings.Logging, settings.Secrets, enabled: true));
        using var provider = services.BuildServiceProvider();
        var name = provider.GetRequiredService<Microsoft.Extensions.Options.IOptions<ConsoleLoggerOptions>>().Value.FormatterName;
        var scopes = new LoggerExternalScopeProvider();
        using var line = new StringWriter();
        using (RenderScope.Begin(s_row, new ScopesOnly(scopes)))
            provider.GetServices<ConsoleFormatter>().Single(formatter => formatter.Name == name).Write(new LogEntry<string>(LogLevel.Information, "A", 1, "it is done", null, (state, _) => state), scopes, line);
        return line.ToString();
    }

    private sealed class ScopesOnly(IExternalScopeProvider scopes) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => scopes.Push(state);

        public bool IsEnabled(LogLevel logLevel) => false;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
        }
    }
}
