using Bickford.Renders.Tests.Files;
using Bickford.Renders.Worker.Output;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Bickford.Renders.Tests.Worker;

/// <summary>What is wrong only shows when a worker starts: it is one line, too.</summary>
public sealed class StartTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        SqliteConnection.ClearAllPools();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_worker_that_cannot_start_says_why_in_one_line()
    {
        var result = await new CliFolder(_folder["work"], ("Sora__ApiKey", "a key with blanks")).RunAsync(null, "render", "A kite", "--wait");

        result.ExitCode.ShouldBe(2);
        result.Error.TrimEnd().Split('\n').ShouldHaveSingleItem().ShouldStartWith("Sora:ApiKey: '(hidden)' is not allowed");
    }

    [Fact]
    public async Task What_the_host_says_of_a_start_that_failed_is_left_to_whoever_started_it()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        using var written = new Lines();
        builder.Logging.AddProvider(written);
        builder.Services.AddHostedService<Unwilling>();
        using var host = builder.Build();

        await Should.ThrowAsync<InvalidOperationException>(() => host.StartAsync(Cancel));

        written.Entries.ShouldBe(1);
        written.Text.ToString().ShouldBeEmpty();
    }

    private sealed class Unwilling : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => throw new InvalidOperationException("it will not");

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }

    /// <summary>Errors, as people see them.</summary>
    private sealed class Lines : ILoggerProvider, ILogger
    {
        private readonly LineFormatter _formatter = new(TimeProvider.System);

        public StringWriter Text { get; } = new();

        public int Entries { get; private set; }

        public ILogger CreateLogger(string categoryName) => this;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull =>
            null;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (!IsEnabled(logLevel))
                return;
            Entries++;
            _formatter.Write(new LogEntry<TState>(logLevel, "category", eventId, state, exception, formatter), null, Text);
        }

        public void Dispose() => Text.Dispose();
    }
}
