namespace Bickford.Renders.Ports;

/// <summary>How far a key opens.</summary>
public enum ApiKeyRole
{
    /// <summary>See everything, change nothing.</summary>
    Viewer,

    /// <summary>Everything.</summary>
    Operator,
}

/// <summary>A key by which a program comes in. The key itself is known to nobody but its holder.</summary>
/// <param name="Id">Its public part: what finds it.</param>
/// <param name="Name">Whose it is: what the ledger says of the renders that it changes.</param>
/// <param name="Role">How far it opens.</param>
/// <param name="Sha256">SHA-256 of the whole key: 64 lower-case hex digits.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="ExpiresAt">From when on it opens nothing; null for never.</param>
/// <param name="RevokedAt">When it was taken back, if it was.</param>
/// <param name="LastUsedAt">When it was used last, give or take a minute; null for never.</param>
public sealed record ApiKey(
    string Id, string Name, ApiKeyRole Role, string Sha256, DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt, DateTimeOffset? RevokedAt = null, DateTimeOffset? LastUsedAt = null);

/// <summary>The keys by which programs come in. None is ever forgotten: the ledger names them.</summary>
public interface IApiKeys
{
    /// <summary>Keeps a new key.</summary>
    /// <returns>False, and nothing is written, if a key that is not revoked has this name.</returns>
    Task<bool> AddAsync(ApiKey key, CancellationToken cancellationToken = default);

    /// <summary>The key with this id, revoked and expired ones too.</summary>
    Task<ApiKey?> FindAsync(string id, CancellationToken cancellationToken = default);

    /// <summary>All there ever were, the newest first.</summary>
    Task<IReadOnlyList<ApiKey>> ListAsync(CancellationToken cancellationToken = default);

    /// <summary>Takes a key back for good.</summary>
    /// <returns>False if there is none with this id, or it was revoked before.</returns>
    Task<bool> RevokeAsync(string id, DateTimeOffset at, CancellationToken cancellationToken = default);

    /// <summary>Notes that a key was used, unless a use at this time or later has been noted.</summary>
    Task NoteUseAsync(string id, DateTimeOffset at, CancellationToken cancellationToken = default);
}
