using System.Text.Json.Nodes;

namespace Bickford.Renders.Policies;

/// <content>What clean-up does to a render that has ended, and what keeps it from it. Each deletion is two changes: one before, one after.</content>
public sealed partial class RenderMachine
{
    /// <summary>Says whether clean-up may take the stored files. Null when there is nothing to change.</summary>
    /// <exception cref="RenderConflictException">They are deleted.</exception>
    public static Transition? Keep(Render row, bool keep, DateTimeOffset now, string? actor)
    {
        if (row.Keep == keep)
            return null;
        RefuseWithoutFiles(row);
        // A step may be running, or a create waiting for room: nothing of that changes.
        return With(Changed(row, now) with { Keep = keep }, keep ? RenderEvents.Kept : RenderEvents.Released, ("actor", actor));
    }

    /// <summary>The stored files were read back just now, and the provider's copy is about to be deleted.</summary>
    /// <param name="row">The row; Completed.</param>
    /// <param name="why">The rule that says so.</param>
    /// <param name="now">The time.</param>
    /// <exception cref="RenderConflictException">It is not completed, or has no video at the provider, or the deletion has begun.</exception>
    public static Transition ProviderCopyDeleting(Render row, string why, DateTimeOffset now)
    {
        Refuse(row is not { Status: RenderStatus.Completed, VideoId: not null, ProviderCopyDeletingAt: null, FilesDeletingAt: null }, row, "provider's copy");
        return With(
            Changed(row, now) with { ProviderCopyDeletingAt = now },
            RenderEvents.ProviderCopyDeleting,
            ("why", why), ("verified", RenderEvents.Assets(row.Assets)));
    }

    /// <summary>The provider's copy is gone.</summary>
    /// <exception cref="RenderConflictException">The deletion has not begun, or has ended.</exception>
    public static Transition ProviderCopyDeleted(Render row, DateTimeOffset now)
    {
        Refuse(row is not { ProviderCopyDeletingAt: not null, ProviderCopyDeletedAt: null }, row, "provider's copy");
        return With(Changed(row, now) with { ProviderCopyDeletedAt = now }, RenderEvents.ProviderCopyDeleted);
    }

    /// <summary>The stored files are about to be deleted: the row says no more that they are there.</summary>
    /// <param name="row">The row; not open.</param>
    /// <param name="uris">Everything that will be deleted.</param>
    /// <param name="why">The rule that says so.</param>
    /// <param name="now">The time.</param>
    /// <exception cref="RenderConflictException">It is open, parked or kept, or the deletion has begun.</exception>
    public static Transition FilesDeleting(Render row, IEnumerable<string> uris, string why, DateTimeOffset now)
    {
        Refuse(!RetentionOptions.Ended.Contains(row.Status) || row.Keep || row.FilesDeletingAt is not null, row, "stored files");
        return With(
            Changed(row, now) with { FilesDeletingAt = now, Assets = [.. row.Assets.Select(asset => asset with { Uri = null })] },
            RenderEvents.FilesDeleting,
            ("why", why), ("uris", new JsonArray([.. uris.Select(uri => JsonValue.Create(uri))])));
    }

    /// <summary>The stored files are gone.</summary>
    /// <exception cref="RenderConflictException">The deletion has not begun, or has ended.</exception>
    public static Transition FilesDeleted(Render row, DateTimeOffset now)
    {
        Refuse(row is not { FilesDeletingAt: not null, FilesDeletedAt: null }, row, "stored files");
        return With(Changed(row, now) with { FilesDeletedAt = now }, RenderEvents.FilesDeleted);
    }

    private static void Refuse(bool wrong, Render row, string what)
    {
        if (wrong)
            throw new RenderConflictException($"render {row.ShortId} is {row.Status}, and its {what} cannot be deleted as it stands");
    }

    private static void RefuseWithoutFiles(Render row)
    {
        if (row.FilesDeletingAt is { } at)
            throw new RenderConflictException($"the files of render {row.ShortId} were deleted by clean-up at {at:yyyy-MM-dd HH:mm} UTC; render it again instead");
    }

    private static Render Changed(Render row, DateTimeOffset now) => row with { Version = row.Version + 1, UpdatedAt = now };
}
