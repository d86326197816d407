using System.Text;
using System.Text.Json;

namespace Bickford.Renders.Ledger;

/// <summary>Compares a render's row with the payload of its newest event.</summary>
internal static class RowCheck
{
    /// <summary>The payload plainly says what the row says. Where they may say the same in other ways, such as null or an escape, it is false, and <see cref="Problem"/> decides.</summary>
    public static bool IsSaidPlainly(EventPage page, in StoredEvent e, LedgerHead row, long version)
    {
        var payload = page.Payload(e);
        return row.Version >= version
            && e.Payload.Status is { } status && !payload[status].Contains((byte)'\\') && Ascii.EqualsIgnoreCase(payload[status], row.Status)
            && IsSame(payload, e.Payload.VideoId, row.VideoId)
            && IsSame(payload, e.Payload.StorageUri, row.StorageUri);
    }

    /// <summary>What the row says and the payload of its newest event does not; null for nothing.</summary>
    public static string? Problem(LedgerHead row, string newest)
    {
        using var document = JsonDocument.Parse(newest);
        var payload = document.RootElement;
        var version = Number(payload, "version");
        if (row.Version < version)
            return $"the row was changed outside of the worker: its version is {row.Version}, this event's {version}";

        return Differs("status", row.Status, payload, StringComparison.OrdinalIgnoreCase)
            ?? Differs("video_id", row.VideoId, payload, StringComparison.Ordinal)
            ?? Differs("storage_uri", row.StorageUri, payload, StringComparison.Ordinal);
    }

    /// <summary>A field as a text; null for none.</summary>
    public static string? Text(JsonElement payload, string field) =>
        !payload.TryGetProperty(field, out var value) || value.ValueKind == JsonValueKind.Null ? null
        : value.ValueKind == JsonValueKind.String ? value.GetString()
        : value.GetRawText();

    /// <summary>A field as a whole number; null if it is none.</summary>
    public static long? Number(JsonElement payload, string field) =>
        payload.TryGetProperty(field, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) ? number : null;

    private static bool IsSame(ReadOnlySpan<byte> payload, Range? text, string? row) =>
        text is { } range && row is not null && !payload[range].Contains((byte)'\\') && Ascii.Equals(payload[range], row);

    private static string? Differs(string field, string? row, JsonElement payload, StringComparison comparison) =>
        string.Equals(row, Text(payload, field), comparison)
            ? null
            : $"the row was changed outside of the worker: its {field} is {row ?? "null"}, this event's {Text(payload, field) ?? "null"}";
}
