using Amazon.S3;
using Amazon.S3.Model;

namespace Bickford.Renders.S3;

/// <summary>The check at start: can the bucket be listed, and may we write there?</summary>
internal static class Readiness
{
    public static async Task CheckAsync(IAmazonS3 client, S3StoreOptions options, CancellationToken token)
    {
        try
        {
            await ListAsync(client, options, token);
        }
        catch (AmazonS3Exception e) when (e.ErrorCode == "NoSuchBucket" && options.CreateBucket)
        {
            await CreateAsync(client, options, token);
        }
        // An upload begun and aborted shows the right to write, and leaves neither an object nor a version of one.
        var name = new ObjectName(options.Bucket, ObjectName.PrefixOf(options) + ".probe");
        var upload = await client.InitiateMultipartUploadAsync(name.Bucket, name.Key, token);
        await client.AbortMultipartUploadAsync(name.Bucket, name.Key, upload.UploadId, token);
    }

    // Not HEAD: its answers have no body, so they could not say which of several things a 403 means.
    private static Task<ListObjectsV2Response> ListAsync(IAmazonS3 client, S3StoreOptions options, CancellationToken token) =>
        client.ListObjectsV2Async(new ListObjectsV2Request { BucketName = options.Bucket, Prefix = ObjectName.PrefixOf(options), MaxKeys = 1 }, token);

    private static async Task CreateAsync(IAmazonS3 client, S3StoreOptions options, CancellationToken token)
    {
        try
        {
            // Only AWS must be told the region; others may refuse one they do not know.
            await client.PutBucketAsync(new PutBucketRequest { BucketName = options.Bucket, UseClientRegion = options.ServiceUrl is null }, token);
        }
        catch (AmazonS3Exception e) when (e.ErrorCode == "BucketAlreadyOwnedByYou")
        {
        }
        catch (AmazonS3Exception e) when (e.ErrorCode == "BucketAlreadyExists")
        {
            // Some servers say this also of a bucket that another worker of ours made a moment ago. Whether it is ours shows in whether we may list it.
            try
            {
                await ListAsync(client, options, token);
            }
            catch (AmazonS3Exception)
            {
                throw e;
            }
        }
    }
}
