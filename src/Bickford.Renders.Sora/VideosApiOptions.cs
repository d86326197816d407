namespace Bickford.Renders.Sora;

/// <summary>How a create is written on the wire.</summary>
public enum RequestFormat
{
    /// <summary>
    /// JSON where there is only text, multipart where there is a reference image: what the official API and its SDKs do, and what SGLang-Diffusion needs.
    /// vLLM-Omni takes multipart only: set <see cref="Multipart"/> for it.
    /// </summary>
    Auto,

    /// <summary>Always <c>multipart/form-data</c>.</summary>
    Multipart,

    /// <summary>Always JSON; a reference image goes as a data URL in <c>input_reference.image_url</c>.</summary>
    Json,
}

/// <summary>How to reach a server of the Videos protocol.</summary>
public sealed class VideosApiOptions
{
    /// <summary>Address of the API; it usually ends in <c>/v1</c>.</summary>
    /// <value>Setting <c>Sora:BaseUrl</c>; absolute http or https, without user info, query and fragment; required.</value>
    public string BaseUrl { get; set; } = "";

    /// <summary>Sent as bearer token; null or empty sends none.</summary>
    /// <value>Setting <c>Sora:ApiKey</c>; printable ASCII without spaces.</value>
    public string? ApiKey { get; set; }

    /// <summary>Headers added to every request to <see cref="BaseUrl"/>'s origin, and to no other. Their values are treated as secrets.</summary>
    /// <value>Setting <c>Sora:Headers:&lt;name&gt;</c>; default empty.</value>
    public IDictionary<string, string> Headers { get; } = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// Fields added to every create, such as <c>fps</c> or <c>num_inference_steps</c>. In JSON a value that is a JSON number, boolean, object or array is sent
    /// as such; put a value in double quotes to force text.
    /// </summary>
    /// <value>Setting <c>Sora:ExtraFields:&lt;name&gt;</c>; default empty.</value>
    public IDictionary<string, string> ExtraFields { get; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>How a create is written on the wire.</summary>
    /// <value>Setting <c>Sora:Format</c>; default <see cref="RequestFormat.Auto"/>.</value>
    public RequestFormat Format { get; set; } = RequestFormat.Auto;

    /// <summary>How long a create or remix may take, upload and answer included. After it the outcome is unknown.</summary>
    /// <value>Setting <c>Sora:CreateTimeout</c>; default 60 seconds; 1 second to 1 hour.</value>
    public TimeSpan CreateTimeout { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>How long one attempt of a read may take; for a file, until its headers are here.</summary>
    /// <value>Setting <c>Sora:ReadTimeout</c>; default 30 seconds; 1 second to 1 hour.</value>
    public TimeSpan ReadTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a file's body may bring no byte while it is being read.</summary>
    /// <value>Setting <c>Sora:IdleTimeout</c>; default 30 seconds; 1 second to 1 hour.</value>
    public TimeSpan IdleTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// The least average pace of a file's body, over every minute in which it is waited for. Slower, the connection is given up, and the next try goes on where the server
    /// vouches for what is here. 0 waits for any pace.
    /// </summary>
    /// <value>Setting <c>Sora:MinBytesPerSecond</c>; default 16,384 (16 KiB); 0 to 1,073,741,824 (1 GiB).</value>
    public long MinBytesPerSecond { get; set; } = 16 << 10;

    /// <summary>How long one try of a file may be waited for in all, however steadily it comes.</summary>
    /// <value>Setting <c>Sora:DownloadTimeout</c>; default 1 hour; 1 minute to 1 day.</value>
    public TimeSpan DownloadTimeout { get; set; } = TimeSpan.FromHours(1);

    /// <summary>How long opening a connection may take.</summary>
    /// <value>Setting <c>Sora:ConnectTimeout</c>; default 10 seconds; 1 second to 1 hour.</value>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How often a read is tried in all.</summary>
    /// <value>Setting <c>Sora:ReadAttempts</c>; default 4; 1 to 20.</value>
    public int ReadAttempts { get; set; } = 4;

    /// <summary>From a read's first failure to its second attempt; doubled each time, with jitter.</summary>
    /// <value>Setting <c>Sora:ReadRetryFirst</c>; default 0.5 second; 0.01 second to 1 minute.</value>
    public TimeSpan ReadRetryFirst { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>The longest wait between two attempts of a read. Where the server asks for more, the failure goes to the caller with its <c>RetryAfter</c>.</summary>
    /// <value>Setting <c>Sora:ReadRetryMax</c>; default 20 seconds; not below <see cref="ReadRetryFirst"/>, up to 10 minutes.</value>
    public TimeSpan ReadRetryMax { get; set; } = TimeSpan.FromSeconds(20);

    /// <summary>Share of unavailable answers in <see cref="CircuitWindow"/> at which the client stops asking for <see cref="CircuitBreak"/>.</summary>
    /// <value>Setting <c>Sora:CircuitFailureRatio</c>; default 0.8; above 0 to 1.</value>
    public double CircuitFailureRatio { get; set; } = 0.8;

    /// <summary>Requests in the window before the share means anything.</summary>
    /// <value>Setting <c>Sora:CircuitMinimumRequests</c>; default 10; 2 to 10,000.</value>
    public int CircuitMinimumRequests { get; set; } = 10;

    /// <summary>The time the share is taken over.</summary>
    /// <value>Setting <c>Sora:CircuitWindow</c>; default 30 seconds; 1 second to 1 hour.</value>
    public TimeSpan CircuitWindow { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long nothing is asked once the share is reached; then one request tries.</summary>
    /// <value>Setting <c>Sora:CircuitBreak</c>; default 10 seconds; 1 second to 1 hour.</value>
    public TimeSpan CircuitBreak { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Whether content may be fetched from a private or loopback address that the server names in a redirect or a <c>url</c> field.
    /// Without it, that is allowed where <see cref="BaseUrl"/> itself names such an address, by number or by a name that only a private network has (without a dot, or under
    /// .local, .internal, .lan, .home.arpa, .localhost or .test); loopback only where it is loopback. Link-local addresses never are.
    /// </summary>
    /// <value>Setting <c>Sora:AllowPrivateContentHosts</c>; default false.</value>
    public bool AllowPrivateContentHosts { get; set; }
}
