using Bickford.Renders.Simulation.Faults;
using Bickford.Renders.Simulation.Providers;
using Bickford.Renders.Simulation.Time;
using Bickford.Renders.Simulation.Workers;
using Bickford.Renders.Sora;

namespace Bickford.Renders.Simulation.Worlds;

/// <summary>
/// What the seed decides about a world before it begins. The bounds are the ones that the product's settings promise to bear: a create's time-out, a slow list,
/// clocks that differ and a process that stands still are together shorter than <c>Sora:CreateSettle</c>.
/// </summary>
internal sealed class WorldPlan
{
    private readonly double _skew;
    private readonly bool _carryOn;
    private readonly bool _previews;
    private readonly int _requestsPerMinute;
    private readonly int _maxInFlight;
    private readonly decimal? _budget;
    private readonly int _readAttempts;
    private readonly int _maxAttempts;
    private readonly TimeSpan _lease;
    private readonly TimeSpan _deadline;
    private readonly TimeSpan? _providerCopiesAfter;
    private readonly TimeSpan? _filesAfter;
    private readonly TimeSpan? _completedAfter;
    private readonly int _sealMaxEvents;

    public WorldPlan(Dice dice, IReadOnlyList<Cell> aims)
    {
        Workers = dice.Pick(1, 2, 2, 2, 3);
        Renders = dice.Between(2, 5);
        Threads = dice.Between(1, 4);
        SharedEngine = dice.Chance(0.5);
        Storm = dice.Seconds(120, 300);
        ReconcileEvery = dice.Seconds(5, 20);
        MostFaults = dice.Pick(6, 8, 16, 30);
        FaultRate = dice.Pick(0.005, 0.01, 0.03, 0.06);
        DiskLoss = dice.Pick(0.0, 0.1, 0.5);
        Hangs = dice.Pick(0.0, 0.0, 0.15);
        Fails = dice.Pick(0.0, 0.1, 0.2);
        Forgets = dice.Pick(0.0, 0.0, 0.2);
        SameCallAgain = dice.Pick(0.1, 0.4);
        SamePrompt = dice.Pick(0.0, 0.15, 0.4);
        References = dice.Pick(0.0, 0.4);
        _skew = dice.Pick(0.0, 1.0, 8.0);
        _carryOn = dice.Chance(0.5);
        _previews = dice.Chance(0.6);
        _requestsPerMinute = dice.Pick(0, 0, 0, 40, 120);
        _maxInFlight = dice.Pick(0, 0, 0, 1, 2);
        _budget = dice.Chance(0.15) ? dice.Pick(0.4m, 0.8m, 1.2m) : null;
        _readAttempts = dice.Between(1, 3);
        _maxAttempts = dice.Between(6, 15);
        _lease = dice.Seconds(3, 12);
        _deadline = dice.Seconds(360, 900);
        _providerCopiesAfter = dice.Chance(0.5) ? dice.Seconds(0, 90) : null;
        _filesAfter = dice.Chance(0.3) ? dice.Seconds(10, 120) : null;
        CleanupEvery = dice.Seconds(10, 45);
        SealEvery = dice.Seconds(10, 60);
        _sealMaxEvents = dice.Pick(1, 4, 20, 10_000);
        ForeignAfter = dice.Chance(0.4) ? dice.Seconds(10, 900) : null;
        _completedAfter = dice.Chance(0.25) ? dice.Seconds(10, 120) : null;
        KeepLast = dice.Pick(0, 0, 1, 2);
        // Who is kept does not count among the newest: what should be left could not be told afterwards.
        KeepsSome = KeepLast == 0 && dice.Chance(0.5);

        // So that what is aimed at is met.
        if (aims.Any(aim => aim.Step == Step.CleanUp))
            (_providerCopiesAfter, CleanupEvery, Storm, Hangs, Forgets) = (dice.Seconds(0, 5), dice.Seconds(5, 10), TimeSpan.FromSeconds(300), 0, 0);
        if (aims.Any(aim => aim is { Step: Step.CleanUp, Boundary: Boundary.List or Boundary.ListAnswer }))
            ForeignAfter = dice.Seconds(10, 120);
        if (aims.Any(aim => aim.Boundary == Boundary.Gate))
            (_requestsPerMinute, _maxInFlight) = (120, 3);
        if (aims.Any(aim => aim is { Step: Step.Reconcile, Boundary: Boundary.Commit }))
            (_budget, Storm) = (0.4m, TimeSpan.FromSeconds(300));
        if (aims.Any(aim => aim.Boundary == Boundary.Renewal))
            _lease = TimeSpan.FromSeconds(3);
        ComesTogether = aims.Any(aim => aim is { Step: Step.Poll, Boundary: Boundary.List or Boundary.ListAnswer });
        if (ComesTogether)
            (Renders, _maxInFlight) = (5, 0);
        if (aims.Any(aim => aim is { Step: Step.Enqueue, Boundary: Boundary.Store }))
            References = 0.8;
        HasBusyPeople = aims.Any(aim => aim.Step == Step.Person);
        if (HasBusyPeople)
            Fails = 0.3;
        HidesPrompts = aims.Any(aim => aim is { Step: Step.Person, Boundary: Boundary.Look or Boundary.LookAnswer or Boundary.Gate });
        GivesUrl = aims.Any(aim => aim is { Step: Step.Download, Boundary: Boundary.Look or Boundary.LookAnswer });

        Remixes = dice.Pick(0.0, 0.0, 0.6);
        HidesSources = Remixes > 0 && dice.Chance(0.3);
    }

    public int Workers { get; }

    public int Renders { get; }

    /// <summary>Steps at once in a process.</summary>
    public int Threads { get; }

    /// <summary>The engine is a server of its own, and not in the memory of each process.</summary>
    public bool SharedEngine { get; }

    /// <summary>How long things go wrong.</summary>
    public TimeSpan Storm { get; }

    public TimeSpan ReconcileEvery { get; }

    public TimeSpan CleanupEvery { get; }

    public TimeSpan SealEvery { get; }

    /// <summary>The age at which a stranger's video is deleted; null never. Shorter than the product allows: a world lasts minutes.</summary>
    public TimeSpan? ForeignAfter { get; }

    /// <summary>So many of the newest completed renders keep their files.</summary>
    public int KeepLast { get; }

    /// <summary>People keep renders' files, and release them.</summary>
    public bool KeepsSome { get; }

    /// <summary>People look around often, and do something each time.</summary>
    public bool HasBusyPeople { get; }

    /// <summary>The provider's list gives no prompts back, so that lost answers are left to people.</summary>
    public bool HidesPrompts { get; }

    /// <summary>The provider names the content's address in the video.</summary>
    public bool GivesUrl { get; }

    /// <summary>Share of renders that a remix is asked of at once, and of that another, whatever became of them by then.</summary>
    public double Remixes { get; }

    /// <summary>The provider does not say which video another was made from.</summary>
    public bool HidesSources { get; }

    /// <summary>Renders are handed in at about the same time, to a provider with a good list: looks at them are due together.</summary>
    public bool ComesTogether { get; }

    public int MostFaults { get; }

    /// <summary>Share of boundaries at which something goes wrong.</summary>
    public double FaultRate { get; }

    /// <summary>Share of deaths with which the machine's staging disk goes.</summary>
    public double DiskLoss { get; }

    /// <summary>Share of videos that never end.</summary>
    public double Hangs { get; }

    /// <summary>Share of videos that fail at the provider.</summary>
    public double Fails { get; }

    /// <summary>Share of videos that the provider forgets.</summary>
    public double Forgets { get; }

    public double SameCallAgain { get; }

    public double SamePrompt { get; }

    public double References { get; }

    public TimeSpan LongestFreeze { get; } = TimeSpan.FromSeconds(15);

    public TimeSpan SlowestRequest { get; } = TimeSpan.FromSeconds(15);

    /// <summary>What may be spent until somebody raises it; null is no limit.</summary>
    public decimal? Budget => IsBudgetRaised ? null : _budget;

    /// <summary>Somebody lets more be spent.</summary>
    public bool IsBudgetRaised { get; set; }

    /// <summary>How wrong a worker's clock is.</summary>
    public TimeSpan Skew(Dice dice) => dice.Seconds(-_skew, _skew);

    public void Configure(RenderOptions options, Life life)
    {
        options.NodeName = life.Name;
        options.StagingRoot = "/staging";
        options.DefaultModel = "m-1";
        var model = new ModelOptions { Price = 0.1m };
        model.Sizes.Add("1280x720");
        model.Seconds.Add(4);
        options.Models.Add("m-1", model);
        options.Lease = _lease;
        options.Deadline = _deadline;
        options.CreateSettle = TimeSpan.FromSeconds(75);
        options.CarryOn = _carryOn;
        options.Previews = _previews;
        options.Budget.PerDay = Budget;
        options.RequestsPerMinute = _requestsPerMinute;
        options.MaxInFlight = _maxInFlight;
        options.ReconcileEvery = ReconcileEvery;
        options.Poll.First = TimeSpan.FromSeconds(4);
        options.Poll.Max = TimeSpan.FromSeconds(20);
        options.Retry.First = TimeSpan.FromSeconds(1.5);
        options.Retry.Max = TimeSpan.FromSeconds(30);
        options.Retry.MaxAttempts = _maxAttempts;
        options.Ledger.SealMaxEvents = _sealMaxEvents;
        options.Retention.Every = CleanupEvery;
        options.Retention.ProviderCopiesAfter = _providerCopiesAfter;
        if (_filesAfter is { } after)
            options.Retention.Files[RenderStatus.Cancelled] = options.Retention.Files[RenderStatus.Failed] = after;
        if (_completedAfter is { } done)
            (options.Retention.Files[RenderStatus.Completed], options.Retention.KeepLast) = (done, KeepLast);
        life.World.Plant.Configure(options);
    }

    public VideosApiOptions ApiOptions(Habits habits) => new()
    {
        BaseUrl = "http://provider.test/v1",
        ApiKey = "a-key",
        Format = habits.MultipartOnly ? RequestFormat.Multipart : RequestFormat.Auto,
        CreateTimeout = TimeSpan.FromSeconds(20),
        ReadTimeout = TimeSpan.FromSeconds(8),
        IdleTimeout = TimeSpan.FromSeconds(6),
        ReadAttempts = _readAttempts,
        ReadRetryFirst = TimeSpan.FromSeconds(0.5),
        ReadRetryMax = TimeSpan.FromSeconds(4),
        CircuitFailureRatio = 0.7,
        CircuitMinimumRequests = 6,
    };
}
