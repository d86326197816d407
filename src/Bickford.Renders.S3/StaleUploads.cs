using System.Net;
using Amazon.S3;
using Amazon.S3.Model;

namespace Bickford.Renders.S3;

/// <summary>Finds uploads in parts that nobody completed, and aborts them.</summary>
internal static class StaleUploads
{
    public static async Task<int> AbortAsync(IAmazonS3 client, S3StoreOptions options, DateTimeOffset before, CancellationToken token)
    {
        var aborted = 0;
        foreach (var upload in await FindAsync(client, options, before, token))
        {
            if (await TryAbortAsync(client, options, upload, token))
                aborted++;
        }
        return aborted;
    }

    // Listed to the end: the markers of a list are of no use while it shrinks.
    public static async Task<IReadOnlyList<MultipartUpload>> FindAsync(IAmazonS3 client, S3StoreOptions options, DateTimeOffset before, CancellationToken token) =>
        [.. (await ListAsync(client, options, token)).Where(upload => upload.Initiated is { } begun && begun.ToUniversalTime() <= before.UtcDateTime)];

    private static async Task<List<MultipartUpload>> ListAsync(IAmazonS3 client, S3StoreOptions options, CancellationToken token)
    {
        var uploads = new List<MultipartUpload>();
        var request = new ListMultipartUploadsRequest { BucketName = options.Bucket, Prefix = ObjectName.PrefixOf(options) };
        try
        {
            while (true)
            {
                var page = await client.ListMultipartUploadsAsync(request, token);
                uploads.AddRange(page.MultipartUploads ?? []);
                if (page.IsTruncated != true || (page.NextKeyMarker == request.KeyMarker && page.NextUploadIdMarker == request.UploadIdMarker))
                    return uploads;
                (request.KeyMarker, request.UploadIdMarker) = (page.NextKeyMarker, page.NextUploadIdMarker);
            }
        }
        catch (AmazonS3Exception e) when (e.StatusCode is HttpStatusCode.NotImplemented or HttpStatusCode.MethodNotAllowed)
        {
            return [];
        }
    }

    private static async Task<bool> TryAbortAsync(IAmazonS3 client, S3StoreOptions options, MultipartUpload upload, CancellationToken token)
    {
        try
        {
            await client.AbortMultipartUploadAsync(options.Bucket, upload.Key, upload.UploadId, token);
            return true;
        }
        catch (AmazonS3Exception e) when (e.StatusCode == HttpStatusCode.NotFound)
        {
            return false;
        }
    }
}
