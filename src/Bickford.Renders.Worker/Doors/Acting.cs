namespace Bickford.Renders.Worker.Doors;

/// <summary>Endpoints that change something: only for who may act, and with his name.</summary>
internal static class Acting
{
    private static readonly ActMetadata s_metadata = new();

    /// <summary>Lets nobody come to this endpoint who may only look.</summary>
    public static TBuilder NeedsAct<TBuilder>(this TBuilder endpoint)
        where TBuilder : IEndpointConventionBuilder
    {
        endpoint.WithMetadata(s_metadata);
        return endpoint;
    }

    /// <summary>Who sends this request, for the ledger.</summary>
    public static string Actor(this HttpContext http) => http.User.Identity?.Name is { Length: > 0 } name ? name : "dashboard";

    /// <summary>Goes behind routing and before the endpoints.</summary>
    public static void UseActing(this WebApplication app) => app.Use((http, next) =>
        http.GetEndpoint()?.Metadata.GetMetadata<ActMetadata>() is null || http.Access() == Access.Act ? next(http) : RefuseAsync(http));

    private static Task RefuseAsync(HttpContext http) =>
        new Refusal(StatusCodes.Status403Forbidden, "You may look and change nothing: sign in as an operator, or ask for the setting Dashboard:ReadOnly.").WriteAsync(http);

    private sealed class ActMetadata;
}
