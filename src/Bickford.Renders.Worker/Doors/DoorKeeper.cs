using Bickford.Renders.Data;
using Bickford.Renders.Ports;

namespace Bickford.Renders.Worker.Doors;

/// <summary>Decides of every request who sends it and whether he comes in. Somebody who shows a wrong key or password is refused, whatever else would let him in.</summary>
internal sealed partial class DoorKeeper(DoorSettings settings, IApiKeys keys, FailedSignIns failures, TimeProvider clock, ILogger<DoorKeeper> log)
{
    private static readonly TimeSpan s_useNotedEvery = TimeSpan.FromMinutes(1);

    /// <summary>Who it is, or why not.</summary>
    /// <param name="http">The request.</param>
    /// <param name="signedIn">Whom his cookie names.</param>
    public async Task<(Visitor? Visitor, Refusal? Refusal)> JudgeAsync(HttpContext http, SignedIn? signedIn)
    {
        var (visitor, refusal) = await WhoAsync(http, signedIn);
        return (visitor is { Access: Access.Act } && settings.ReadOnly ? visitor with { Access = Access.Look } : visitor, refusal);
    }

    private async Task<(Visitor? Visitor, Refusal? Refusal)> WhoAsync(HttpContext http, SignedIn? signedIn)
    {
        var headers = http.Request.Headers;
        var fromProxy = settings.Proxy.Holds(http.Peer());
        if (!fromProxy && NamesSomebody(headers))
        {
            LogSpoofed(http.Peer()?.ToString());
            return Refused(StatusCodes.Status403Forbidden, "A header that names a person counts only from the proxies of Dashboard:Proxy:Addresses, and this request comes from elsewhere.");
        }

        if (headers.Authorization.Count > 1)
            return Refused(StatusCodes.Status400BadRequest, "The header Authorization is there more than once.");
        // A proxy may pass on a token of its own; ours are known by their beginning.
        if (Bearer(headers.Authorization) is { } token && (!fromProxy || settings.Proxy.UserHeader is null || token.StartsWith(ApiKeyText.Prefix, StringComparison.Ordinal)))
            return await OfKeyAsync(http, token);
        if (settings.Oidc is { } oidc)
            return OfSignedIn(oidc, signedIn);
        if (settings.Proxy.UserHeader is not null)
            return fromProxy ? OfProxy(headers) : Refused(StatusCodes.Status401Unauthorized, "People come in through the proxy in front of this worker; programs with a key of 'renders keys'.", "Bearer");
        return settings.HasPasswords ? OfPassword(http) : OfThisMachine(http, fromProxy);
    }

    private bool NamesSomebody(IHeaderDictionary headers) =>
        (settings.Proxy.UserHeader is { } user && headers.ContainsKey(user)) || (settings.Proxy.RolesHeader is { } roles && headers.ContainsKey(roles));

    private async Task<(Visitor? Visitor, Refusal? Refusal)> OfKeyAsync(HttpContext http, string token)
    {
        // Nobody guesses 256 bits; this is for the database's sake, and who sends many requests with a right key waits for none of them.
        if (failures.Wait(http.Connection.RemoteIpAddress) is { } wait)
            return (null, TooMany(wait));
        if (ApiKeyText.IdOf(token) is not { } id)
            return WrongKey(http);
        var now = clock.GetUtcNow();
        try
        {
            var key = await keys.FindAsync(id, http.RequestAborted);
            if (key is null || !ApiKeyText.Fits(token, key.Sha256) || key.RevokedAt is not null || key.ExpiresAt <= now)
                return WrongKey(http);
            await NoteUseAsync(key, now, http.RequestAborted);
            return (Visitor.OfKey(key.Role == ApiKeyRole.Operator ? Access.Act : Access.Look, key.Name, id), null);
        }
        catch (DatabaseException e)
        {
            LogUnread(e);
            return (null, new Refusal(StatusCodes.Status503ServiceUnavailable, "Keys cannot be looked up: the database cannot be reached.") { RetryAfter = TimeSpan.FromSeconds(5) });
        }
    }

    private async Task NoteUseAsync(ApiKey key, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (key.LastUsedAt > now - s_useNotedEvery)
            return;
        try
        {
            await keys.NoteUseAsync(key.Id, now, cancellationToken);
        }
        catch (DatabaseException e)
        {
            // When a key was used is worth less than what it is used for.
            LogUnnoted(e);
        }
    }

    private static (Visitor? Visitor, Refusal? Refusal) OfSignedIn(OidcSettings oidc, SignedIn? signedIn)
    {
        if (signedIn is null)
            return (null, new Refusal(StatusCodes.Status401Unauthorized, "Sign in first.") { Challenge = "Bearer", SignIn = true });
        var visitor = Visitor.OfPerson(oidc.Roles.Of(signedIn.Roles), signedIn.Name, signedIn.Id);
        return visitor.Access == Access.None
            ? (visitor, new Refusal(StatusCodes.Status403Forbidden, $"You are signed in as {visitor.Name}, who has no role here: ask for one of those in Dashboard:Oidc:OperatorRole or Dashboard:Oidc:ViewerRole."))
            : (visitor, null);
    }

    private (Visitor? Visitor, Refusal? Refusal) OfProxy(IHeaderDictionary headers)
    {
        var proxy = settings.Proxy;
        var (user, roles) = (headers[proxy.UserHeader!], proxy.RolesHeader is { } name ? headers[name] : default);
        // Twice, or two names in one: the proxy has added its own to what came from outside, and nobody can tell which is which.
        if (user.Count > 1 || roles.Count > 1 || user.ToString().Contains(',', StringComparison.Ordinal))
            return Refused(StatusCodes.Status403Forbidden, "The header that names a person is there more than once: the proxy must replace what comes from outside.");
        if (string.IsNullOrWhiteSpace(user))
            return Refused(StatusCodes.Status401Unauthorized, $"The proxy names nobody in {proxy.UserHeader}.", "Bearer");
        var access = proxy.Roles.Of((roles.ToString() ?? "").Split([',', ';'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        access = access > proxy.Everybody ? access : proxy.Everybody;
        return access == Access.None
            ? Refused(StatusCodes.Status403Forbidden, "The proxy names you, but no role of yours that comes in here: see Dashboard:Proxy:OperatorRole and Dashboard:Proxy:ViewerRole.")
            : (Visitor.OfPerson(access, user.ToString(), $"proxy:{user}"), null);
    }

    private (Visitor? Visitor, Refusal? Refusal) OfPassword(HttpContext http)
    {
        const string Challenge = "Basic realm=\"Bickford Renders\", charset=\"UTF-8\"";
        const string SignIn = "Sign in as 'operator' or 'viewer'.";
        if (http.Request.Headers.Authorization.Count == 0)
            return Refused(StatusCodes.Status401Unauthorized, SignIn, Challenge);
        var access = Access.None;
        var (right, wait) = failures.Try(http.Connection.RemoteIpAddress, () =>
        {
            // What the settings allow at most is looked at later: the name is that of the password.
            access = Door.Of(settings with { ReadOnly = false }, http.Connection.RemoteIpAddress, http.Request.Host, http.Request.Headers.Authorization);
            return access != Access.None;
        });
        if (wait is { } time)
            return (null, TooMany(time));
        if (right)
            return (Visitor.OfPassword(access), null);
        LogWrong(http.Connection.RemoteIpAddress?.ToString());
        return Refused(StatusCodes.Status401Unauthorized, SignIn, Challenge);
    }

    private (Visitor? Visitor, Refusal? Refusal) OfThisMachine(HttpContext http, bool fromProxy) =>
        // What was passed on comes from wherever, though the one who passed it on is on this machine.
        fromProxy || http.Request.IsForwarded() || Door.Of(settings, http.Peer(), http.Request.Host, null) == Access.None
            ? Refused(
                StatusCodes.Status403Forbidden,
                "These pages are open to this machine only, as http://127.0.0.1 or http://localhost, and not through a proxy. To open them to others set Dashboard:OperatorPassword, Dashboard:Oidc or Dashboard:Proxy.")
            : (Visitor.OfThisMachine, null);

    private static Refusal TooMany(TimeSpan wait) =>
        new(StatusCodes.Status429TooManyRequests, "Too many wrong keys or passwords from this address: wait a little.") { RetryAfter = wait };

    private (Visitor? Visitor, Refusal? Refusal) WrongKey(HttpContext http)
    {
        failures.Note(http.Connection.RemoteIpAddress);
        LogWrong(http.Connection.RemoteIpAddress?.ToString());
        return Refused(StatusCodes.Status401Unauthorized, "This key is not one of ours, has expired, or was revoked; 'renders keys list' shows those there are.", "Bearer");
    }

    private static (Visitor? Visitor, Refusal? Refusal) Refused(int status, string message, string? challenge = null) => (null, new Refusal(status, message) { Challenge = challenge });

    private static string? Bearer(string? authorization) =>
        authorization?.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase) == true ? authorization[7..].Trim() : null;

    [LoggerMessage(1, LogLevel.Warning, "A wrong key or password came from {Address}")]
    private partial void LogWrong(string? address);

    // The answer says so too, and anybody can send one.
    [LoggerMessage(2, LogLevel.Debug, "A header that names a person came from {Address}, which is no proxy of Dashboard:Proxy:Addresses")]
    private partial void LogSpoofed(string? address);

    [LoggerMessage(3, LogLevel.Error, "A key could not be looked up")]
    private partial void LogUnread(Exception exception);

    [LoggerMessage(4, LogLevel.Warning, "The use of a key could not be noted")]
    private partial void LogUnnoted(Exception exception);
}
