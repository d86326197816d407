using System.Collections.Concurrent;
using System.Security.Cryptography;
using Bickford.Renders.Files;
using Bickford.Renders.Ports;

namespace Bickford.Renders.Testing;

/// <summary>A video store that forgets, for tests. It holds whole objects in memory and keeps every promise of <see cref="IVideoStore"/> but durability.</summary>
public sealed class InMemoryVideoStore : IVideoStore
{
    private readonly ConcurrentDictionary<string, byte[]> _objects = new(StringComparer.Ordinal);

    /// <summary>The keys that hold an object, sorted.</summary>
    public IReadOnlyList<string> Keys => [.. _objects.Keys.Order(StringComparer.Ordinal)];

    /// <summary>A copy of an object's bytes, or null when there is none.</summary>
    public byte[]? Read(string key) => _objects.TryGetValue(key, out var bytes) ? [.. bytes] : null;

    /// <summary>Changes an object behind the store's back, to test what notices.</summary>
    public void Corrupt(string key, byte[] bytes) => _objects[StoreKey.Check(key)] = [.. bytes];

    /// <inheritdoc/>
    public string UriOf(string key) => "memory:///" + string.Join('/', StoreKey.Check(key).Split('/').Select(Uri.EscapeDataString));

    /// <inheritdoc/>
    public async Task<string> PutAsync(string key, Stream source, ObjectContent content, CancellationToken cancellationToken = default)
    {
        var uri = UriOf(key);
        using var copy = new MemoryStream();
        source.Position = 0;
        await source.CopyToAsync(copy, cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        var bytes = copy.ToArray();
        if (!Holds(bytes, content))
            throw new ContentMismatchException($"'{key}': the source has {bytes.Length} bytes with the SHA-256 {Sha256Of(bytes)}; {content.Bytes} with {content.Sha256} were promised");
        _objects[key] = bytes;
        return uri;
    }

    /// <inheritdoc/>
    public Task<bool> VerifyAsync(string key, ObjectContent content, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(_objects.TryGetValue(StoreKey.Check(key), out var bytes) && Holds(bytes, content));
    }

    /// <inheritdoc/>
    public Task<Stream?> OpenReadAsync(string key, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult<Stream?>(_objects.TryGetValue(StoreKey.Check(key), out var bytes) ? new MemoryStream(bytes, writable: false) : null);
    }

    /// <inheritdoc/>
    public Task DeleteAsync(string key, CancellationToken cancellationToken = default)
    {
        cancellationToken.ThrowIfCancellationRequested();
        _objects.TryRemove(StoreKey.Check(key), out _);
        return Task.CompletedTask;
    }

    private static bool Holds(byte[] bytes, ObjectContent content) => bytes.LongLength == content.Bytes && Sha256Of(bytes) == content.Sha256;

    private static string Sha256Of(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
