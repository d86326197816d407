using Microsoft.AspNetCore.Antiforgery;

namespace Bickford.Renders.Worker.Doors;

/// <summary>Forms that only a page of ours can send: each holds a token that is good for whoever was shown the page.</summary>
internal static class FormTokens
{
    /// <summary>The field that holds it; the header of this name does as well.</summary>
    public const string Field = "__RequestVerificationToken";

    private const string Header = "RequestVerificationToken";

    private static readonly FormMetadata s_metadata = new();

    public static void AddFormTokens(this IServiceCollection services) => services.AddAntiforgery(options =>
    {
        options.FormFieldName = Field;
        options.HeaderName = Header;
        options.Cookie.Name = "renders-form";
        options.Cookie.HttpOnly = true;
        options.Cookie.SameSite = SameSiteMode.Strict;
        options.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        // Every answer says more than that about frames.
        options.SuppressXFrameOptionsHeader = true;
    });

    /// <summary>Lets nobody come to this endpoint without the token of a page that he was shown; a request with a program's key needs none.</summary>
    public static TBuilder NeedsFormToken<TBuilder>(this TBuilder endpoint)
        where TBuilder : IEndpointConventionBuilder
    {
        endpoint.WithMetadata(s_metadata);
        return endpoint;
    }

    /// <summary>The token for a form on this page, for its hidden field <see cref="Field"/>. To be asked for before the answer starts: it sets a cookie.</summary>
    public static string FormToken(this HttpContext http) =>
        http.RequestServices.GetRequiredService<IAntiforgery>().GetAndStoreTokens(http).RequestToken!;

    /// <summary>Goes behind routing and <see cref="Acting.UseActing"/>, before the endpoints.</summary>
    public static void UseFormTokens(this WebApplication app) => app.Use(async (http, next) =>
    {
        if (http.GetEndpoint()?.Metadata.GetMetadata<FormMetadata>() is null || http.Visitor() is { ByKey: true } || await IsValidAsync(http))
            await next(http);
        else
            await new Refusal(StatusCodes.Status400BadRequest, "This form is not from a page that you were shown, or that page is too old: load it again, then send it.").WriteAsync(http);
    });

    private static async Task<bool> IsValidAsync(HttpContext http)
    {
        try
        {
            return await http.RequestServices.GetRequiredService<IAntiforgery>().IsRequestValidAsync(http);
        }
        catch (Exception e) when (e is AntiforgeryValidationException or InvalidDataException or IOException)
        {
            // A body that is no form has no token.
            return false;
        }
    }

    private sealed class FormMetadata;
}
