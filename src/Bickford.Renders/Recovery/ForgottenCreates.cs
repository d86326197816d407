using Bickford.Renders.Policies;
using Bickford.Renders.Videos;

namespace Bickford.Renders.Recovery;

/// <summary>
/// Whose the provider's videos are, of renders that may have forgotten their creates: as if each had been sent and its answer lost, by the same rules (<see cref="CreateLookup"/>). Pure.
/// </summary>
internal sealed class ForgottenCreates
{
    private readonly DateTimeOffset _since;
    private readonly bool _listIsWhole;
    private readonly Dictionary<string, List<Video>> _byPrompt = new(StringComparer.Ordinal);
    private readonly List<Video> _withoutPrompt = [];
    private readonly Dictionary<(string Prompt, string Model), List<Render>> _rivals = [];

    /// <param name="since">The state that the database was set back to is from then or later.</param>
    /// <param name="unowned">Videos that the provider has since then and that no render owns.</param>
    /// <param name="listIsWhole">Its list was read back to that time.</param>
    /// <param name="creates">All renders that may have sent a create which the row does not know the end of.</param>
    public ForgottenCreates(DateTimeOffset since, IEnumerable<Video> unowned, bool listIsWhole, IEnumerable<Render> creates)
    {
        (_since, _listIsWhole) = (since, listIsWhole);
        foreach (var video in unowned)
        {
            if (video.Prompt is null)
                _withoutPrompt.Add(video);
            else if (_byPrompt.TryGetValue(Key(video.Prompt), out var videos))
                videos.Add(video);
            else
                _byPrompt.Add(Key(video.Prompt), [video]);
        }

        foreach (var create in creates)
        {
            if (_rivals.TryGetValue((create.Prompt, create.Model), out var rivals))
                rivals.Add(AsSent(create));
            else
                _rivals.Add((create.Prompt, create.Model), [AsSent(create)]);
        }
    }

    /// <summary>Whose no render was found to be.</summary>
    public IEnumerable<Video> Left => _byPrompt.Values.SelectMany(videos => videos).Concat(_withoutPrompt);

    /// <summary>Decides about one of the creates. What it adopts is nobody else's any more.</summary>
    /// <param name="create">The render, with the video that it remixes where that is known by now.</param>
    /// <param name="now">The time.</param>
    public LookupDecision Decide(Render create, DateTimeOffset now)
    {
        var rivals = _rivals[(create.Prompt, create.Model)];
        rivals[rivals.FindIndex(rival => rival.Id == create.Id)] = AsSent(create);
        var same = _byPrompt.GetValueOrDefault(Key(create.Prompt)) ?? [];
        var decision = CreateLookup.Decide(AsSent(create), new LookupEvidence([.. same, .. _withoutPrompt], _listIsWhole, rivals), now, TimeSpan.Zero);
        if (decision is LookupDecision.Adopt adopt)
        {
            same.Remove(adopt.Video);
            rivals.RemoveAll(rival => rival.Id == create.Id);
        }

        return decision;
    }

    // Nobody works on it, whatever lease the backup has; and what was sent before it was written was counted then.
    private Render AsSent(Render row) => row with
    {
        CreateStartedAt = row.CreateStartedAt ?? _since,
        CreateSince = row.CreateSince ?? _since,
        CreatesSent = 0,
        LeaseOwner = null,
        LeaseUntil = null,
    };

    private static string Key(string prompt) => prompt.Trim().ReplaceLineEndings("\n");
}
