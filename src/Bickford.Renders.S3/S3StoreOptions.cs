namespace Bickford.Renders.S3;

/// <summary>How to reach an S3 server, and how objects are written there.</summary>
public sealed class S3StoreOptions
{
    /// <summary>Address of the server; null for AWS itself, where the region decides.</summary>
    /// <value>Setting <c>Storage:ServiceUrl</c>; absolute http or https, without user info, path, query and fragment.</value>
    public string? ServiceUrl { get; set; }

    /// <summary>Region that requests are signed for; <c>auto</c> on R2. Most servers other than AWS accept any.</summary>
    /// <value>Setting <c>Storage:Region</c>; default <c>us-east-1</c>.</value>
    public string Region { get; set; } = "us-east-1";

    /// <summary>The bucket; best one that nobody else writes to.</summary>
    /// <value>Setting <c>Storage:Bucket</c>; 3 to 63 lower-case letters, digits, dots and hyphens; required.</value>
    public string Bucket { get; set; } = "";

    /// <summary>What all object names begin with, for a bucket that is shared; a <c>/</c> is put after it.</summary>
    /// <value>Setting <c>Storage:Prefix</c>; names joined by <c>/</c>; default empty.</value>
    public string Prefix { get; set; } = "";

    /// <summary>Access key id. Without it the SDK's default chain is asked: environment, profiles, roles.</summary>
    /// <value>Setting <c>Storage:AccessKey</c>; together with <see cref="SecretKey"/> or not at all.</value>
    public string? AccessKey { get; set; }

    /// <summary>Secret access key.</summary>
    /// <value>Setting <c>Storage:SecretKey</c>; together with <see cref="AccessKey"/> or not at all.</value>
    public string? SecretKey { get; set; }

    /// <summary>Whether <see cref="S3VideoStore.EnsureReadyAsync"/> creates the bucket where it is missing.</summary>
    /// <value>Setting <c>Storage:CreateBucket</c>; default false.</value>
    public bool CreateBucket { get; set; }

    /// <summary>
    /// Whether the bucket goes into the path of addresses, as most servers other than AWS want it, or into the host name.
    /// </summary>
    /// <value>Setting <c>Storage:ForcePathStyle</c>; default null: true with a <see cref="ServiceUrl"/>, false without.</value>
    public bool? ForcePathStyle { get; set; }

    /// <summary>
    /// Leaves a body's SHA-256 out of the signature: one pass less over each part. TLS and the MD5 that goes with every body still protect it.
    /// </summary>
    /// <value>Setting <c>Storage:DisablePayloadSigning</c>; https only; default false. Cloudflare recommends it for R2.</value>
    public bool DisablePayloadSigning { get; set; }

    /// <summary>Objects of up to this many bytes go in one request, larger ones in parts.</summary>
    /// <value>Setting <c>Storage:MultipartThreshold</c>; bytes; default 16 MiB; 0 to <see cref="PartBytes"/>.</value>
    public long MultipartThreshold { get; set; } = 16 << 20;

    /// <summary>Size of a part. It grows by itself for objects that would have more than 10,000 parts.</summary>
    /// <value>Setting <c>Storage:PartBytes</c>; bytes; default 16 MiB; 5 MiB to 512 MiB.</value>
    public long PartBytes { get; set; } = 16 << 20;

    /// <summary>Bodies in flight at once, over all uploads of this store; it holds at most this many parts in memory.</summary>
    /// <value>Setting <c>Storage:ParallelParts</c>; default 3; 2 to 32.</value>
    public int ParallelParts { get; set; } = 3;

    /// <summary>
    /// How long one request may take, its body included, so it must exceed <see cref="PartBytes"/> divided by the slowest bandwidth;
    /// while an object is read, how long it may bring no byte.
    /// </summary>
    /// <value>Setting <c>Storage:Timeout</c>; default 2 minutes; 1 second to 1 hour.</value>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>How long opening a connection may take.</summary>
    /// <value>Setting <c>Storage:ConnectTimeout</c>; default 10 seconds; 1 second to 1 hour.</value>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How often a request is repeated after a failure that may pass.</summary>
    /// <value>Setting <c>Storage:Retries</c>; default 5; 0 to 20.</value>
    public int Retries { get; set; } = 5;

    /// <summary>Header <c>Cache-Control</c> of every object; empty sends none. A key never changes its content, so it may be kept for good.</summary>
    /// <value>Setting <c>Storage:CacheControl</c>; default <c>max-age=31536000, private, immutable</c>.</value>
    public string CacheControl { get; set; } = "max-age=31536000, private, immutable";

    /// <summary>Checks every setting.</summary>
    /// <exception cref="RenderRequestException">One is not allowed; the message names it, its value, what is allowed and where to change it. Secrets are not shown.</exception>
    public void Validate() => S3StoreOptionsValidation.Check(this);
}
