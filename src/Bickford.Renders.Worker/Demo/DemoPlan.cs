using Bickford.Renders.Simulator;

namespace Bickford.Renders.Worker.Demo;

/// <summary>The six renders of the demo, and the two faults that strike them.</summary>
internal static class DemoPlan
{
    public const int Completed = 5;

    public const string Remix = "The same lighthouse at night, its lamp turning";
    public const string Moderated = "A famous actor sells a miracle cure";
    public const string AnswerLost = "A night train crosses a long viaduct";

    /// <summary>The plain ones; the first is the one that is remixed.</summary>
    public static IReadOnlyList<RenderRequest> Requests() =>
    [
        new("A lighthouse on a cliff in rolling fog, slow drone shot") { Size = "1280x720", Seconds = 4, Tags = ["demo"] },
        new("A red kite above white dunes, handheld") { Size = "720x1280", Seconds = 8, Tags = ["demo"] },
        new("The paper boat sets out across the bay") { Size = "1280x720", Seconds = 4, Tags = ["demo"], Reference = new ReferenceImage(PaperBoat(), "paper-boat.png") },
        new(Moderated) { Size = "1280x720", Seconds = 4, Tags = ["demo"] },
        new(AnswerLost) { Size = "1280x720", Seconds = 4, Tags = ["demo"] },
    ];

    public static SimulatorOptions Simulator() => new()
    {
        ApiKey = ApiKey,
        Seed = 7,
        RenderTime = new TimeRange(TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(8)),
        Faults =
        [
            new FaultRule { Operation = FaultOperation.Create, Kind = FaultKind.Moderation, Match = Moderated },
            new FaultRule { Operation = FaultOperation.Create, Kind = FaultKind.DropAfter, Match = AnswerLost, Times = 1 },
        ],
    };

    /// <summary>Settings that depend on nothing of this machine, with short waits.</summary>
    public static IReadOnlyList<string> Settings(string baseUrl, DemoFolder folder) =>
    [
        $"Sora:BaseUrl={baseUrl}",
        $"Sora:ApiKey={ApiKey}",
        "Sora:CreateSettle=2s",
        "Sora:Models:sora-2:Sizes=1280x720,720x1280",
        "Sora:Models:sora-2:Seconds=4,8,12",
        "Sora:Models:sora-2:Price=0.10",
        $"Database:ConnectionString={folder.PathOf("renders.db")}",
        $"Storage:Root={folder.PathOf("videos")}",
        $"Staging:Root={folder.PathOf("staging")}",
        "Jobs:PollFirst=300ms",
        "Jobs:PollMax=1s",
        "Jobs:RetryFirst=500ms",
        "Jobs:RetryMax=2s",
        "Jobs:ReconcileEvery=500ms",
        "Jobs:ReconcileGrace=1s",
        "Jobs:DrainTimeout=5s",
        "Dashboard:Urls=http://127.0.0.1:0",
    ];

    // Not a secret: the key of a simulator that ends with the demo.
    private const string ApiKey = "demo-key";

    private static byte[] PaperBoat()
    {
        using var resource = typeof(DemoPlan).Assembly.GetManifestResourceStream("paper-boat.png")!;
        using var bytes = new MemoryStream();
        resource.CopyTo(bytes);
        return bytes.ToArray();
    }
}
