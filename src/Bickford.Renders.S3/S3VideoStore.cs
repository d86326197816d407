using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using Amazon.S3;
using Amazon.S3.Model;
using Bickford.Renders.Ports;

namespace Bickford.Renders.S3;

/// <summary>
/// A video store in a bucket of an S3 server. An object appears under its key whole or not at all: its SHA-256 is computed while it is read
/// and compared before the last request, each body carries an MD5 that the server checks, and afterwards the server is asked what it holds.
/// Objects above a threshold go in parts, some at once, in a fixed amount of memory.
/// </summary>
public sealed class S3VideoStore : IVideoStore, IDisposable
{
    private const int ReadBytes = 128 << 10;
    private static readonly TimeSpan s_staleAge = TimeSpan.FromDays(1);
    private static readonly TimeSpan s_longestLink = TimeSpan.FromDays(7);

    private readonly S3StoreOptions _options;
    private readonly TimeProvider _time;
    private readonly S3Connection _connection;
    private readonly ObjectUpload _upload;

    /// <summary>Uses a bucket; nothing is sent yet.</summary>
    /// <param name="options">The settings; not to be changed afterwards.</param>
    /// <param name="time">Clock; the system's when null.</param>
    /// <exception cref="RenderRequestException">A setting is not allowed.</exception>
    public S3VideoStore(S3StoreOptions options, TimeProvider? time = null)
    {
        options.Validate();
        _options = options;
        _time = time ?? TimeProvider.System;
        _connection = S3Connection.ForWork(options);
        _upload = new ObjectUpload(_connection.Client, options, _time);
    }

    private AmazonS3Client Client => _connection.Client;

    /// <inheritdoc/>
    public string UriOf(string key) => ObjectName.Of(_options, key).Uri;

    /// <summary>
    /// Asks the server for the bucket and begins and aborts an upload there, to fail at start and not at the first video. Creates the
    /// bucket where it is missing and the settings say so. Leaves nothing behind.
    /// </summary>
    /// <exception cref="VideoStoreException">The server cannot be reached, the credentials are refused, the bucket is missing or of another region, access is denied, or the clocks differ; the message says which, and what to do.</exception>
    public async Task EnsureReadyAsync(CancellationToken cancellationToken = default)
    {
        using var connection = S3Connection.ForCheck(_options);
        await CallAsync("use", $"the bucket '{_options.Bucket}'", async () =>
        {
            await Readiness.CheckAsync(connection.Client, _options, cancellationToken);
            return true;
        }, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<string> PutAsync(string key, Stream source, ObjectContent content, CancellationToken cancellationToken = default)
    {
        var name = ObjectName.Of(_options, key);
        return await CallAsync("store", name.Uri, async () =>
        {
            if (content.Bytes <= _options.MultipartThreshold)
                await PutWholeAsync(name, key, source, content, cancellationToken);
            else
                await PutPartsAsync(name, key, source, content, cancellationToken);
            await ConfirmAsync(name, content, cancellationToken);
            return name.Uri;
        }, cancellationToken);
    }

    /// <inheritdoc/>
    /// <remarks>Reads the whole object, which takes its time and, at some providers, costs money.</remarks>
    public async Task<bool> VerifyAsync(string key, ObjectContent content, CancellationToken cancellationToken = default)
    {
        var name = ObjectName.Of(_options, key);
        return await CallAsync("read", name.Uri, () => HoldsAsync(name, content, cancellationToken), cancellationToken);
    }

    /// <inheritdoc/>
    /// <remarks>The stream can be sought; each read after a seek is a request for the rest.</remarks>
    public async Task<Stream?> OpenReadAsync(string key, CancellationToken cancellationToken = default)
    {
        var name = ObjectName.Of(_options, key);
        return await CallAsync("read", name.Uri, () => OpenAsync(name, cancellationToken), cancellationToken);
    }

    /// <inheritdoc/>
    public async Task DeleteAsync(string key, CancellationToken cancellationToken = default)
    {
        var name = ObjectName.Of(_options, key);
        await CallAsync("delete", name.Uri, async () =>
        {
            try
            {
                await Client.DeleteObjectAsync(name.Bucket, name.Key, cancellationToken);
            }
            catch (AmazonS3Exception e) when (IsMissing(e))
            {
            }
            return true;
        }, cancellationToken);
    }

    /// <summary>
    /// A link by which anybody can read an object until it expires. It is a secret: show it to the person who asked, and keep it out of
    /// logs. Links made with a role's passing credentials end with these, however long they were asked for.
    /// </summary>
    /// <param name="key">Which object; it need not exist.</param>
    /// <param name="lifetime">1 second to 7 days, the limit of S3.</param>
    /// <exception cref="ArgumentException">The key is not one, or the lifetime is out of range.</exception>
    /// <exception cref="VideoStoreException">There are no credentials to sign with.</exception>
    public async Task<Uri> PresignAsync(string key, TimeSpan lifetime)
    {
        var name = ObjectName.Of(_options, key);
        ArgumentOutOfRangeException.ThrowIfLessThan(lifetime, TimeSpan.FromSeconds(1));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(lifetime, s_longestLink);
        return await CallAsync("make a link to", name.Uri, async () => new Uri(await Client.GetPreSignedURLAsync(new GetPreSignedUrlRequest
        {
            BucketName = name.Bucket,
            Key = name.Key,
            Verb = HttpVerb.GET,
            Expires = (_time.GetUtcNow() + lifetime).UtcDateTime,
            // The SDK writes https even for a service of http.
            Protocol = _options.ServiceUrl?.StartsWith("http:", StringComparison.OrdinalIgnoreCase) == true ? Protocol.HTTP : Protocol.HTTPS,
        })), CancellationToken.None);
    }

    /// <inheritdoc/>
    public Task SweepAsync(CancellationToken cancellationToken = default) => AbortStaleUploadsAsync(s_staleAge, cancellationToken);

    /// <inheritdoc/>
    public async Task<IReadOnlyList<StoreLeftover>> ListLeftoversAsync(CancellationToken cancellationToken = default)
    {
        var uploads = await CallAsync("list old uploads in", $"the bucket '{_options.Bucket}'",
            () => StaleUploads.FindAsync(Client, _options, _time.GetUtcNow() - s_staleAge, cancellationToken), cancellationToken);
        return [.. uploads.Select(upload => new StoreLeftover($"upload of s3://{_options.Bucket}/{upload.Key}", upload.Initiated, null))];
    }

    /// <summary>
    /// Aborts uploads in parts below the prefix that were begun long ago and never completed, as a killed worker leaves them: their
    /// parts cost space and nobody sees them. In a bucket shared without a prefix these may be somebody else's.
    /// </summary>
    /// <param name="olderThan">Only those begun longer ago; a day is a good value. A living upload that is aborted fails and is tried again.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>How many; 0 where the server cannot list them (501 or 405).</returns>
    /// <exception cref="VideoStoreException">The store failed.</exception>
    public async Task<int> AbortStaleUploadsAsync(TimeSpan olderThan, CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(olderThan, TimeSpan.Zero);
        return await CallAsync("clear old uploads in", $"the bucket '{_options.Bucket}'",
            () => StaleUploads.AbortAsync(Client, _options, _time.GetUtcNow() - olderThan, cancellationToken), cancellationToken);
    }

    /// <summary>Closes the connections.</summary>
    public void Dispose()
    {
        _connection.Dispose();
        _upload.Dispose();
    }

    private async Task PutWholeAsync(ObjectName name, string key, Stream stream, ObjectContent content, CancellationToken token)
    {
        using (var source = new PromisedSource(stream, key, content))
        {
            if (await _upload.SendWholeAsync(name, source, content, replace: false, token) || await HoldsAsync(name, content, token))
                return;
        }
        using var again = new PromisedSource(stream, key, content);
        await _upload.SendWholeAsync(name, again, content, replace: true, token);
    }

    private async Task PutPartsAsync(ObjectName name, string key, Stream stream, ObjectContent content, CancellationToken token)
    {
        using var source = new PromisedSource(stream, key, content);
        try
        {
            await _upload.SendPartsAsync(name, source, content, token);
        }
        catch (AmazonS3Exception e) when (e.ErrorCode == "NoSuchUpload" && source.Left == 0)
        {
            // The answer to the completion may have been lost, and its repetition found the upload gone because it is done.
            if (!await HoldsAsync(name, content, token))
                throw;
        }
    }

    private async Task ConfirmAsync(ObjectName name, ObjectContent content, CancellationToken token)
    {
        var found = await Client.GetObjectMetadataAsync(name.Bucket, name.Key, token);
        var sha256 = found.Metadata[ObjectMetadata.Sha256];
        if (found.ContentLength != content.Bytes || sha256 != content.Sha256)
        {
            throw new VideoStoreException(string.Create(CultureInfo.InvariantCulture,
                $"S3 store: {name.Uri} is not what was stored there: {found.ContentLength} bytes instead of {content.Bytes}, or another hash; check that nothing else writes to the bucket"));
        }
    }

    private async Task<bool> HoldsAsync(ObjectName name, ObjectContent content, CancellationToken token)
    {
        await using var stream = await OpenAsync(name, token);
        if (stream is null || stream.Length != content.Bytes)
            return false;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[ReadBytes];
        while (await stream.ReadAsync(buffer, token) is var read and > 0)
            hash.AppendData(buffer, 0, read);
        return Convert.ToHexStringLower(hash.GetHashAndReset()) == content.Sha256;
    }

    private async Task<Stream?> OpenAsync(ObjectName name, CancellationToken token)
    {
        try
        {
            var answer = await Client.GetObjectAsync(name.Bucket, name.Key, token);
            return new ObjectStream(answer, ReopenAsync, e => S3Errors.Translate("read", name.Uri, _options, e), _options.Timeout, _time);
        }
        catch (AmazonS3Exception e) when (IsMissing(e))
        {
            return null;
        }
    }

    private Task<GetObjectResponse> ReopenAsync(GetObjectResponse first, long position, CancellationToken token) => Client.GetObjectAsync(new GetObjectRequest
    {
        BucketName = first.BucketName,
        Key = first.Key,
        ByteRange = new ByteRange($"bytes={position.ToString(CultureInfo.InvariantCulture)}-"),
        EtagToMatch = first.ETag,
    }, token);

    private static bool IsMissing(AmazonS3Exception e) => e.StatusCode == HttpStatusCode.NotFound && e.ErrorCode != "NoSuchBucket";

    private async Task<T> CallAsync<T>(string doing, string where, Func<Task<T>> call, CancellationToken token)
    {
        try
        {
            return await call();
        }
        catch (Exception e) when (S3Errors.IsStoreError(e, token))
        {
            throw S3Errors.Translate(doing, where, _options, e);
        }
    }
}
