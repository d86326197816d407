using System.Security.Cryptography;
using Bickford.Renders.Ports;
using Bickford.Renders.S3;
using Bickford.Renders.Worker.Output;
using Bickford.Renders.Worker.Settings;

namespace Bickford.Renders.Worker.Doctor;

/// <summary>The video store: puts a small object, reads it back and deletes it. Leaves nothing behind.</summary>
internal sealed class StoreExam(WorkerSettings settings, Func<IVideoStore> open, Look look, TimeProvider clock) : IExam
{
    private const string Store = "store";

    public async Task<IReadOnlyList<Finding>> ExamineAsync(CancellationToken cancellationToken)
    {
        // The folder itself is looked at with its disk.
        if (settings.StorageRoot is { } folder && !Directory.Exists(folder))
            return [Finding.Ok(Store, $"{folder} is made with the first video")];
        return [await look.AtAsync(Store, ProbeAsync, cancellationToken)];
    }

    private async Task<Finding> ProbeAsync(CancellationToken token)
    {
        var mark = clock.GetTimestamp();
        var store = open();
        using var disposable = store as IDisposable;
        if (store is S3VideoStore s3)
            await s3.EnsureReadyAsync(token);

        var bytes = RandomNumberGenerator.GetBytes(1024);
        var key = $"doctor-probe-{Convert.ToHexStringLower(bytes.AsSpan(0, 8))}";
        var content = new ObjectContent(bytes.Length, Convert.ToHexStringLower(SHA256.HashData(bytes)), "application/octet-stream");
        try
        {
            using var source = new MemoryStream(bytes, writable: false);
            await store.PutAsync(key, source, content, token);
            if (!await IsThereAsync(store, key, bytes, token))
                return Finding.Wrong(Store, $"{store.UriOf(key)} was stored and does not read back as it was", "check for a proxy, a cache or another program between the worker and its store");
        }
        finally
        {
            await store.DeleteAsync(key, token);
        }

        if (await store.OpenReadAsync(key, token) is { } left)
        {
            await left.DisposeAsync();
            return Finding.Note(Store, $"{store.UriOf(key)} is still there after it was deleted", "delete it by hand; clean-up cannot free space in a store that keeps what is deleted");
        }

        return Finding.Ok(Store, $"{Place(store)}: put, read back and deleted a probe in {HumanText.Span(clock.GetElapsedTime(mark))}");
    }

    private static async Task<bool> IsThereAsync(IVideoStore store, string key, byte[] bytes, CancellationToken token)
    {
        await using var stream = await store.OpenReadAsync(key, token);
        if (stream is null)
            return false;
        using var read = new MemoryStream();
        await stream.CopyToAsync(read, token);
        return read.ToArray().AsSpan().SequenceEqual(bytes);
    }

    private string Place(IVideoStore store) => settings.StorageRoot ?? $"{store.UriOf("x")[..^2]} at {settings.S3!.ServiceUrl ?? $"AWS {settings.S3.Region}"}";
}
