using System.Net.Sockets;
using System.Security.Authentication;
using Amazon.Runtime;
using Bickford.Renders.Ports;

namespace Bickford.Renders.S3;

/// <summary>
/// Turns the errors of S3 servers, of the way there and of the SDK into one line for people: what, where, what to do. A server's own text
/// is shown only where it helps, never where it speaks of credentials, and never with ours in it.
/// </summary>
internal static class S3Errors
{
    private const int MaxTextLength = 200;

    /// <summary>Whether an exception is the store's, and not a mistake of the caller or his giving up.</summary>
    public static bool IsStoreError(Exception e, CancellationToken token = default) => e switch
    {
        OperationCanceledException => !token.IsCancellationRequested,
        AmazonServiceException or AmazonClientException or HttpRequestException or IOException or TimeoutException => true,
        _ => false,
    };

    public static VideoStoreException Translate(string doing, string where, S3StoreOptions options, Exception e)
    {
        var (what, advice) = e switch
        {
            AmazonServiceException { StatusCode: not 0 } answer => ByAnswer(answer, options),
            _ => ByWay(e, options),
        };
        return new VideoStoreException($"S3 store: cannot {doing} {where} at {Place(options)}: {what}; {advice}", e);
    }

    private static string Place(S3StoreOptions options) => options.ServiceUrl?.TrimEnd('/') ?? $"AWS {options.Region}";

    private static (string What, string Advice) ByAnswer(AmazonServiceException e, S3StoreOptions options)
    {
        var code = Clean(e.ErrorCode, options);
        var status = (int)e.StatusCode;
        var id = Clean(e.RequestId, options) is { Length: > 0 } request ? $", request {request}" : "";
        var said = $"({(code.Length == 0 ? "" : code + ", ")}status {status}{id})";
        return (code, status) switch
        {
            ("RequestTimeTooSkewed" or "RequestExpired", _) =>
                ($"this machine's clock and the server's differ too much {said}", "set both clocks by NTP"),
            ("InvalidAccessKeyId" or "SignatureDoesNotMatch" or "InvalidToken" or "ExpiredToken" or "TokenRefreshRequired", _) or (_, 401) =>
                ($"the credentials are refused {said}", CredentialAdvice(options)),
            ("AuthorizationHeaderMalformed" or "IllegalLocationConstraintException" or "InvalidLocationConstraint", _) or (_, 301 or 302 or 307 or 308) =>
                ($"the bucket belongs to another region or address {said}: {Text(e, options)}", $"correct Storage:Region, which is '{options.Region}', or Storage:ServiceUrl"),
            ("NoSuchBucket", _) =>
                ($"there is no bucket '{options.Bucket}' {said}", "create it, correct Storage:Bucket, or set Storage:CreateBucket to true"),
            ("InvalidBucketName", _) =>
                ($"'{options.Bucket}' is no name for a bucket there {said}", "correct Storage:Bucket"),
            ("BucketAlreadyExists", _) =>
                ($"the bucket '{options.Bucket}' belongs to somebody else {said}", "choose another Storage:Bucket"),
            ("QuotaExceeded" or "XMinioStorageFull" or "XMinioAdminBucketQuotaExceeded" or "StorageFull", _) or (_, 507) =>
                ($"the storage is full {said}", "free space there, or raise the quota"),
            ("AccessDenied" or "AllAccessDisabled" or "AccountProblem", _) or (_, 403) =>
                ($"access is denied {said}", $"allow these credentials s3:ListBucket, s3:GetObject, s3:PutObject, s3:DeleteObject and s3:AbortMultipartUpload on the bucket '{options.Bucket}'"),
            ("BadDigest" or "InvalidDigest" or "XAmzContentSHA256Mismatch", _) =>
                ($"the content was damaged on its way {said}", "try again; check the network and any proxy between"),
            ("NoSuchUpload", _) =>
                ($"the upload was aborted by somebody else {said}", "try again; check that no clean-up rule of the bucket aborts young uploads"),
            (_, 404) =>
                ($"it is not there {said}", "check Storage:Bucket, and that nothing else deletes in it"),
            (_, 429 or 500 or 502 or 503 or 504) =>
                ($"the server is overloaded or failing {said}", "try again later; see the server's log"),
            _ => ($"the server refuses {said}: {Text(e, options)}", "check that Storage:ServiceUrl is an S3 server, and see its log"),
        };
    }

    private static (string What, string Advice) ByWay(Exception e, S3StoreOptions options)
    {
        // Innermost first: the socket knows more than the request that failed by it.
        var causes = new Stack<Exception>();
        for (var cause = e; cause is not null; cause = cause.InnerException)
            causes.Push(cause);
        if (causes.Any(cause => cause is TimeoutException or OperationCanceledException))
            return ("no answer in time", $"{ReachAdvice(options)}; for a slow network raise Storage:Timeout, which is {options.Timeout:c}");
        return causes.Select(cause => OfCause(cause, options)).FirstOrDefault(found => found is not null)
            ?? (options.AccessKey is null
                ? ("no credentials were found, or those found cannot be used", CredentialAdvice(options))
                : ($"the request could not be made ({e.GetType().Name})", "check the settings under Storage"));
    }

    private static (string What, string Advice)? OfCause(Exception cause, S3StoreOptions options) => cause switch
    {
        SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain } => ("the host name is not known", ReachAdvice(options)),
        SocketException { SocketErrorCode: SocketError.ConnectionRefused } => ("the connection is refused", ReachAdvice(options)),
        SocketException socket => ($"the connection failed ({socket.SocketErrorCode})", ReachAdvice(options)),
        AuthenticationException => ("the server's certificate is not trusted, or it does not speak TLS", "check Storage:ServiceUrl, or add the server's certificate authority to this machine"),
        HttpRequestException http => ($"the connection failed ({http.HttpRequestError})", ReachAdvice(options)),
        IOException => ("the connection broke", ReachAdvice(options)),
        _ => null,
    };

    private static string ReachAdvice(S3StoreOptions options) => options.ServiceUrl is null
        ? "check the network and Storage:Region"
        : "check that the server runs, the network, and Storage:ServiceUrl";

    private static string CredentialAdvice(S3StoreOptions options) => options.AccessKey is null
        ? "set Storage:AccessKey and Storage:SecretKey, or correct AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, the profile or the role"
        : "correct Storage:AccessKey and Storage:SecretKey";

    private static string Text(Exception e, S3StoreOptions options) => Clean(e.Message, options) is { Length: > 0 } text ? text : "it gives no reason";

    // A server's text must not reach a log or a terminal as it is. Secrets go before it is cut, so that no half of one remains.
    private static string Clean(string? text, S3StoreOptions options)
    {
        var shown = new SecretMask([options.AccessKey, options.SecretKey]).Apply(SecretMask.WithoutTokens(text ?? ""));
        var clean = string.Concat(shown.Take(MaxTextLength).Select(c => c is >= ' ' and <= '~' ? c : ' '));
        return clean.Trim(' ', '.');
    }
}
