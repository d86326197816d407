using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Runtime.ExceptionServices;
using System.Security.Cryptography;
using Amazon.S3;
using Amazon.S3.Model;
using Bickford.Renders.Ports;

namespace Bickford.Renders.S3;

/// <summary>
/// Sends objects, small ones in one request, large ones in parts. Every body lies in a buffer of <see cref="PartBuffers"/> while it is
/// sent, so that it can be repeated and carries its MD5.
/// </summary>
internal sealed class ObjectUpload(IAmazonS3 client, S3StoreOptions options, TimeProvider time) : IDisposable
{
    private const int MaxParts = 10_000;
    private static readonly TimeSpan s_abortTime = TimeSpan.FromSeconds(10);

    private readonly PartBuffers _buffers = new(options.ParallelParts);
    private volatile bool _serverHasConditions = true;

    /// <summary>Sends an object in one request.</summary>
    /// <returns>False if the key held something already and was left as it is.</returns>
    public async Task<bool> SendWholeAsync(ObjectName name, PromisedSource source, ObjectContent content, bool replace, CancellationToken token)
    {
        using var upload = _buffers.Begin();
        var count = (int)source.Left;
        var buffer = await _buffers.RentAsync(count, token);
        try
        {
            await source.FillAsync(buffer.AsMemory(0, count), token);
            await source.EnsureKeptAsync(token);
            token.ThrowIfCancellationRequested();
            return await PutAsync(name, buffer, count, content, replace, token);
        }
        finally
        {
            _buffers.Return(buffer);
        }
    }

    /// <summary>Sends an object in parts; it appears when all have arrived and were what was promised.</summary>
    public async Task SendPartsAsync(ObjectName name, PromisedSource source, ObjectContent content, CancellationToken token)
    {
        var started = await client.InitiateMultipartUploadAsync(Describe(new InitiateMultipartUploadRequest { BucketName = name.Bucket, Key = name.Key }, name, content), token);
        List<PartETag> parts;
        try
        {
            parts = await SendAllAsync(name, started.UploadId, source, content, token);
        }
        catch
        {
            await TryAbortAsync(name, started.UploadId);
            throw;
        }
        try
        {
            await client.CompleteMultipartUploadAsync(
                new CompleteMultipartUploadRequest { BucketName = name.Bucket, Key = name.Key, UploadId = started.UploadId, PartETags = parts }, token);
        }
        catch (AmazonS3Exception e) when ((int)e.StatusCode is >= 400 and < 500)
        {
            // Only after a refusal: where the answer was lost the server may be joining the parts just now, and an abort would meet it.
            await TryAbortAsync(name, started.UploadId);
            throw;
        }
    }

    public void Dispose() => _buffers.Dispose();

    private async Task<bool> PutAsync(ObjectName name, byte[] buffer, int count, ObjectContent content, bool replace, CancellationToken token)
    {
        var conditional = !replace && _serverHasConditions;
        try
        {
            using var body = new MemoryStream(buffer, 0, count, writable: false);
            await client.PutObjectAsync(Describe(new PutObjectRequest
            {
                BucketName = name.Bucket,
                Key = name.Key,
                InputStream = body,
                AutoCloseStream = false,
                MD5Digest = Md5Of(buffer.AsSpan(0, count)),
                UseChunkEncoding = false,
                DisablePayloadSigning = options.DisablePayloadSigning,
                IfNoneMatch = conditional ? "*" : null,
            }, name, content), token);
            return true;
        }
        catch (AmazonS3Exception e) when (conditional && e.StatusCode is HttpStatusCode.PreconditionFailed)
        {
            return false;
        }
        catch (AmazonS3Exception e) when (conditional && e.StatusCode is HttpStatusCode.NotImplemented or HttpStatusCode.Conflict)
        {
            // 501: the server knows no conditions, such as Swift. 409: somebody else is just writing there, as AWS says it.
            if (e.StatusCode == HttpStatusCode.NotImplemented)
                _serverHasConditions = false;
            return await PutAsync(name, buffer, count, content, replace: true, token);
        }
    }

    private async Task<List<PartETag>> SendAllAsync(ObjectName name, string uploadId, PromisedSource source, ObjectContent content, CancellationToken token)
    {
        using var upload = _buffers.Begin();
        using var failed = CancellationTokenSource.CreateLinkedTokenSource(token);
        var partBytes = Math.Max(options.PartBytes, (content.Bytes + MaxParts - 1) / MaxParts);
        var parts = new List<Task<PartETag>>();
        try
        {
            while (source.Left > 0)
            {
                var count = (int)Math.Min(partBytes, source.Left);
                var buffer = await _buffers.RentAsync(count, failed.Token);
                try
                {
                    await source.FillAsync(buffer.AsMemory(0, count), failed.Token);
                }
                catch
                {
                    _buffers.Return(buffer);
                    throw;
                }
                var number = parts.Count + 1;
                parts.Add(Task.Run(() => SendPartAsync(name, uploadId, number, buffer, count, failed), CancellationToken.None));
            }
            await source.EnsureKeptAsync(failed.Token);
            return [.. await Task.WhenAll(parts)];
        }
        catch (Exception e)
        {
            // No part may arrive after the upload was aborted: it would lie there unseen.
            await failed.CancelAsync();
            await ((Task)Task.WhenAll(parts)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            token.ThrowIfCancellationRequested();
            if (e is OperationCanceledException && parts.Select(part => part.Exception?.InnerException).FirstOrDefault(cause => cause is not null) is { } first)
                ExceptionDispatchInfo.Throw(first);
            throw;
        }
    }

    private async Task<PartETag> SendPartAsync(ObjectName name, string uploadId, int number, byte[] buffer, int count, CancellationTokenSource failed)
    {
        try
        {
            using var body = new MemoryStream(buffer, 0, count, writable: false);
            var sent = await client.UploadPartAsync(new UploadPartRequest
            {
                BucketName = name.Bucket,
                Key = name.Key,
                UploadId = uploadId,
                PartNumber = number,
                PartSize = count,
                InputStream = body,
                MD5Digest = Md5Of(buffer.AsSpan(0, count)),
                UseChunkEncoding = false,
                DisablePayloadSigning = options.DisablePayloadSigning,
            }, failed.Token);
            return new PartETag(number, sent.ETag);
        }
        catch
        {
            await failed.CancelAsync();
            throw;
        }
        finally
        {
            // A request given up may still read the buffer for a moment while the next part fills it: its MD5 then refuses what it brings.
            _buffers.Return(buffer);
        }
    }

    // What cannot be aborted now, such as on a server that is gone, is left to S3VideoStore.AbortStaleUploadsAsync.
    private async Task TryAbortAsync(ObjectName name, string uploadId)
    {
        try
        {
            using var deadline = new CancellationTokenSource(s_abortTime, time);
            await client.AbortMultipartUploadAsync(new AbortMultipartUploadRequest { BucketName = name.Bucket, Key = name.Key, UploadId = uploadId }, deadline.Token);
        }
        catch (Exception e) when (S3Errors.IsStoreError(e) || e is ObjectDisposedException)
        {
        }
    }

    private PutObjectRequest Describe(PutObjectRequest request, ObjectName name, ObjectContent content)
    {
        request.ContentType = content.ContentType;
        Describe(request.Headers, request.Metadata, name, content);
        return request;
    }

    private InitiateMultipartUploadRequest Describe(InitiateMultipartUploadRequest request, ObjectName name, ObjectContent content)
    {
        request.ContentType = content.ContentType;
        Describe(request.Headers, request.Metadata, name, content);
        return request;
    }

    private void Describe(HeadersCollection headers, MetadataCollection metadata, ObjectName name, ObjectContent content)
    {
        if (options.CacheControl.Length > 0)
            headers.CacheControl = options.CacheControl;
        metadata[ObjectMetadata.Sha256] = content.Sha256;
        if (name.RenderId is { } id)
            metadata[ObjectMetadata.RenderId] = id.ToString("D");
    }

    [SuppressMessage("Security", "CA5351", Justification = "Content-MD5 guards against damage on the way; it is the one checksum that every server checks.")]
    private static string Md5Of(ReadOnlySpan<byte> body) => Convert.ToBase64String(MD5.HashData(body));
}
