using System.Security.Cryptography;
using Bickford.Renders.Ports;
using Bickford.Renders.Simulation.Faults;

namespace Bickford.Renders.Simulation.Workers;

/// <summary>Where finished videos live: survives every process. What is here is really here.</summary>
internal sealed class Bucket
{
    public Dictionary<string, byte[]> Objects { get; } = new(StringComparer.Ordinal);

    /// <summary>What the bucket itself has damaged since: nobody can make up for that.</summary>
    public HashSet<string> Rotten { get; } = new(StringComparer.Ordinal);

    public void Rot(string key)
    {
        Objects[key] = [.. Objects[key][..^1], (byte)(Objects[key][^1] ^ 1)];
        Rotten.Add(key);
    }
}

/// <summary>One process's adapter to the bucket. It verifies what the bucket acknowledges, as every adapter must.</summary>
internal sealed class SimulatedStore(Life life, Bucket bucket) : IVideoStore
{
    private const string Scheme = "bucket://videos/";

    public static string KeyOf(string uri) => uri[Scheme.Length..];

    public string UriOf(string key) => Scheme + key;

    public async Task<string> PutAsync(string key, Stream source, ObjectContent content, CancellationToken cancellationToken = default)
    {
        await life.AliveAsync();
        source.Position = 0;
        using var read = new MemoryStream();
        var buffer = new byte[64 << 10];
        int count;
        while ((count = await ReadAsync(source, buffer, key, cancellationToken)) > 0)
            read.Write(buffer, 0, count);
        var bytes = read.ToArray();
        if (!Holds(bytes, content))
            throw new ContentMismatchException($"'{key}': the source has {bytes.Length} bytes with another hash or length than promised");

        var fault = life.World.Dealer.Draw(life, Boundary.Store, static fault => fault != Fault.Rots);
        await life.BeforeAsync(fault, Failed, cancellationToken);
        if (fault == Fault.Corrupt)
            Acknowledge(key, [.. bytes[..^1], (byte)(bytes[^1] ^ 1)], content);
        else
            bucket.Objects[key] = bytes;
        life.World.Trace.Note(life, "stores", null, key);
        await life.AfterAsync(fault, Failed);
        return UriOf(key);
    }

    public async Task<bool> VerifyAsync(string key, ObjectContent content, CancellationToken cancellationToken = default)
    {
        await life.AliveAsync();
        var fault = life.World.Dealer.Draw(life, Boundary.Store, fault => fault != Fault.Corrupt && (fault != Fault.Rots || bucket.Objects.ContainsKey(key)));
        if (fault == Fault.Rots)
            bucket.Rot(key);
        await life.BeforeAsync(fault, Failed, cancellationToken);
        var isThere = bucket.Objects.TryGetValue(key, out var bytes) && (life.World.Plant.TrustsStoredObjects || Holds(bytes, content));
        await life.AfterAsync(fault, Failed);
        return isThere;
    }

    public Task<Stream?> OpenReadAsync(string key, CancellationToken cancellationToken = default) =>
        CallAsync(() => bucket.Objects.TryGetValue(key, out var bytes) ? (Stream?)new MemoryStream(bytes, writable: false) : null, cancellationToken);

    public Task DeleteAsync(string key, CancellationToken cancellationToken = default) => CallAsync(() => bucket.Objects.Remove(key), cancellationToken);

    public Task SweepAsync(CancellationToken cancellationToken = default) => CallAsync(static () => true, cancellationToken);

    /// <summary>What the bucket took in is not what it was given. It never comes to stand under its key.</summary>
    private void Acknowledge(string key, byte[] stored, ObjectContent content)
    {
        if (life.World.Plant.TrustsAcknowledgements)
            bucket.Objects[key] = stored;
        else if (!Holds(stored, content))
            throw Failed("simulated fault: it acknowledged, and holds other bytes");
    }

    private Task<T> CallAsync<T>(Func<T> act, CancellationToken token) =>
        life.CallAsync(Boundary.Store, () => Task.FromResult(act()), Failed, static fault => fault is not (Fault.Corrupt or Fault.Rots), token);

    private static async Task<int> ReadAsync(Stream source, byte[] buffer, string key, CancellationToken token)
    {
        try
        {
            return await source.ReadAsync(buffer, token);
        }
        catch (IOException e) when (e is not ProcessDiedException)
        {
            throw new ContentMismatchException($"'{key}': the source cannot be read: {e.Message}");
        }
    }

    private static bool Holds(byte[] bytes, ObjectContent content) =>
        bytes.LongLength == content.Bytes && Convert.ToHexStringLower(SHA256.HashData(bytes)) == content.Sha256;

    private static VideoStoreException Failed(string what) => new(what);
}
