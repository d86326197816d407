using System.Net.Sockets;
using Bickford.Renders.Data;
using Bickford.Renders.Ports;
using Bickford.Renders.Videos;
using Bickford.Renders.Worker.Batches;
using Bickford.Renders.Worker.Output;
using Bickford.Renders.Worker.Settings;
using Microsoft.Extensions.Options;

namespace Bickford.Renders.Worker.Cli;

/// <summary>Turns what went wrong into lines for standard error and an exit code.</summary>
internal static class ErrorReport
{
    /// <summary>Reports an exception.</summary>
    /// <param name="exception">What went wrong.</param>
    /// <param name="terminal">Where to report it.</param>
    /// <param name="verbose">With the stack trace.</param>
    /// <returns>The exit code.</returns>
    public static int Write(Exception exception, Terminal terminal, bool verbose)
    {
        var errors = Describe(exception);
        Write(errors, terminal);
        if (verbose)
        {
            foreach (var line in SafeText.Lines(exception.ToString()))
                terminal.Error(line);
        }

        return IsInput(exception) ? ExitCode.BadInput : IsOutside(exception) ? ExitCode.Failed : ExitCode.Fault;
    }

    /// <summary>Reports what is wrong with the input.</summary>
    public static int Write(IReadOnlyList<SettingError> errors, Terminal terminal)
    {
        if (terminal.AsJson)
            terminal.Error(errors.Count == 1 ? Json.Line(new { Error = View(errors[0]) }) : Json.Line(new { Error = View(errors[0]), Errors = errors.Select(View) }));
        else
            foreach (var error in errors)
                terminal.Error(SafeText.Line(error.Message));
        return ExitCode.BadInput;
    }

    private static object View(SettingError error) => new { error.Field, error.Message };

    private static IReadOnlyList<SettingError> Describe(Exception exception) => exception switch
    {
        SettingsException e => e.Errors,
        BatchFileException e => e.Errors,
        InputException e => [new SettingError(e.Field, e.Message)],
        RenderRequestException e => [new SettingError(e.Field, e.Message)],
        RenderNotFoundException e => [new SettingError("id", e.Message)],
        RenderConflictException e => [new SettingError(e.Message.StartsWith("idempotency key", StringComparison.Ordinal) ? "key" : "id", e.Message)],
        DatabaseException e => [new SettingError(e.Field, e.Message)],
        OptionsValidationException e => [.. e.Failures.Select(failure => new SettingError(failure.Split(": ")[0], failure))],
        VideoStoreException e => [new SettingError("Storage:Root", e.Message)],
        VideosApiException e => [new SettingError("provider", $"provider: {e.Message}")],
        _ => [new SettingError("", $"unexpected {exception.GetType().Name}: {Innermost(exception).Message} (run again with --verbose for details)")],
    };

    private static bool IsInput(Exception exception) => exception is SettingsException or InputException or BatchFileException or OptionsValidationException
        or RenderRequestException or RenderNotFoundException or RenderConflictException or DatabaseException;

    private static bool IsOutside(Exception exception) => exception is VideoStoreException or VideosApiException;

    // A broken connection is wrapped in exceptions that only say that something failed.
    private static Exception Innermost(Exception exception) =>
        exception.InnerException is SocketException or IOException ? exception.InnerException : exception;
}
