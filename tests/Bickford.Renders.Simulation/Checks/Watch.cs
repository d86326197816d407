using System.Text.Json.Nodes;
using Bickford.Renders.Simulation.Faults;
using Bickford.Renders.Simulation.Providers;
using Bickford.Renders.Simulation.Workers;
using Bickford.Renders.Simulation.Worlds;

namespace Bickford.Renders.Simulation.Checks;

/// <summary>Looks on while a world runs, by plain SQL: what must hold at every moment, and what can be seen at that moment only.</summary>
internal sealed class Watch(World world)
{
    private readonly Dictionary<Guid, List<Guid>> _told = [];

    /// <summary>The event ids that observers were given for a render.</summary>
    public IReadOnlyList<Guid> ToldOf(Guid renderId) => _told.GetValueOrDefault(renderId) ?? [];

    public void Told(Guid renderId, Guid eventId)
    {
        if (!_told.TryGetValue(renderId, out var ids))
            _told[renderId] = ids = [];
        ids.Add(eventId);
    }

    /// <summary>6: the row and the newest event of its chain tell the same.</summary>
    public void Committed(Guid id)
    {
        var (status, step, video, hash, head, payload) = world.Database.Query(
            """
            SELECT r.status, r.step, r.video_id, r.ledger_hash, e.hash, e.payload
            FROM renders r LEFT JOIN ledger_events e ON e.stream = 'renders/' || r.id AND e.render_seq = r.ledger_seq WHERE r.id = @id
            """,
            row => (row.GetString(0), row.GetString(1), row[2] as string, row.GetString(3), row[4] as string, row[5] as string),
            ("@id", id.ToString("D")))[0];
        if (payload is null || head != hash)
        {
            world.Break($"6. Every change is on the ledger once: {World.Short(id)} names an event that is not there as the end of its chain");
            return;
        }

        var told = JsonNode.Parse(payload)!;
        if ((string?)told["status"] != status || (string?)told["step"] != step || (string?)told["video_id"] != video)
            world.Break($"6. Every change is on the ledger once: {World.Short(id)} is {status}/{step} with {video}, and the ledger ends with {payload}");
    }

    /// <summary>1: who is about to pay holds the row.</summary>
    public void AboutToPost(Life life)
    {
        var doing = Doing.Current;
        var holds = world.Database.Number(
            "SELECT count(*) FROM renders WHERE id = @id AND lease_owner = @owner AND lease_until > @now",
            ("@id", doing.RenderId?.ToString("D")), ("@owner", doing.LeaseOwner), ("@now", LedgerCheck.TimeText(world.Clock.Now)));
        if (holds == 0)
            world.Break($"1. Never pay twice: {life.Name} sends a create for {World.Short(doing.RenderId ?? Guid.Empty)} without holding its lease");
    }

    /// <summary>1: a create was accepted. Its intent is durable, and there is a render for each video that the provider has.</summary>
    public void Accepted(ProviderVideo video)
    {
        var intents = world.Database.Number(
            // A person may have given the video of one render to another, which asked for the same and was refused.
            "SELECT count(*) FROM renders WHERE prompt = @prompt AND (create_since IS NOT NULL OR video_id IS NOT NULL) AND (remix_video_id IS @source)",
            ("@prompt", video.Prompt), ("@source", video.RemixedFrom));
        var videos = world.Provider.Accepted.Count(v => v.Prompt == video.Prompt && v.RemixedFrom == video.RemixedFrom && v.IsKnown(world.Clock.Now)) + (video.IsKnown(world.Clock.Now) ? 0 : 1);
        if (intents == 0)
            world.Break($"1. Never pay twice: {video.Id} was created before its intent was committed ('{video.Prompt}')");
        else if (videos > intents)
            world.Break($"1. Never pay twice: the provider has {videos} videos for {intents} renders with an intent ('{video.Prompt}')");
    }

    /// <summary>5: only what is here may be deleted there, and of strangers' videos only what a rule names. 6: it is on the ledger before it happens.</summary>
    public void Deleted(ProviderVideo video)
    {
        if (video.Ordinal == 0)
        {
            ForeignDeleted(video);
            return;
        }

        var rows = world.Database.Query("SELECT assets, provider_copy_deleting_at FROM renders WHERE video_id = @id", row => (Assets: row.GetString(0), Begun: row[1] as string), ("@id", video.Id));
        if (rows.Count != 1 || JsonNode.Parse(rows[0].Assets)!.AsArray() is not { Count: > 0 } list || !list.All(asset => Promises.IsStored(world, asset!)))
            world.Break($"5. Deleted means stored first: {video.Id} is deleted at the provider, and not in the store");
        else if (rows[0].Begun is null)
            world.Break($"6. Every change is on the ledger once: {video.Id} is deleted at the provider, and nothing said so before");
    }

    private void ForeignDeleted(ProviderVideo video)
    {
        // A provider that does not say its time may be as far behind as the worker is ahead.
        if (world.Plan.ForeignAfter is not { } after || world.Clock.Now - video.AcceptedAt < after - TimeSpan.FromSeconds(30))
            world.Break($"5. Deleted means stored first: {video.Id} is a stranger's, and no rule says that it may be deleted");
        if (world.Database.Number("SELECT count(*) FROM renders WHERE video_id = @id", ("@id", video.Id)) > 0)
            world.Break($"5. Deleted means stored first: {video.Id} is deleted as nobody's, and a render owns it");
        if (world.Database.Number("SELECT count(*) FROM ledger_events WHERE stream = 'library' AND type = 'video.deleting' AND payload LIKE @id", ("@id", $"%{video.Id}%")) != 1)
            world.Break($"6. Every change is on the ledger once: {video.Id} is deleted at the provider, and the ledger did not say so before");
    }
}
