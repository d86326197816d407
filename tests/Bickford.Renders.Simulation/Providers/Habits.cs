using Bickford.Renders.Simulation.Time;

namespace Bickford.Renders.Simulation.Providers;

/// <summary>How a server writes <c>created_at</c>.</summary>
internal enum TimeForm
{
    Seconds,
    Fraction,
    Text,
    Milliseconds,
    Missing,
}

/// <summary>What a server calls the model in its answers.</summary>
internal enum ModelName
{
    AsAsked,
    Dated,
    Missing,
}

/// <summary>What a server does when a thumbnail or a spritesheet is asked for.</summary>
internal enum Variants
{
    Offered,
    Ignored,
    Missing,
}

/// <summary>The habits of one server: the known dialects, and mixtures that nobody has seen yet.</summary>
internal sealed record Habits
{
    public required string Dialect { get; init; }

    public bool GivesPrompts { get; init; } = true;

    public bool HasList { get; init; } = true;

    /// <summary>Newest first, when asked so; else always oldest first.</summary>
    public bool HeedsOrder { get; init; } = true;

    /// <summary>The most videos on a page, whatever is asked for.</summary>
    public int PageCap { get; init; } = 100;

    public bool SaysHasMore { get; init; } = true;

    public bool SaysLastId { get; init; } = true;

    /// <summary>A page begins with the end of the one before.</summary>
    public bool RepeatsOnPages { get; init; }

    public TimeForm CreatedAt { get; init; }

    public bool SecondsAsNumber { get; init; }

    public ModelName Model { get; init; }

    /// <summary>Sends a <c>Date</c> header.</summary>
    public bool SaysDate { get; init; } = true;

    /// <summary>How wrong its clock is.</summary>
    public TimeSpan Skew { get; init; }

    public bool HeedsRange { get; init; } = true;

    public bool SaysETag { get; init; } = true;

    public bool SaysLength { get; init; } = true;

    /// <summary>How long after completion its content is a 404.</summary>
    public TimeSpan ContentLate { get; init; }

    /// <summary>Answers about a failed video with an HTTP error and the video as body.</summary>
    public bool FailsByStatus { get; init; }

    public Variants Variants { get; init; }

    public bool Redirects { get; init; }

    public bool GivesUrl { get; init; }

    public bool SaysExpiry { get; init; } = true;

    public bool HintsPoll { get; init; }

    public bool OddWords { get; init; }

    /// <summary>How long a video is missing from the list at first.</summary>
    public TimeSpan ListLate { get; init; }

    /// <summary>How old what the list says of a video is: a moment, or for ever.</summary>
    public TimeSpan ListBehind { get; init; }

    public bool Remixes { get; init; } = true;

    public bool MultipartOnly { get; init; }

    public bool DetailErrors { get; init; }

    /// <summary>How long content can be fetched after completion.</summary>
    public TimeSpan Lifetime { get; init; } = TimeSpan.FromHours(1);

    public static Habits Draw(Dice dice)
    {
        var habits = Known(dice.Below(6)) with
        {
            Skew = dice.Seconds(-15, 15),
            ListLate = dice.Chance(0.5) ? TimeSpan.Zero : dice.Seconds(0, 12),
            PageCap = dice.Pick(2, 3, 7, 100),
            Lifetime = dice.Chance(0.8) ? TimeSpan.FromHours(1) : dice.Seconds(150, 500),
            ContentLate = dice.Chance(0.7) ? TimeSpan.Zero : dice.Seconds(0, 20),
        };
        return habits with
        {
            GivesPrompts = habits.GivesPrompts && !dice.Chance(0.1),
            HasList = !dice.Chance(0.05),
            HeedsOrder = !dice.Chance(0.15),
            RepeatsOnPages = dice.Chance(0.1),
            CreatedAt = dice.Chance(0.7) ? habits.CreatedAt : dice.Pick(Enum.GetValues<TimeForm>()),
            Model = dice.Chance(0.8) ? habits.Model : dice.Pick(Enum.GetValues<ModelName>()),
            SaysDate = !dice.Chance(0.2),
            SaysHasMore = habits.SaysHasMore && !dice.Chance(0.1),
            SaysETag = !dice.Chance(0.2),
            HeedsRange = !dice.Chance(0.25),
            SaysLength = !dice.Chance(0.2),
            SaysExpiry = !dice.Chance(0.3),
            HintsPoll = dice.Chance(0.2),
            ListBehind = dice.Chance(0.8) ? TimeSpan.Zero : dice.Chance(0.5) ? dice.Seconds(1, 15) : TimeSpan.FromDays(1),
        };
    }

    private static Habits Known(int which) => which switch
    {
        0 => new Habits { Dialect = "vllm-omni", MultipartOnly = true, FailsByStatus = true, DetailErrors = true, Variants = Variants.Ignored, Remixes = false },
        1 => new Habits { Dialect = "sglang", SecondsAsNumber = true, SaysHasMore = false, SaysLastId = false, Variants = Variants.Ignored, Remixes = false },
        2 => new Habits { Dialect = "litellm", Model = ModelName.Dated, SaysExpiry = false },
        3 => new Habits { Dialect = "azure", Variants = Variants.Missing },
        4 => new Habits { Dialect = "gateway", OddWords = true, Redirects = true, GivesUrl = true, Variants = Variants.Missing },
        _ => new Habits { Dialect = "openai", Model = ModelName.Dated },
    };
}
