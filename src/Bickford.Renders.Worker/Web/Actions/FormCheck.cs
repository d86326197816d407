using Bickford.Renders.Worker.Doors;
using Microsoft.AspNetCore.Mvc;

namespace Bickford.Renders.Worker.Web.Actions;

/// <summary>What all forms of these pages have in common.</summary>
internal static class FormCheck
{
    // A prompt has 32,000 characters at most, a selection a hundred ids; both written out as a form are far below this.
    private const long MostBytes = 1 << 20;

    /// <summary>Endpoints for forms: for who may act, with the token of a page that he was shown, and of sensible length.</summary>
    public static RouteGroupBuilder MapForms(this IEndpointRouteBuilder app, string prefix) =>
        app.MapGroup(prefix).NeedsAct().NeedsFormToken().WithMetadata(new RequestSizeLimitAttribute(MostBytes)).ExcludeFromDescription().AddEndpointFilter(IsFormAsync);

    // A program with a key needs no token, and may send anything.
    private static async ValueTask<object?> IsFormAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next) =>
        context.HttpContext.Request.HasFormContentType
            ? await next(context)
            : TypedResults.Problem("This is for the forms of the dashboard; programs use /api.", statusCode: StatusCodes.Status415UnsupportedMediaType);
}
