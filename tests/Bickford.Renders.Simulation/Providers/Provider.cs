using System.Globalization;
using Bickford.Renders.Simulation.Faults;
using Bickford.Renders.Simulation.Worlds;

namespace Bickford.Renders.Simulation.Providers;

/// <summary>The server of the Videos protocol. Its books are what the promises are checked against.</summary>
internal sealed class Provider
{
    private readonly World _world;
    private readonly Time.Dice _dice;
    private readonly Dictionary<string, ProviderVideo> _byId = new(StringComparer.Ordinal);
    private readonly List<ProviderVideo> _videos = [];

    public Provider(World world, Time.Dice dice)
    {
        (_world, _dice) = (world, dice);
        Habits = Habits.Draw(dice);
        Habits = Habits with { GivesUrl = Habits.GivesUrl || world.Plan.GivesUrl, GivesPrompts = Habits.GivesPrompts && !world.Plan.HidesPrompts };
        if (world.Plan.ComesTogether)
            Habits = Habits with { HasList = true, HintsPoll = false, ListLate = TimeSpan.Zero, PageCap = 100 };
        for (var stranger = dice.Below(9); stranger > 0; stranger--)
            Add(0, $"a stranger's video {stranger}", null, "m-1", null, world.Clock.Now - dice.Seconds(1, 600));
    }

    public Habits Habits { get; }

    /// <summary>Every create that was accepted, in order: each was billed.</summary>
    public IEnumerable<ProviderVideo> Accepted => _videos.Where(video => video.Ordinal > 0);

    public DateTimeOffset Now => _world.Clock.Now;

    public bool HidesSources => _world.Plan.HidesSources;

    public ProviderVideo? Find(string id) => _byId.GetValueOrDefault(id);

    /// <summary>Does what is asked, now.</summary>
    public ProviderAnswer Answer(ProviderRequest request, TimeSpan stale = default)
    {
        var video = request.Id is null ? null : Find(request.Id) is { } known && known.IsKnown(Now) ? known : null;
        var answer = request.Operation switch
        {
            Operation.Create => Create(request),
            Operation.List => Habits.HasList ? List(request) : Error(404, "not_found", "Not Found"),
            _ when video is null => Error(404, "not_found", "No such video"),
            Operation.Remix => Remix(video, request),
            Operation.Get => Get(video, stale),
            Operation.Content => ProviderFiles.Of(this, video, request),
            _ => Delete(video),
        };
        if (Habits.SaysDate)
            answer.Headers["Date"] = (Now + Habits.Skew).ToString("r", CultureInfo.InvariantCulture);
        return answer;
    }

    public ProviderAnswer Error(int status, string code, string message) => ProviderAnswer.Json(
        status, Habits.DetailErrors ? $$"""{"detail":"{{message}}"}""" : $$$"""{"error":{"message":"{{{message}}}","type":"server_error","code":"{{{code}}}"}}""");

    private ProviderAnswer Create(ProviderRequest request) =>
        Accept(Add(Accepted.Count() + 1, request.Fields["prompt"], null, request.Fields.GetValueOrDefault("model"), request, Now));

    private ProviderAnswer Remix(ProviderVideo source, ProviderRequest request) =>
        !Habits.Remixes ? Error(404, "not_found", "Not Found")
        : !source.IsCompleted(Now) ? TooEarly(source)
        : Accept(Add(Accepted.Count() + 1, request.Fields["prompt"], source.Id, source.Model, request, Now));

    // Whoever waits for a source knows when it is done; to try before costs a request at the best.
    private ProviderAnswer TooEarly(ProviderVideo source)
    {
        _world.Break($"1. Never pay twice: a remix of {source.Id} is sent before that is completed");
        return Error(400, "video_not_completed", "It is not completed");
    }

    private ProviderAnswer Accept(ProviderVideo video)
    {
        _world.Watch.Accepted(video);
        _world.Trace.Note(null, $"the provider accepts {video.Id}", null, video.Prompt);
        return ProviderAnswer.Json(200, ProviderJson.Of(this, video, Now).ToJsonString());
    }

    private ProviderAnswer Get(ProviderVideo video, TimeSpan stale)
    {
        var at = Now - stale > video.AcceptedAt ? Now - stale : video.AcceptedAt;
        var answer = ProviderAnswer.Json(
            Habits.FailsByStatus && video.StatusAt(at) == "failed" ? 400 : 200, ProviderJson.Of(this, video, at).ToJsonString());
        if (Habits.HintsPoll)
            answer.Headers["openai-poll-after-ms"] = "3000";
        return answer;
    }

    private ProviderAnswer Delete(ProviderVideo video)
    {
        _world.Watch.Deleted(video);
        video.IsDeleted = true;
        return ProviderAnswer.Json(200, $$"""{"id":"{{video.Id}}","object":"video.deleted","deleted":true}""");
    }

    private ProviderAnswer List(ProviderRequest request)
    {
        var ascending = !Habits.HeedsOrder || request.Fields.GetValueOrDefault("order") == "asc";
        var listed = _videos.Where(video => video.IsKnown(Now) && Now >= video.AcceptedAt + Habits.ListLate).OrderBy(video => video.AcceptedAt).ToList();
        if (!ascending)
            listed.Reverse();
        var start = request.Fields.GetValueOrDefault("after") is { } after ? listed.FindIndex(video => video.Id == after) + 1 : 0;
        if (Habits.RepeatsOnPages && start > 0 && Habits.PageCap > 2)
            start--;
        var count = Math.Min(Habits.PageCap, int.Parse(request.Fields.GetValueOrDefault("limit", "20"), CultureInfo.InvariantCulture));
        return ProviderAnswer.Json(200, ProviderJson.Page(this, listed.Skip(start).Take(count).ToList(), start + count < listed.Count));
    }

    private ProviderVideo Add(int ordinal, string prompt, string? remixedFrom, string? model, ProviderRequest? request, DateTimeOffset at)
    {
        var renders = _dice.Seconds(4, 70);
        var done = _dice.Chance(_world.Plan.Hangs) ? DateTimeOffset.MaxValue : at + renders;
        var video = new ProviderVideo
        {
            Id = $"video_{_dice.Next():x16}",
            Ordinal = ordinal,
            Prompt = prompt,
            RemixedFrom = remixedFrom,
            Model = model,
            Size = request?.Fields.GetValueOrDefault("size"),
            Seconds = request?.Fields.GetValueOrDefault("seconds"),
            AcceptedAt = at,
            DoneAt = done,
            ExpiresAt = at + renders + Habits.Lifetime,
            FailsWith = _dice.Chance(_world.Plan.Fails) ? _dice.Pick("moderation_blocked", "video_generation_failed") : null,
        };
        if (ordinal > 0 && _dice.Chance(_world.Plan.Forgets))
            video.ForgottenAt = at + (_dice.Chance(0.4) ? TimeSpan.Zero : _dice.Seconds(0, 150));
        _videos.Add(video);
        _byId.Add(video.Id, video);
        return video;
    }
}
