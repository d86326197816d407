using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace Bickford.Renders.Worker.Doors;

/// <summary>Somebody who signed in at the provider of identities.</summary>
/// <param name="Name">What it calls him.</param>
/// <param name="Id">Its own name for him, which nobody else has.</param>
/// <param name="Roles">Those of his roles that mean something here.</param>
internal sealed record SignedIn(string Name, string Id, IReadOnlyList<string> Roles);

/// <summary>OpenID Connect: the code flow with PKCE, and then a cookie of our own. Nothing of the provider's is kept but name, subject and the roles that count.</summary>
internal static partial class SignIn
{
    public const string CallbackPath = "/auth/callback";

    public const string SignInPath = "/auth/signin";

    public const string SignOutPath = "/auth/signout";

    public const string SignedOutPath = "/auth/signed-out";

    private const string CookieScheme = CookieAuthenticationDefaults.AuthenticationScheme;

    private const string IdClaim = "id";

    private const string NameClaim = "name";

    private const string RoleClaim = "role";

    /// <summary>Where somebody may be who has not come in yet.</summary>
    public static bool IsOpen(PathString path) =>
        path.Equals(SignInPath, StringComparison.OrdinalIgnoreCase) || path.Equals(SignOutPath, StringComparison.OrdinalIgnoreCase) || path.Equals(SignedOutPath, StringComparison.OrdinalIgnoreCase);

    public static void AddSignIn(this IServiceCollection services, OidcSettings settings) => services
        .AddAuthentication()
        .AddCookie(CookieScheme, options =>
        {
            options.Cookie.Name = "renders-session";
            Harden(options.Cookie);
            options.ExpireTimeSpan = settings.KeepSignedIn;
            // A role that is taken away at the provider is lost here at the latest when the sign-in ends.
            options.SlidingExpiration = false;
        })
        .AddOpenIdConnect(options =>
        {
            options.SignInScheme = CookieScheme;
            options.Authority = settings.Authority.ToString();
            // The settings allow http on this machine only.
            options.RequireHttpsMetadata = settings.Authority.Scheme == Uri.UriSchemeHttps;
            options.ClientId = settings.ClientId;
            options.ClientSecret = settings.ClientSecret;
            options.ResponseType = OpenIdConnectResponseType.Code;
            // The answer comes by a link, so that its cookies need not go along with foreign pages' forms.
            options.ResponseMode = OpenIdConnectResponseMode.Query;
            options.UsePkce = true;
            options.CallbackPath = CallbackPath;
            // The two that a foreign page could send somebody to are closed: whoever signs out does so here.
            options.RemoteSignOutPath = default;
            options.SignedOutCallbackPath = default;
            options.Scope.Clear();
            foreach (var scope in settings.Scopes)
                options.Scope.Add(scope);
            options.MapInboundClaims = false;
            options.SaveTokens = false;
            options.DisableTelemetry = true;
            options.BackchannelTimeout = TimeSpan.FromSeconds(20);
            Harden(options.CorrelationCookie);
            Harden(options.NonceCookie);
            options.Events = new OpenIdConnectEvents
            {
                OnTokenValidated = context =>
                {
                    // The framework takes an unsigned token where it comes over TLS, as the standard allows.
                    if (context.TokenEndpointResponse?.IdToken is not [.., not '.'])
                        context.Fail("the id_token is not signed");
                    else
                        Keep(context, settings);
                    return Task.CompletedTask;
                },
                OnRemoteFailure = FailedAsync,
                OnAccessDenied = DeniedAsync,
            };
        });

    /// <summary>Whom the cookie of this request names; null for nobody.</summary>
    public static async Task<SignedIn?> SignedInAsync(this HttpContext http) =>
        await http.AuthenticateAsync(CookieScheme) is { Succeeded: true, Principal: { } person } && person.FindFirst(IdClaim) is { } id && person.FindFirst(NameClaim) is { } name
            ? new SignedIn(name.Value, id.Value, [.. person.FindAll(RoleClaim).Select(role => role.Value)])
            : null;

    /// <summary>Sends a browser to the provider, and afterwards on to a page of ours.</summary>
    public static async Task SendToProviderAsync(this HttpContext http, string? then)
    {
        try
        {
            await http.ChallengeAsync(OpenIdConnectDefaults.AuthenticationScheme, new AuthenticationProperties { RedirectUri = LocalPath.Of(then) });
        }
        catch (Exception e) when (!http.Response.HasStarted && e is InvalidOperationException or HttpRequestException or IOException)
        {
            LogUnreachable(Log(http), e);
            await new Refusal(StatusCodes.Status503ServiceUnavailable, "The provider of identities cannot be reached: try again in a little while.") { RetryAfter = TimeSpan.FromSeconds(30) }.WriteAsync(http);
        }
    }

    /// <summary>Sign-in for who comes by a link, sign-out, and the page behind it.</summary>
    public static void MapSignIn(this WebApplication app)
    {
        app.MapGet(SignInPath, (RequestDelegate)(http => http.SendToProviderAsync(http.Request.Query["returnUrl"])));
        app.MapPost(SignOutPath, (RequestDelegate)(async http =>
        {
            await http.SignOutAsync(CookieScheme);
            http.Response.StatusCode = StatusCodes.Status303SeeOther;
            http.Response.Headers.Location = http.Request.PathBase + SignedOutPath;
        })).NeedsFormToken();
        app.MapGet(SignedOutPath, (RequestDelegate)(http => new Refusal(StatusCodes.Status200OK, "You are signed out here. The provider of identities may still know you: sign out there too where others use this browser.")
        {
            Html = $"<p><a href=\"{SignInPath}\">Sign in</a></p>",
        }.WriteAsync(http)));
    }

    private static void Harden(CookieBuilder cookie)
    {
        cookie.HttpOnly = true;
        cookie.SameSite = SameSiteMode.Lax;
        cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        cookie.IsEssential = true;
    }

    private static void Keep(TokenValidatedContext context, OidcSettings settings)
    {
        var token = context.Principal!;
        var subject = token.FindFirst("sub")!.Value;
        var name = new[] { settings.NameClaim, "email", "name" }.Select(claim => token.FindFirst(claim)?.Value).FirstOrDefault(value => !string.IsNullOrWhiteSpace(value)) ?? subject;
        var roles = token.FindAll(settings.RoleClaim).Select(role => role.Value).Where(role => settings.Roles.Of([role]) != Access.None).Distinct(StringComparer.Ordinal);
        // A person may have hundreds of groups, and a cookie holds little.
        context.Principal = new ClaimsPrincipal(new ClaimsIdentity(
            [new Claim(IdClaim, $"oidc:{subject}"), new Claim(NameClaim, name), .. roles.Select(role => new Claim(RoleClaim, role))], CookieScheme, NameClaim, RoleClaim));
    }

    private static Task FailedAsync(RemoteFailureContext context)
    {
        LogFailed(Log(context.HttpContext), context.Failure?.Message);
        context.HandleResponse();
        return Again("The sign-in failed: it took too long, was begun in another browser, or the provider's answer was not in order. The log of the worker says more.").WriteAsync(context.HttpContext);
    }

    private static Task DeniedAsync(AccessDeniedContext context)
    {
        context.HandleResponse();
        return Again("The provider of identities did not let you in.").WriteAsync(context.HttpContext);
    }

    private static Refusal Again(string message) => new(StatusCodes.Status403Forbidden, message) { Html = $"<p><a href=\"{SignInPath}\">Sign in again</a></p>" };

    private static ILogger Log(HttpContext http) => http.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(SignIn).FullName!);

    [LoggerMessage(1, LogLevel.Warning, "A sign-in failed: {Reason}")]
    private static partial void LogFailed(ILogger log, string? reason);

    [LoggerMessage(2, LogLevel.Error, "The provider of identities cannot be reached")]
    private static partial void LogUnreachable(ILogger log, Exception exception);
}
