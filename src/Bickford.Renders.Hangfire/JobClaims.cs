using Npgsql;
using NpgsqlTypes;

namespace Bickford.Renders.Hangfire;

/// <summary>
/// Which step runs Hangfire has been asked for: it has no unique keys, and without them every reconcile of every process would add one more job for each
/// render that waits. A claim is made before the job, is marked when the job begins, and is taken over when its job is found to be gone.
/// </summary>
internal sealed class JobClaims(NpgsqlDataSource source)
{
    // As long as a claim is young its job is believed in: between claim and job the process may have died, and people may delete jobs.
    private const string Believed = "interval '15 seconds'";

    /// <summary>Claims these runs. Returns those that a job must be made for: not asked for yet, begun already, asked for with a later time, or never made.</summary>
    public async Task<IReadOnlySet<string>> ClaimAsync(IReadOnlyList<ClaimedRun> runs, CancellationToken cancellationToken)
    {
        await using var command = source.CreateCommand($"""
            INSERT INTO renders.hangfire_jobs AS claimed (name, render_id, due_at)
            SELECT * FROM unnest($1::text[], $2::uuid[], $3::timestamptz[]) AS asked (name, render_id, due_at) ORDER BY name
            ON CONFLICT (name) DO UPDATE SET due_at = excluded.due_at, job_id = NULL, asked_at = now(), started_at = NULL
            WHERE claimed.started_at IS NOT NULL OR claimed.due_at > excluded.due_at OR (claimed.job_id IS NULL AND claimed.asked_at < now() - {Believed})
            RETURNING name
            """);
        Add(command, runs.Select(run => run.Name));
        command.Parameters.AddWithValue(runs.Select(run => run.RenderId).ToArray());
        command.Parameters.AddWithValue(NpgsqlDbType.Array | NpgsqlDbType.TimestampTz, runs.Select(run => run.DueAt.UtcDateTime).ToArray());
        return (await NamesAsync(command, cancellationToken)).ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>Notes which jobs were made.</summary>
    public async Task MadeAsync(IReadOnlyList<(string Name, string JobId)> jobs, CancellationToken cancellationToken)
    {
        await using var command = source.CreateCommand("""
            UPDATE renders.hangfire_jobs AS claimed SET job_id = made.job_id
            FROM (SELECT * FROM unnest($1::text[], $2::text[]) AS m (name, job_id) ORDER BY name) AS made
            WHERE claimed.name = made.name AND claimed.job_id IS NULL
            """);
        Add(command, jobs.Select(job => job.Name));
        Add(command, jobs.Select(job => job.JobId));
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Those of these claims whose jobs nobody has looked at for a while, with their jobs. Each is given to one asker only.</summary>
    public async Task<IReadOnlyList<(string Name, string JobId)>> DoubtfulAsync(IEnumerable<string> names, CancellationToken cancellationToken)
    {
        await using var command = source.CreateCommand($"""
            UPDATE renders.hangfire_jobs AS claimed SET checked_at = now()
            FROM (SELECT name FROM renders.hangfire_jobs
                  WHERE name = ANY ($1) AND job_id IS NOT NULL AND started_at IS NULL AND greatest(asked_at, checked_at) < now() - {Believed}
                  ORDER BY name FOR UPDATE) AS old
            WHERE claimed.name = old.name
            RETURNING claimed.name, claimed.job_id
            """);
        Add(command, names);
        var found = new List<(string, string)>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            found.Add((reader.GetString(0), reader.GetString(1)));
        return found;
    }

    /// <summary>Takes over a claim whose job is gone; false when somebody else did.</summary>
    public async Task<bool> TakeOverAsync(string name, string goneJobId, CancellationToken cancellationToken)
    {
        await using var command = source.CreateCommand(
            "UPDATE renders.hangfire_jobs SET job_id = NULL, asked_at = now() WHERE name = $1 AND job_id = $2 AND started_at IS NULL");
        command.Parameters.AddWithValue(name);
        command.Parameters.AddWithValue(goneJobId);
        return await command.ExecuteNonQueryAsync(cancellationToken) == 1;
    }

    /// <summary>The run begins: from now on it may be asked for again.</summary>
    public async Task BeginAsync(string name, CancellationToken cancellationToken)
    {
        await using var command = source.CreateCommand("UPDATE renders.hangfire_jobs SET started_at = now() WHERE name = $1 AND started_at IS NULL");
        command.Parameters.AddWithValue(name);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>The newest job of a render, or null.</summary>
    public async Task<string?> FindJobAsync(Guid renderId, CancellationToken cancellationToken)
    {
        await using var command = source.CreateCommand("SELECT job_id FROM renders.hangfire_jobs WHERE render_id = $1 AND job_id IS NOT NULL ORDER BY asked_at DESC LIMIT 1");
        command.Parameters.AddWithValue(renderId);
        return (string?)await command.ExecuteScalarAsync(cancellationToken);
    }

    /// <summary>Forgets the claims of runs that are long over; a render's last one is kept for a month, for the link to its job.</summary>
    public async Task<int> ForgetAsync(CancellationToken cancellationToken)
    {
        await using var command = source.CreateCommand("""
            DELETE FROM renders.hangfire_jobs AS old
            WHERE asked_at < now() - interval '30 days'
               OR (started_at < now() - interval '1 day'
                   AND EXISTS (SELECT FROM renders.hangfire_jobs AS newer WHERE newer.render_id = old.render_id AND newer.asked_at > old.asked_at))
            """);
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static void Add(NpgsqlCommand command, IEnumerable<string> texts) => command.Parameters.AddWithValue(texts.ToArray());

    private static async Task<List<string>> NamesAsync(NpgsqlCommand command, CancellationToken cancellationToken)
    {
        var names = new List<string>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
            names.Add(reader.GetString(0));
        return names;
    }
}

/// <summary>A run that is asked for.</summary>
internal readonly record struct ClaimedRun(string Name, Guid RenderId, DateTimeOffset DueAt);
