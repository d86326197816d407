using System.CommandLine;
using Bickford.Renders.Ports;
using Bickford.Renders.Worker.Cli;
using Bickford.Renders.Worker.Composition;
using Bickford.Renders.Worker.Output;

namespace Bickford.Renders.Worker.Commands;

/// <summary><c>renders cleanup</c>: a clean-up now, or what it would delete and why.</summary>
internal sealed class CleanupCommand : Verb
{
    private readonly Option<bool> _dryRun = new("--dry-run") { Description = "Delete nothing; tell what would go, and why" };

    public CleanupCommand(CliEnvironment environment)
        : base(
            environment,
            "cleanup",
            "Delete what the rules say is not needed any more (settings Retention:*), as the workers do by themselves; exit code 1 if something that is due stays",
            "renders cleanup --dry-run",
            "renders cleanup --dry-run --set Retention:Completed=30d",
            "renders cleanup --json | jq -r '.items[] | select(.outcome == \"Failed\") | .problem'")
    {
        Add(_dryRun);
        AddSettings();
    }

    protected override async Task<int> RunAsync(CliContext context, CancellationToken cancellationToken)
    {
        var dryRun = context.Parse.GetValue(_dryRun);
        await using var session = await context.OpenExistingAsync(SessionKind.Look, cancellationToken);
        var (terminal, retention) = (context.Terminal, session.Options.Retention);
        if ((retention.ProviderCopiesAfter ?? retention.ForeignAfter) is not null && session.Get<Videos.IVideosApi>() is NoProvider)
            throw NoProvider.Missing;

        var report = new CleanupReport(terminal, dryRun);
        try
        {
            await foreach (var item in session.Get<ICleanup>().RunAsync(dryRun, cancellationToken))
                report.Add(item);
            report.IsComplete = true;
        }
        catch (RenderConflictException e)
        {
            throw new InputException("cleanup", e.Message);
        }
        finally
        {
            report.End(retention);
        }

        return report.SomethingStays ? ExitCode.Failed : ExitCode.Ok;
    }
}
