using Bickford.Renders.Data;
using Bickford.Renders.Ports;
using Bickford.Renders.Worker.Cli;
using Bickford.Renders.Worker.Composition;
using Bickford.Renders.Worker.Output;
using Bickford.Renders.Worker.Settings;

namespace Bickford.Renders.Worker.Doctor;

/// <summary>The database, its tables, its clock, and who works on it.</summary>
internal sealed class DatabaseExam(WorkerSettings settings, IWorkerSession session, Look look, TimeProvider clock) : IExam
{
    private const string Database = "database";
    private const string Schema = "schema";
    private const string Clock = "database clock";
    private const string Engine = "engine";
    private const string Age = "database age";
    private const int MostCounted = 1000;

    public async Task<IReadOnlyList<Finding>> ExamineAsync(CancellationToken cancellationToken)
    {
        if (!session.Get<DatabaseCheckup>().Exists)
            return [Finding.Note(Database, $"there is no file at {settings.DatabasePath} yet", "the first 'renders render' or 'renders serve' makes it; if yours lies elsewhere, set Database:ConnectionString or start where it is")];

        DatabaseFacts? facts = null;
        var database = await look.AtAsync(
            Database,
            async token =>
            {
                facts = await session.Get<DatabaseCheckup>().AskAsync(token);
                return Finding.Ok(Database, $"{facts.Name}; answers in {HumanText.Span(facts.RoundTrip)}");
            },
            cancellationToken);
        if (facts is null)
            return [database, .. new[] { Schema, Engine }.Select(check => Finding.Skipped(check, "the database cannot be asked"))];

        var schema = await look.AtAsync(Schema, async token => Judgement.Schema(Schema, await session.Migrator.StatusAsync(token)), cancellationToken);
        var engine = schema.Verdict == Verdict.Ok
            ? await look.AtAsync(Engine, EngineAsync, cancellationToken)
            : Finding.Skipped(Engine, "it needs the tables of this program's version");
        var findings = new List<Finding> { database, schema };
        if (facts.ClockAhead is { } ahead)
            findings.Add(Judgement.Clock(Clock, "the database's clock", ahead));
        findings.Add(engine);
        if (schema.Verdict == Verdict.Ok && await IsSetBackAsync(cancellationToken))
            findings.Add(Finding.Wrong(Age, "the database is older than the store's copies of its ledger's seals, and its rows may have forgotten what was paid for", "if a backup was restored: renders db restored, before a worker starts"));
        return findings;
    }

    // A store that does not answer is told of where the store is looked at.
    private async Task<bool> IsSetBackAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await session.Get<IRecovery>().IsSetBackAsync(cancellationToken);
        }
        catch (VideoStoreException)
        {
            return false;
        }
    }

    private async Task<Finding> EngineAsync(CancellationToken token)
    {
        var workers = await session.Get<IWorkerRegister>().ListAsync(token);
        var late = await session.Store.ListOverdueAsync(clock.GetUtcNow() - Judgement.Late, MostCounted, cancellationToken: token);
        return Judgement.Engine(Engine, settings.Jobs.UseHangfire ? "Hangfire" : "Quartz", CommandTree.Version, workers, late.Count, late.Count == MostCounted);
    }
}
