using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Bickford.Renders.Worker.Doors;

/// <summary>All doors in their order, before everything that is served.</summary>
internal static class DoorPipeline
{
    private static readonly StringSegment[] s_namesOfThisMachine = ["localhost", "127.0.0.1", "[::1]"];

    public static void AddDoors(this IServiceCollection services, DoorSettings settings)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(settings);
        services.AddSingleton<FailedSignIns>();
        services.AddSingleton<DoorKeeper>();
        services.AddFormTokens();
        services.AddPageKeyRing(settings);
        services.AddCors();
        if (settings.Oidc is { } oidc)
            services.AddSignIn(oidc);
    }

    /// <summary>Guards all that is mapped, but for the health checks, which say nothing.</summary>
    public static void UseDoors(this WebApplication app, DoorSettings settings)
    {
        app.UseSecurityHeaders();
        app.UseForwarding(settings);
        app.UseHostNames(settings);
        app.UseOrigins(settings);
        // The provider's answer: it is for whoever has the cookie of the question.
        if (settings.Oidc is not null)
            app.UseAuthentication();
        app.Use((http, next) => IsHealth(http.Request.Path) ? next(http) : EnterAsync(http, next, settings));
    }

    /// <summary>Goes behind routing: endpoints say who may come to them, and with what.</summary>
    public static void UseDoorsOfEndpoints(this WebApplication app, DoorSettings settings)
    {
        app.UseActing();
        app.UseFormTokens();
        if (settings.Oidc is not null)
            app.MapSignIn();
    }

    private static async Task EnterAsync(HttpContext http, RequestDelegate next, DoorSettings settings)
    {
        var signedIn = settings.Oidc is null ? null : await http.SignedInAsync();
        var (visitor, refusal) = await http.RequestServices.GetRequiredService<DoorKeeper>().JudgeAsync(http, signedIn);
        if (visitor is not null)
            http.LetIn(visitor);
        if (refusal is not null && !(settings.Oidc is not null && SignIn.IsOpen(http.Request.Path)))
            await RefuseAsync(http, refusal, visitor);
        else if (visitor is not { ByKey: true } && !IsOfOurPages(http.Request))
            await new Refusal(StatusCodes.Status403Forbidden, "This request comes from a page of another site. Programs come in with a key of 'renders keys'.").WriteAsync(http);
        else
            await next(http);
    }

    private static Task RefuseAsync(HttpContext http, Refusal refusal, Visitor? visitor)
    {
        if (!Refusal.IsForBrowser(http.Request))
            return refusal.WriteAsync(http);
        if (refusal.SignIn && (HttpMethods.IsGet(http.Request.Method) || HttpMethods.IsHead(http.Request.Method)))
            return http.SendToProviderAsync(http.Request.PathBase + http.Request.Path + http.Request.QueryString);
        // Who is known, and may not come in, may want to be somebody else.
        return visitor is null ? refusal.WriteAsync(http) : (refusal with { Html = SignOutForm(http) }).WriteAsync(http);
    }

    private static string SignOutForm(HttpContext http) =>
        $"""<form method="post" action="{SignIn.SignOutPath}"><input type="hidden" name="{FormTokens.Field}" value="{http.FormToken()}"><button>Sign out</button></form>""";

    private static bool IsOfOurPages(HttpRequest request) => CrossOrigin.Allows(
        request.Method,
        request.Headers.ContainsKey(HeaderNames.Upgrade),
        request.Headers["Sec-Fetch-Site"],
        request.Headers.Origin,
        request.Scheme,
        request.Host);

    private static void UseHostNames(this WebApplication app, DoorSettings settings)
    {
        if (settings.AllowedHosts.Count == 0)
            return;
        var names = settings.AllowedHosts.Select(name => new StringSegment(name)).Concat(s_namesOfThisMachine).ToArray();
        app.Use((http, next) => IsHealth(http.Request.Path) || (http.Request.Host.HasValue && HostString.MatchesAny(http.Request.Host.Value, names))
            ? next(http)
            : new Refusal(StatusCodes.Status400BadRequest, "This worker is not asked for by this name: Dashboard:AllowedHosts lists those that are its own.").WriteAsync(http));
    }

    private static void UseOrigins(this WebApplication app, DoorSettings settings)
    {
        if (settings.CorsOrigins.Count == 0)
            return;
        // Pages of these origins may use the API with a key that they have; what a browser knows of a person by itself stays out of it.
        app.UseWhen(http => http.Request.Path.StartsWithSegments("/api"), api => api.UseCors(policy => policy
            .WithOrigins([.. settings.CorsOrigins])
            .WithMethods(HttpMethods.Get, HttpMethods.Post, HttpMethods.Delete)
            .WithHeaders(HeaderNames.Authorization, HeaderNames.ContentType, HeaderNames.IfNoneMatch, HeaderNames.Range, "Idempotency-Key", "Last-Event-ID")
            .WithExposedHeaders(HeaderNames.ETag, HeaderNames.Location, HeaderNames.RetryAfter, HeaderNames.ContentRange, HeaderNames.AcceptRanges)
            .SetPreflightMaxAge(TimeSpan.FromMinutes(10))));
    }

    // These two and nothing below or around them.
    private static bool IsHealth(PathString path) =>
        path.Equals("/health/live", StringComparison.OrdinalIgnoreCase) || path.Equals("/health/ready", StringComparison.OrdinalIgnoreCase);
}
