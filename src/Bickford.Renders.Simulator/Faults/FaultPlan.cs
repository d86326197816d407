namespace Bickford.Renders.Simulator;

/// <summary>A rule in force, with what it has done so far.</summary>
/// <param name="Id">Number of the rule, by which it is removed.</param>
/// <param name="Rule">The rule.</param>
/// <param name="Matches">Requests it fitted, struck or not.</param>
/// <param name="Strikes">Requests it struck.</param>
public sealed record FaultEntry(int Id, FaultRule Rule, int Matches, int Strikes);

/// <summary>The fault rules in force. Rules can be added and removed while the server runs; safe for use by many threads.</summary>
public sealed class FaultPlan
{
    private readonly Lock gate = new();
    private readonly List<ActiveRule> rules = [];
    private readonly int seed;
    private int lastId;

    internal FaultPlan(int seed, IEnumerable<FaultRule> initial)
    {
        this.seed = seed;
        foreach (var rule in initial)
            Add(rule);
    }

    /// <summary>The rules in force, in the order they were added.</summary>
    public IReadOnlyList<FaultEntry> Rules
    {
        get
        {
            lock (gate)
                return [.. rules.Select(rule => rule.ToEntry())];
        }
    }

    /// <summary>Adds a rule.</summary>
    /// <returns>Its number.</returns>
    /// <exception cref="ArgumentException">The rule contradicts itself; the message says how.</exception>
    public int Add(FaultRule rule)
    {
        if (rule.Problem() is { } problem)
            throw new ArgumentException($"The fault rule '{rule}' cannot be used: {problem}", nameof(rule));
        lock (gate)
        {
            rules.Add(new ActiveRule(++lastId, rule));
            return lastId;
        }
    }

    /// <summary>Adds a rule given as text, see <see cref="FaultRule.Parse"/>.</summary>
    /// <returns>Its number.</returns>
    /// <exception cref="FormatException">The text is not a rule.</exception>
    public int Add(string rule) => Add(FaultRule.Parse(rule));

    /// <summary>Removes a rule by its number.</summary>
    /// <returns>False where there is no such rule.</returns>
    public bool Remove(int id)
    {
        lock (gate)
            return rules.RemoveAll(rule => rule.Id == id) > 0;
    }

    /// <summary>Removes every rule.</summary>
    public void Clear()
    {
        lock (gate)
            rules.Clear();
    }

    /// <summary>How often a rule has struck; 0 where there is no such rule.</summary>
    public int Strikes(int id)
    {
        lock (gate)
            return rules.Find(rule => rule.Id == id)?.Strikes ?? 0;
    }

    /// <summary>The first rule that spoils the answer to this request, counted as a strike.</summary>
    internal FaultRule? StrikeAnswer(FaultTarget target, Func<FaultRule, bool>? fits = null)
    {
        lock (gate)
        {
            return rules.Find(active =>
                !active.Rule.MarksVideo(target.Operation)
                && (fits is null || fits(active.Rule))
                && active.Strike(target, seed))?.Rule;
        }
    }

    /// <summary>Every rule that marks the video of this request, each counted as a strike.</summary>
    internal IReadOnlyList<FaultRule> StrikeVideo(FaultTarget target)
    {
        lock (gate)
        {
            return
            [
                .. rules.Where(active => active.Rule.MarksVideo(target.Operation) && active.Strike(target, seed)).Select(active => active.Rule),
            ];
        }
    }

    private sealed class ActiveRule(int id, FaultRule rule)
    {
        private readonly Dictionary<long, int> drawsByVideo = [];
        private int matches;

        public int Id => id;

        public FaultRule Rule => rule;

        public int Strikes { get; private set; }

        public FaultEntry ToEntry() => new(id, rule, matches, Strikes);

        public bool Strike(FaultTarget target, int seed)
        {
            if (!Fits(target) || Strikes >= rule.Times)
                return false;
            matches++;
            if (matches <= rule.Skip || !Drawn(target, seed))
                return false;
            Strikes++;
            return true;
        }

        private bool Fits(FaultTarget target) =>
            (rule.Operation == FaultOperation.Any || rule.Operation == target.Operation)
            && (rule.Match is null || target.Prompt?.Contains(rule.Match, StringComparison.OrdinalIgnoreCase) == true)
            && (rule.Variant is null || rule.Variant == target.Variant);

        // The n-th request about one video always draws the same, whatever other videos do at the same time.
        private bool Drawn(FaultTarget target, int seed)
        {
            if (rule.Probability >= 1)
                return true;
            var nth = drawsByVideo[target.Ordinal] = drawsByVideo.GetValueOrDefault(target.Ordinal) + 1;
            return Draws.Fraction(seed, target.Ordinal, $"fault {id} {target.Operation} {nth}") < rule.Probability;
        }
    }
}

/// <summary>What a fault rule sees of a request.</summary>
/// <param name="Operation">The operation asked for.</param>
/// <param name="Prompt">The video's prompt; null where there is no video.</param>
/// <param name="Ordinal">The ordinal of the video's create; 0 where there is no video yet.</param>
/// <param name="Variant">The content variant asked for.</param>
internal sealed record FaultTarget(FaultOperation Operation, string? Prompt = null, long Ordinal = 0, string? Variant = null);
