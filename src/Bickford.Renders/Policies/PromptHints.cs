using System.Text.RegularExpressions;

namespace Bickford.Renders.Policies;

/// <summary>What a hint is about.</summary>
public enum HintKind
{
    /// <summary>Something that good prompts say, and this one does not.</summary>
    Lacks,

    /// <summary>More of something than works well at once.</summary>
    TooMany,

    /// <summary>Something that providers usually refuse.</summary>
    Guardrail,
}

/// <summary>Advice about a prompt.</summary>
/// <param name="Kind">Missing, too many, or likely to be refused.</param>
/// <param name="About">In a word, such as <c>shot</c> or <c>music</c>.</param>
/// <param name="Advice">For people, in one line.</param>
public sealed record PromptHint(HintKind Kind, string About, string Advice);

/// <summary>
/// Looks at a prompt before it costs money: whether it says what models do well with (shot, subject, action, setting, lighting), and whether it touches what providers refuse.
/// Pure, by English words alone: advice and nothing more. No request is refused for it.
/// </summary>
public static partial class PromptHints
{
    /// <summary>Hints for a prompt, the guardrails first.</summary>
    /// <param name="prompt">The prompt.</param>
    /// <param name="isRemix">It changes another video: what is already to be seen there need not be said again, and it should be one change.</param>
    public static IReadOnlyList<PromptHint> Of(string prompt, bool isRemix = false)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        var hints = new List<PromptHint>();
        foreach (var (pattern, about, advice) in Guardrails)
        {
            if (pattern.IsMatch(prompt))
                hints.Add(new PromptHint(HintKind.Guardrail, about, advice));
        }

        if (isRemix)
        {
            if (SeveralChanges().Count(prompt.TrimEnd('.', '!', ' ', '\n')) > 0)
                hints.Add(new PromptHint(HintKind.TooMany, "changes", "make one single, well-defined change in each step, and the next one in a remix of the result"));
            return hints;
        }

        foreach (var (pattern, about, advice) in Parts)
        {
            if (!pattern.IsMatch(prompt))
                hints.Add(new PromptHint(HintKind.Lacks, about, advice));
        }

        return hints;
    }

    private static readonly (Regex Pattern, string About, string Advice)[] Guardrails =
    [
        (Characters(), "characters", "copyrighted characters and brands are refused; describe a figure of your own"),
        (Music(), "music", "copyrighted music is refused; describe the mood of the sound instead"),
        (People(), "real people", "real people, public figures included, cannot be made; describe somebody who does not exist"),
        (Adult(), "audience", "only what suits viewers under 18 is made"),
    ];

    private static readonly (Regex Pattern, string About, string Advice)[] Parts =
    [
        (Shot(), "shot", "say how it is seen: wide shot, close-up, tracking shot, from above"),
        (Subject(), "subject", "say who or what is to be seen: an old fisherman, a red kite"),
        (Action(), "action", "say what happens: walks along the pier, turns slowly, opens the door"),
        (Setting(), "setting", "say where and when: on a beach in winter, in a small kitchen"),
        (Lighting(), "lighting", "say what the light is like: golden hour, overcast, lit by neon"),
    ];

    private const RegexOptions Words = RegexOptions.IgnoreCase | RegexOptions.CultureInvariant;

    [GeneratedRegex(@"\b(shots?|close[- ]?ups?|wide[- ]angle|camera|lens|\d+ ?mm|dolly|drone|aerial|pan(s|ning)?|zoom(s|ing)?|track(s|ing)? (shot|in|out)|overhead|bird'?s[- ]eye|from (above|below|behind)|pov|point of view|tilt(s|ing)?|crane|handheld|steadicam|macro|framing|framed|establishing|long take|time[- ]?lapse|slow motion)\b", Words)]
    private static partial Regex Shot();

    // An article, a number or a possessive and a word behind it: something is named.
    [GeneratedRegex(@"\b(an?|the|one|two|three|four|five|six|seven|eight|nine|ten|some|several|many|his|her|their|my|our|\d+)\s+\w+|\b(he|she|they|somebody|someone|people|children|men|women|cats|dogs|birds|horses|robots)\b", Words)]
    private static partial Regex Subject();

    [GeneratedRegex(@"\b(?!(morning|evening|lightning|building|ceiling|clothing|wedding|nothing|something|everything|anything|king|ring|string|spring|wing|thing|lighting)s?\b)\w{2,}ing\b|\b(walk|run|turn|open|close|fly|flie|fall|rise|move|look|dance|jump|swim|drive|ride|sit|stand|climb|wave|smile|laugh|cry|crie|sing|play|spin|drift|float|flow|burn|grow|break|pour|roll|slide|cross|enter|leave|reach|pass|pull|push|throw|catch|catche|glow|rain|snow|sail|row|eat|drink|read|write|build|bloom|melt|shine|blink|appear|vanish|vanishe|come|go|goe|talk|speak|sway|circle|hover|gallop|land|take|lift|carrie|carry|hold|watch|watche|chase|fight|sleep|wake|stop|start|begin)s?\b", Words)]
    private static partial Regex Action();

    [GeneratedRegex(@"\b(in|on|at|inside|outside|near|under|over|above|below|beside|between|behind|along|across|through|by|against|around|among|into|onto)\s+(an?|the|\w+)\b|\b(indoors|outdoors|beach|city|street|forest|mountain|mountains|desert|sea|ocean|sky|room|kitchen|studio|field|village|harbou?r|space|underwater)\b", Words)]
    private static partial Regex Setting();

    [GeneratedRegex(@"\b(light(s|ing|ed)?|lit|sun(light|lit|set|rise|ny|shine)?|golden hour|blue hour|dawn|dusk|twilight|noon|midday|morning|evening|night|moonlight|moonlit|candle(light|lit)?|lantern(s)?|lamp(s)?|neon|backlit|backlight|silhouettes?|shadows?|overcast|fog(gy)?|mist(y)?|haz[ey]|bright|dark|dim|glow(ing|s)?|soft[- ]?box|high[- ]key|low[- ]key|chiaroscuro|firelight)\b", Words)]
    private static partial Regex Lighting();

    [GeneratedRegex(@"\b(mickey mouse|minnie mouse|donald duck|star wars|darth vader|yoda|jedi|harry potter|hogwarts|pikachu|pok[eé]mon|super ?mario|luigi|spider[- ]?man|batman|superman|iron man|marvel|disney|pixar|elsa|simpsons?|spongebob|barbie|lego|hello kitty|godzilla|sherlock|shrek|minions?|gandalf|frodo|naruto|goku|sonic the hedgehog|zelda|nintendo|coca[- ]?cola|mcdonald'?s|nike)\b", Words)]
    private static partial Regex Characters();

    [GeneratedRegex(@"\b(song|music|soundtrack|tune|melody|lyrics|sung|singing)\s+(by|of|from)\b|\b(beatles|taylor swift|beyonc[eé]|queen'?s bohemian|bohemian rhapsody|thriller|imagine by)\b", Words)]
    private static partial Regex Music();

    [GeneratedRegex(@"\b(president|prime minister|chancellor|pope|king|queen|senator)\s+(?-i:[A-Z])\w+|\b(donald trump|joe biden|barack obama|vladimir putin|elon musk|taylor swift|tom cruise|brad pitt|beyonc[eé]|lionel messi|cristiano ronaldo|albert einstein|marilyn monroe|elvis( presley)?|michael jackson|angela merkel|emmanuel macron|celebrity|in the likeness of|deepfake|looks? (exactly )?like (the )?(actor|actress|singer|president))\b", Words)]
    private static partial Regex People();

    [GeneratedRegex(@"\b(nude|naked|nudity|topless|erotic|porn\w*|sexual\w*|sexy|gore|gory|beheading|dismember\w*|mutilat\w*|suicide|self[- ]harm|torture)\b", Words)]
    private static partial Regex Adult();

    [GeneratedRegex(@"\b(also|and then|additionally|as well as|furthermore)\b|[.;!]\s+\w|,\s*and\s+(add|change|make|remove|replace|turn|put|move)\b|\band\s+(add|change|make|remove|replace|turn|put|move)\b", Words)]
    private static partial Regex SeveralChanges();
}
