using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Hangfire;
using Hangfire.Common;
using Hangfire.Dashboard;
using Microsoft.Extensions.Logging;

namespace Bickford.Renders.Hangfire;

/// <summary>A job that runs again and again, once at a time in a process. A run that fails is not tried again: the next one comes anyway.</summary>
/// <param name="turns">Keeps a second run out.</param>
/// <param name="logger">Told of failures.</param>
[Queue(Queues.Maintenance)]
[AutomaticRetry(Attempts = 0, LogEvents = false, OnAttemptsExceeded = AttemptsExceededAction.Delete)]
[KeepJobs]
public abstract class RecurringJob(Turns turns, ILogger logger)
{
    /// <summary>Runs it.</summary>
    /// <param name="cancellationToken">Given by Hangfire: shutdown, or the job was deleted.</param>
    [RecurringDisplayName]
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (!turns.TryTake(GetType()))
            return;
        try
        {
            await WorkAsync(cancellationToken);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            logger.LogError("{Name} failed and runs again soon: {Problem}", RecurringDisplayNameAttribute.NameOf(GetType()), $"{e.GetType().Name}: {e.Message.ReplaceLineEndings(" ")}");
            throw;
        }
        finally
        {
            turns.GiveBack(GetType());
        }
    }

    /// <summary>The work of one run.</summary>
    protected abstract Task WorkAsync(CancellationToken cancellationToken);
}

/// <summary>Lets one run of each recurring job in at a time in this process; a second one would have nothing to add.</summary>
public sealed class Turns
{
    private readonly ConcurrentDictionary<Type, bool> _taken = new();

    internal bool TryTake(Type job) => _taken.TryAdd(job, true);

    internal void GiveBack(Type job) => _taken.TryRemove(job, out _);
}

/// <summary>Names a recurring job in the dashboard by its class: Reconcile renders.</summary>
internal sealed partial class RecurringDisplayNameAttribute() : JobDisplayNameAttribute("{0}")
{
    public override string Format(DashboardContext context, Job job) => NameOf(job.Type);

    public static string NameOf(Type type) => Word().Replace(type.Name.Replace("Job", "", StringComparison.Ordinal), word => " " + word.Value.ToLowerInvariant());

    [GeneratedRegex("(?<!^)[A-Z]")]
    private static partial Regex Word();
}
