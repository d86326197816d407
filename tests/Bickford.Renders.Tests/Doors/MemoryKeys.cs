using System.Security.Cryptography;
using Bickford.Renders.Data;
using Bickford.Renders.Ports;
using Bickford.Renders.Worker.Doors;

namespace Bickford.Renders.Tests.Doors;

/// <summary>Keys without a database; counts what is written, and may fail.</summary>
internal sealed class MemoryKeys : IApiKeys, IPageKeys
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, ApiKey> _keys = [];
    private readonly Dictionary<string, string> _pageKeys = [];

    public int UsesNoted { get; private set; }

    /// <summary>The database is away: for reads, or only for writes.</summary>
    public bool FailsReads { get; set; }

    public bool FailsWrites { get; set; }

    public IReadOnlyCollection<string> PageKeys
    {
        get
        {
            lock (_lock)
                return [.. _pageKeys.Values];
        }
    }

    /// <summary>A new key, as its holder has it.</summary>
    public string Give(string name, ApiKeyRole role, DateTimeOffset? expires = null)
    {
        var (id, text) = ApiKeyText.Make(RandomNumberGenerator.GetBytes(ApiKeyText.RandomBytes));
        lock (_lock)
            _keys.Add(id, new ApiKey(id, name, role, ApiKeyText.Sha256(text), DateTimeOffset.UnixEpoch, expires));
        return text;
    }

    public Task<bool> AddAsync(ApiKey key, CancellationToken cancellationToken = default)
    {
        lock (_lock)
            return Task.FromResult(!_keys.Values.Any(one => one.Name == key.Name && one.RevokedAt is null) && _keys.TryAdd(key.Id, key));
    }

    public Task<ApiKey?> FindAsync(string id, CancellationToken cancellationToken = default)
    {
        if (FailsReads)
            throw new DatabaseException("Database", "away", "there");
        lock (_lock)
            return Task.FromResult(_keys.GetValueOrDefault(id));
    }

    public Task<IReadOnlyList<ApiKey>> ListAsync(CancellationToken cancellationToken = default)
    {
        lock (_lock)
            return Task.FromResult<IReadOnlyList<ApiKey>>([.. _keys.Values]);
    }

    public Task<bool> RevokeAsync(string id, DateTimeOffset at, CancellationToken cancellationToken = default)
    {
        lock (_lock)
        {
            if (!_keys.TryGetValue(id, out var key) || key.RevokedAt is not null)
                return Task.FromResult(false);
            _keys[id] = key with { RevokedAt = at };
            return Task.FromResult(true);
        }
    }

    public Task NoteUseAsync(string id, DateTimeOffset at, CancellationToken cancellationToken = default)
    {
        if (FailsWrites)
            throw new DatabaseException("Database", "read-only", "writable");
        lock (_lock)
        {
            UsesNoted++;
            _keys[id] = _keys[id] with { LastUsedAt = at };
        }

        return Task.CompletedTask;
    }

    Task<IReadOnlyList<string>> IPageKeys.ListAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<string>>([.. PageKeys]);

    Task IPageKeys.AddAsync(string name, string content, CancellationToken cancellationToken)
    {
        lock (_lock)
            _pageKeys.TryAdd(name, content);
        return Task.CompletedTask;
    }
}
