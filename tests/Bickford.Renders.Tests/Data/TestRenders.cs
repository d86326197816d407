using System.Text.Json;
using System.Text.Json.Nodes;
using Bickford.Renders.Ledger;

namespace Bickford.Renders.Tests.Data;

/// <summary>Rows and entries for store tests, shaped as the worker writes them.</summary>
internal static class TestRenders
{
    public static readonly DateTimeOffset Start = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static Render New(DateTimeOffset at, string prompt = "a lighthouse at dawn", string? key = null) => new()
    {
        Id = Guid.CreateVersion7(at),
        IdempotencyKey = key,
        RequestHash = new string('a', 64),
        Prompt = prompt,
        Model = "sora-2",
        Status = RenderStatus.Queued,
        Step = RenderStep.Create,
        DueAt = at,
        Version = 1,
        DeadlineAt = at.AddHours(24),
        CreatedAt = at,
        UpdatedAt = at,
    };

    /// <summary>The row's next version.</summary>
    public static Render Next(this Render render) => render with { Version = render.Version + 1, UpdatedAt = render.UpdatedAt.AddMilliseconds(1) };

    /// <summary>Every field is the same.</summary>
    public static void ShouldBeRow(this Render? actual, Render? expected, string? because = null) =>
        JsonSerializer.Serialize(actual, Indented).ShouldBe(JsonSerializer.Serialize(expected, Indented), because);

    /// <summary>An entry as the worker writes it with this row.</summary>
    public static LedgerEntry Entry(this Render render, string type = "render.changed")
    {
        var id = LedgerHash.EventIdOf(render.Id, render.Version, type);
        return new LedgerEntry(id, type, render.UpdatedAt, new JsonObject
        {
            ["event_id"] = id.ToString("D"),
            ["version"] = render.Version,
            ["status"] = render.Status.ToString(),
            ["step"] = render.Step.ToString(),
            ["prompt"] = render.Prompt,
            ["video_id"] = render.VideoId,
            ["storage_uri"] = render.Assets.FirstOrDefault(asset => asset.Kind == AssetKind.Video)?.Uri,
        });
    }
}
