using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Bickford.Renders.Worker.Web.Actions;

/// <summary>Lets a form through that one of these pages gave out to this browser, and no other.</summary>
internal static class FormCheck
{
    // A prompt has 32,000 characters at most, a selection some hundred ids; both written out as a form are far below this.
    private const long MostBytes = 1 << 20;

    public static async ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        var http = context.HttpContext;
        if (http.Request.ContentLength > MostBytes)
            return TypedResults.Problem("The form is too long.", statusCode: StatusCodes.Status413PayloadTooLarge);
        if (!http.Request.HasFormContentType)
            return TypedResults.Problem("Send a form of these pages; programs use /api.", statusCode: StatusCodes.Status415UnsupportedMediaType);
        try
        {
            await http.RequestServices.GetRequiredService<IAntiforgery>().ValidateRequestAsync(http);
        }
        catch (AntiforgeryValidationException)
        {
            return new RazorComponentResult<Pages.OldForm> { StatusCode = StatusCodes.Status400BadRequest };
        }
        catch (Exception e) when (e is InvalidDataException or BadHttpRequestException)
        {
            return TypedResults.Problem("The form cannot be read.", statusCode: StatusCodes.Status400BadRequest);
        }

        return await next(context);
    }
}
