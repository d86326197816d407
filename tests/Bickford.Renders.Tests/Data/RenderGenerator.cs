namespace Bickford.Renders.Tests.Data;

/// <summary>Renders with every field set or empty by chance, the same for the same seed.</summary>
internal static class RenderGenerator
{
    private static readonly string[] Texts =
    [
        "plain", "Ünïcödé – 日本語", "emoji 🎬🌊", "quotes ' \" `", "line\nbreak\ttab\r\n", "back\\slash", "{\"json\":[1]}", "@param :p ?1 {=x}", " spaces ", "%_like",
    ];

    public static Render Create(int seed)
    {
        var random = new Random(seed);
        var createdAt = Time(random);
        return new Render
        {
            Id = Guid.CreateVersion7(createdAt),
            IdempotencyKey = Maybe(random, () => $"key-{seed}-{Text(random)}"),
            RequestHash = Hex(random),
            Prompt = Text(random) + string.Concat(Enumerable.Repeat("x", random.Next(2_000))),
            Model = "sora-2-pro",
            Size = Maybe(random, () => "1280x720"),
            Seconds = Maybe<int>(random, () => random.Next(1, 60)),
            Reference = Maybe(random, () => new StoredReference(Text(random), Text(random), "image/png", random.NextInt64(), Hex(random))),
            Tags = [.. Enumerable.Range(0, random.Next(4)).Select(_ => Text(random))],
            Priority = random.Next(-100, 101),
            Batch = Maybe(random, () => Text(random)),
            AgainOf = Maybe<Guid>(random, () => Guid.CreateVersion7(Time(random))),
            RemixOf = Maybe<Guid>(random, () => Guid.CreateVersion7(Time(random))),
            RemixKind = (RemixKind)random.Next(3),
            RemixVideoId = Maybe(random, () => Text(random)),
            Status = Any<RenderStatus>(random),
            Step = Any<RenderStep>(random),
            Attempt = random.Next(),
            Looks = random.Next(),
            Progress = random.Next(101),
            DueAt = Maybe<DateTimeOffset>(random, () => Time(random)),
            LeaseOwner = Maybe(random, () => Text(random)),
            LeaseUntil = Maybe<DateTimeOffset>(random, () => Time(random)),
            Version = random.NextInt64(1, long.MaxValue),
            CancelRequested = random.Next(2) == 0,
            CreateStartedAt = Maybe<DateTimeOffset>(random, () => Time(random)),
            CreateSince = Maybe<DateTimeOffset>(random, () => Time(random)),
            CreatesSent = random.Next(),
            WaitsForRoomSince = Maybe<DateTimeOffset>(random, () => Time(random)),
            WaitsForSourceSince = Maybe<DateTimeOffset>(random, () => Time(random)),
            VideoId = Maybe(random, () => $"video_{seed}"),
            ProviderCreatedAt = Maybe<DateTimeOffset>(random, () => Time(random)),
            ProviderCompletedAt = Maybe<DateTimeOffset>(random, () => Time(random)),
            ExpiresAt = Maybe<DateTimeOffset>(random, () => Time(random)),
            DeadlineAt = Time(random),
            Assets =
            [
                .. Enum.GetValues<AssetKind>().Take(random.Next(4)).Select(kind =>
                    new RenderAsset(kind, random.NextInt64(), Hex(random), "video/mp4", Maybe(random, () => "s3://bucket/" + Text(random)))),
            ],
            Cost = Maybe<decimal>(random, () => random.Next(100_000) / 1_000m),
            Cause = Maybe<RenderCause>(random, () => Any<RenderCause>(random)),
            Message = Maybe(random, () => Text(random)),
            TraceParent = Maybe(random, () => "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"),
            CreatedAt = createdAt,
            UpdatedAt = Time(random),
            FinishedAt = Maybe<DateTimeOffset>(random, () => Time(random)),
            Keep = random.Next(2) == 0,
            ProviderCopyDeletingAt = Maybe<DateTimeOffset>(random, () => Time(random)),
            ProviderCopyDeletedAt = Maybe<DateTimeOffset>(random, () => Time(random)),
            FilesDeletingAt = Maybe<DateTimeOffset>(random, () => Time(random)),
            FilesDeletedAt = Maybe<DateTimeOffset>(random, () => Time(random)),
        };
    }

    private static string Text(Random random) => Texts[random.Next(Texts.Length)];

    private static string Hex(Random random)
    {
        var bytes = new byte[32];
        random.NextBytes(bytes);
        return Convert.ToHexStringLower(bytes);
    }

    private static DateTimeOffset Time(Random random) =>
        new DateTimeOffset(2000, 1, 1, 0, 0, 0, TimeSpan.Zero).AddMilliseconds(random.NextInt64(3_000_000_000_000));

    private static T Any<T>(Random random)
        where T : struct, Enum =>
        Enum.GetValues<T>()[random.Next(Enum.GetValues<T>().Length)];

    private static T? Maybe<T>(Random random, Func<T> value)
        where T : class =>
        random.Next(3) == 0 ? null : value();

    private static T? Maybe<T>(Random random, Func<T?> value)
        where T : struct =>
        random.Next(3) == 0 ? null : value();
}
