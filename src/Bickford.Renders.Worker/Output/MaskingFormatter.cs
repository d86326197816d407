using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace Bickford.Renders.Worker.Output;

/// <summary>
/// The last look at every log line: whatever a library says about itself at whatever level, and whatever an exception quotes, none of our secrets gets out.
/// </summary>
internal sealed class MaskingFormatter(ConsoleFormatter inner, SecretMask secrets) : ConsoleFormatter(inner.Name), IDisposable
{
    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        using var line = new StringWriter();
        inner.Write(logEntry, scopeProvider, line);
        textWriter.Write(secrets.Apply(line.ToString()));
    }

    public void Dispose() => (inner as IDisposable)?.Dispose();

    /// <summary>Puts one around every formatter that is registered.</summary>
    public static void Wrap(IServiceCollection services, SecretMask secrets)
    {
        foreach (var formatter in services.Where(service => service.ServiceType == typeof(ConsoleFormatter)).ToArray())
        {
            var type = formatter.ImplementationType!;
            services.Remove(formatter);
            services.AddSingleton<ConsoleFormatter>(provider => new MaskingFormatter((ConsoleFormatter)ActivatorUtilities.CreateInstance(provider, type), secrets));
        }
    }
}
