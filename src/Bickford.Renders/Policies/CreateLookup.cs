using System.Globalization;
using Bickford.Renders.Videos;

namespace Bickford.Renders.Policies;

/// <summary>What is known when a create's answer was lost.</summary>
/// <param name="Unowned">Videos of the provider's list that may have been created since the intent and belong to no render.</param>
/// <param name="ReadPastIntent">The list was read to a video older than the intent, or to its end.</param>
/// <param name="Rivals">Other renders whose own create is open, with the same prompt and model.</param>
public sealed record LookupEvidence(IReadOnlyList<Video> Unowned, bool ReadPastIntent, IReadOnlyList<Render> Rivals);

/// <summary>What follows from the evidence.</summary>
public abstract record LookupDecision
{
    private LookupDecision()
    {
    }

    /// <summary>This is the render's video.</summary>
    public sealed record Adopt(Video Video) : LookupDecision;

    /// <summary>There is no such video: the create did not take effect, and may be sent again.</summary>
    public sealed record NotThere : LookupDecision;

    /// <summary>It is too early to tell.</summary>
    public sealed record Wait(TimeSpan For) : LookupDecision;

    /// <summary>It cannot be told: a person must.</summary>
    public sealed record Park(string Why) : LookupDecision;
}

/// <summary>Decides whose video it is after a create whose answer was lost. Pure; never guesses where a guess could cost money.</summary>
public static class CreateLookup
{
    /// <summary>
    /// Creates without a clear answer after which a person must look. Each was proven to have left no video before the next was sent, but a server
    /// that goes on like this may be billing what it does not list.
    /// </summary>
    public const int MostCreates = 3;

    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(2);

    /// <summary>Decides.</summary>
    /// <param name="row">The render, with its intent.</param>
    /// <param name="evidence">What the provider's list and our rows say.</param>
    /// <param name="now">The time.</param>
    /// <param name="settle">How long after the intent an empty list is not believed.</param>
    public static LookupDecision Decide(Render row, LookupEvidence evidence, DateTimeOffset now, TimeSpan settle)
    {
        var matches = evidence.Unowned.Where(v => v.Prompt is not null && Fits(row, v)).ToList();
        var rivals = evidence.Rivals.Where(r => r.Id != row.Id && SameRequest(row, r)).ToList();
        var settled = (row.CreateStartedAt ?? now) + settle;

        if (matches.Count > 0)
        {
            if (rivals.Any(r => r.Reference?.Sha256 != row.Reference?.Sha256))
                return new LookupDecision.Park("another render with the same prompt but another reference image is open too, and the provider's list does not tell them apart");
            if (matches.Any(v => v.RemixedFromVideoId is null) && evidence.Rivals.Any(r => r.Id != row.Id && SameWords(row, r) && r.RemixVideoId != row.RemixVideoId))
                return new LookupDecision.Park("another render with the same prompt but another source is open too, and the provider's list does not say what a video was made from");
            if (evidence.Rivals.Any(r => r.Id != row.Id && SameWords(row, r) && r.RemixVideoId == row.RemixVideoId && (r.RemixKind, r.Seconds) != (row.RemixKind, row.Seconds)))
                return new LookupDecision.Park("another render makes something else from the same video by the same prompt, and the provider's list does not tell them apart");
            // A rival at work may be about to hear that the video is its own. Two that wait for each other end at the deadline.
            if (now < row.DeadlineAt && rivals.Any(r => r.LeaseOwner is not null && r.Status.IsOpen()))
                return new LookupDecision.Wait(Soon);
            // Renders that ask for the same are interchangeable, so any assignment is right, as long as there are not more videos than creates.
            return matches.Count <= rivals.Count + 1
                ? new LookupDecision.Adopt(matches.MinBy(v => v.CreatedAt ?? DateTimeOffset.MaxValue)!)
                : new LookupDecision.Park($"{matches.Count} videos at the provider fit ({string.Join(", ", matches.Take(5).Select(v => v.Id))}); adopt the right one");
        }

        if (now < settled)
            return new LookupDecision.Wait(settled - now < Soon ? settled - now : Soon);
        if (evidence.Unowned.Any(v => v.Prompt is null && Fits(row, v)))
            return new LookupDecision.Park("the provider's list does not give prompts back, so it cannot be told whether the video was created");
        // Servers answer with another name of the model or a rounded size: what has our prompt and belongs to nobody may be ours.
        if (evidence.Unowned.FirstOrDefault(v => Resembles(row, v) && !evidence.Rivals.Any(r => r.Id != row.Id && Fits(r, v))) is { } similar)
            return new LookupDecision.Park($"video {similar.Id} at the provider has the same prompt but another model, size or length ({similar.Model}, {similar.Size}, {similar.Seconds} s); adopt it if it is the right one");
        if (!evidence.ReadPastIntent)
            return new LookupDecision.Park("the provider's list could not be read back to the time of the create");
        return row.CreatesSent < MostCreates
            ? new LookupDecision.NotThere()
            : new LookupDecision.Park($"{row.CreatesSent} creates got no clear answer, and none left a video in the provider's list; resume the render to send another");
    }

    /// <summary>True if the video may be what the render asked for. What the server leaves out speaks neither for nor against.</summary>
    public static bool Fits(Render row, Video video) =>
        (video.Prompt is null || SamePrompt(video.Prompt, row.Prompt))
        && (video.Model is null || IsModel(video.Model, row.Model))
        && (video.Size is null || row.Size is null || string.Equals(video.Size, row.Size, StringComparison.OrdinalIgnoreCase))
        // Of an extension some servers tell what was added, and others the whole.
        && (video.Seconds is null || row.Seconds is null || row is { RemixOf: not null, RemixKind: RemixKind.Extension } || SameSeconds(video.Seconds, row.Seconds.Value))
        && (video.RemixedFromVideoId is null || video.RemixedFromVideoId == row.RemixVideoId);

    private static bool Resembles(Render row, Video video) =>
        video.Prompt is not null && SamePrompt(video.Prompt, row.Prompt) && (video.RemixedFromVideoId is null || row.RemixVideoId is not null);

    // On its way through forms and templates a prompt may get other line ends, or lose its margins.
    private static bool SamePrompt(string a, string b) => Lines(a) == Lines(b);

    private static string Lines(string prompt) => prompt.Trim().ReplaceLineEndings("\n");

    private static bool SameRequest(Render a, Render b) => SameWords(a, b) && a.Seconds == b.Seconds && (a.RemixVideoId, a.RemixKind) == (b.RemixVideoId, b.RemixKind);

    private static bool SameWords(Render a, Render b) =>
        SamePrompt(a.Prompt, b.Prompt) && a.Model == b.Model && a.Size == b.Size && (a.Seconds == b.Seconds || a.RemixKind == RemixKind.Extension || b.RemixKind == RemixKind.Extension);

    // Servers answer with the dated snapshot behind a name: sora-2 → sora-2-2025-12-08.
    private static bool IsModel(string answered, string asked) =>
        answered == asked
        || (answered.StartsWith(asked + "-", StringComparison.Ordinal) && answered.Length > asked.Length + 1 && char.IsAsciiDigit(answered[asked.Length + 1]));

    private static bool SameSeconds(string answered, int asked) =>
        !decimal.TryParse(answered, NumberStyles.Number, CultureInfo.InvariantCulture, out var seconds) || seconds == asked;
}
