namespace Bickford.Renders.Data;

/// <content>Which rows are meant: each in the very words of its index, for a partial index serves no others.</content>
internal static partial class RenderTable
{
    /// <summary>The row is open; in the very words of the partial indexes.</summary>
    public const string IsOpen = "status NOT IN ('Completed', 'Failed', 'Parked', 'Cancelled')";

    /// <summary>The row's create has an open effect; in the very words of its partial index.</summary>
    public const string IsOpenCreate = "create_since IS NOT NULL AND NOT (video_id IS NOT NULL)";

    /// <summary>The provider works on the row, or may (<c>RenderInFlight</c>); in the very words of its partial index.</summary>
    public const string IsInFlight = "create_started_at IS NOT NULL AND status NOT IN ('Storing', 'Completed', 'Failed', 'Parked', 'Cancelled')";

    /// <summary>The row's create was sent at or after <c>@since0</c> (or another number) and not refused; in the very words of its index.</summary>
    public static string IsSentSince(int number) => $"coalesce(create_started_at, created_at) >= @since{number} AND create_started_at IS NOT NULL";

    /// <summary>An expression: the row's cost. Amounts are texts in some databases; whole millionths of a dollar add up exactly in all of them.</summary>
    public const string Millionths = "CAST(round(CAST(cost AS numeric) * 1000000) AS bigint)";

    /// <summary>How many of them are a dollar.</summary>
    public const decimal Million = 1_000_000;

    /// <summary>The row's create is still to begin; in the very words of its partial index.</summary>
    public const string IsToBegin = "create_started_at IS NULL AND status NOT IN ('Rendering', 'Storing', 'Completed', 'Failed', 'Parked', 'Cancelled')";

    /// <summary>The row's create, or its next try, is due at a time of its own and not when there is room; in the very words of its partial index.</summary>
    public const string IsCreateDue =
        "due_at IS NOT NULL AND waits_for_room_since IS NULL AND status NOT IN ('Rendering', 'Storing', 'Completed', 'Failed', 'Parked', 'Cancelled')";

    /// <summary>The row's create is still to begin, or the provider works on it; in the very words of its partial index.</summary>
    public const string HasTurn = "turn >= 0 AND status NOT IN ('Storing', 'Completed', 'Failed', 'Parked', 'Cancelled')";

    /// <summary>The provider has the row's render, or had, and it is not at its end; in the very words of its partial index.</summary>
    public const string HasBegun = "status NOT IN ('Queued', 'Completed', 'Failed', 'Parked', 'Cancelled')";

    /// <summary>The row's create waits for room; in the very words of its partial index.</summary>
    public const string WaitsForRoom = "waits_for_room_since IS NOT NULL";

    /// <summary>The row's create waits for its source; in the very words of its partial index.</summary>
    public const string WaitsForSource = "waits_for_source_since IS NOT NULL";

    /// <summary>Nobody need wait any longer for the row <c>source</c> (<c>RemixSource.IsSettled</c>).</summary>
    public const string IsSettled = "source.status NOT IN ('Queued', 'Rendering', 'Parked') OR source.provider_completed_at IS NOT NULL";

    /// <summary>The provider has a copy of the row's stored video; in the very words of its partial index.</summary>
    public const string HasProviderCopy = "status = 'Completed' AND video_id IS NOT NULL AND provider_copy_deleting_at IS NULL";

    /// <summary>The row may have files in the video store that clean-up may take; in the very words of its partial index.</summary>
    public const string HasFiles = "finished_at IS NOT NULL AND files_deleting_at IS NULL AND NOT keep AND (assets <> '[]' OR input_reference IS NOT NULL)";

    /// <summary>A deletion has begun and not ended; in the very words of its partial index.</summary>
    public const string DeletionBegun =
        "((provider_copy_deleting_at IS NOT NULL AND provider_copy_deleted_at IS NULL) OR (files_deleting_at IS NOT NULL AND files_deleted_at IS NULL))";

    /// <summary>The row has ended; in the very words of its partial index.</summary>
    public const string HasEnded = "finished_at IS NOT NULL";

    /// <summary>The row stopped and waits for a person; its first part in the very words of its partial index.</summary>
    public const string HasStopped = "cause IS NOT NULL AND finished_at IS NOT NULL AND status IN ('Failed', 'Parked')";

    /// <summary>Of a row that stopped: the provider has, as far as we know, a finished video that we do not. May use <c>@now</c>.</summary>
    public const string MayExpire =
        """
        expires_at > @now AND video_id IS NOT NULL AND step <> 'Record' AND provider_copy_deleting_at IS NULL AND files_deleting_at IS NULL
        AND cause NOT IN ('Policy', 'ProviderFailed', 'ProviderLost', 'Expired')
        """;

    /// <summary>The provider accepted the row's video.</summary>
    public const string IsAccepted = "video_id IS NOT NULL";

    /// <summary>The row is at Poll; in the very words of its partial index.</summary>
    public const string IsPolled = "status NOT IN ('Queued', 'Storing', 'Completed', 'Failed', 'Parked', 'Cancelled')";

    /// <summary>The provider has finished the row's video, and both times are known; in the very words of its partial index.</summary>
    public const string IsRendered = "provider_completed_at IS NOT NULL AND provider_created_at IS NOT NULL";
}
