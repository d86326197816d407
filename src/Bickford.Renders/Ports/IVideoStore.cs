namespace Bickford.Renders.Ports;

/// <summary>What an object in the video store must be.</summary>
/// <param name="Bytes">Length.</param>
/// <param name="Sha256">SHA-256, 64 lower-case hex digits.</param>
/// <param name="ContentType">Media type.</param>
/// <param name="SourceIsFinal">The source is a file that nobody writes to any more: a store on the same disk may keep that very file and needs no copy of it.</param>
public sealed record ObjectContent(long Bytes, string Sha256, string ContentType, bool SourceIsFinal = false);

/// <summary>Something that a crash left behind in a video store.</summary>
/// <param name="Name">What it is, for people.</param>
/// <param name="Since">Since when it lies there, where that is known.</param>
/// <param name="Bytes">Its length, where that is known.</param>
public sealed record StoreLeftover(string Name, DateTimeOffset? Since, long? Bytes);

/// <summary>The video store does not do what it was asked. The staged file is kept.</summary>
/// <param name="message">For people: what, where, and how to mend it; without secrets.</param>
/// <param name="inner">The store's own error.</param>
public sealed class VideoStoreException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>What is offered for storing does not have the promised length or hash.</summary>
/// <param name="message">What differs.</param>
public sealed class ContentMismatchException(string message) : Exception(message);

/// <summary>
/// Where finished files live. Keys have <c>/</c> between segments and are unique by render, so putting the same key twice is
/// putting the same content again.
/// </summary>
public interface IVideoStore
{
    /// <summary>The uri under which the key is known outside: <c>file:///…</c>, <c>s3://bucket/key</c>.</summary>
    /// <exception cref="ArgumentException">The key could leave the store's root or is not portable.</exception>
    string UriOf(string key);

    /// <summary>Stores an object durably and verifies it there. When this returns, the key holds exactly the promised bytes; when it throws, the key holds what it held, or the whole object.</summary>
    /// <param name="key">Where.</param>
    /// <param name="source">A seekable stream, read from position 0.</param>
    /// <param name="content">What it must turn out to be.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The object's uri.</returns>
    /// <exception cref="ContentMismatchException">The source is not what was promised; nothing was stored.</exception>
    /// <exception cref="VideoStoreException">The store failed.</exception>
    Task<string> PutAsync(string key, Stream source, ObjectContent content, CancellationToken cancellationToken = default);

    /// <summary>True if the key holds an object of this length and hash, read from the store itself.</summary>
    /// <exception cref="VideoStoreException">The store failed.</exception>
    Task<bool> VerifyAsync(string key, ObjectContent content, CancellationToken cancellationToken = default);

    /// <summary>Opens an object for reading; null when there is none.</summary>
    /// <exception cref="VideoStoreException">The store failed.</exception>
    Task<Stream?> OpenReadAsync(string key, CancellationToken cancellationToken = default);

    /// <summary>Deletes an object; no error when there is none.</summary>
    /// <exception cref="VideoStoreException">The store failed.</exception>
    Task DeleteAsync(string key, CancellationToken cancellationToken = default);

    /// <summary>What <see cref="SweepAsync"/> would clear now.</summary>
    /// <exception cref="VideoStoreException">The store failed.</exception>
    Task<IReadOnlyList<StoreLeftover>> ListLeftoversAsync(CancellationToken cancellationToken = default) => Task.FromResult<IReadOnlyList<StoreLeftover>>([]);

    /// <summary>Clears what crashes left behind and nobody will come back for: temporary files, uploads that were never completed. Called now and then by every worker.</summary>
    /// <exception cref="VideoStoreException">The store failed.</exception>
    Task SweepAsync(CancellationToken cancellationToken = default) => Task.CompletedTask;
}
