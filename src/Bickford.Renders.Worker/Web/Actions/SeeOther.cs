namespace Bickford.Renders.Worker.Web.Actions;

/// <summary>303: the form is done with, look here now. A reload of what follows sends nothing again.</summary>
internal sealed class SeeOther(string url) : IResult
{
    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.StatusCode = StatusCodes.Status303SeeOther;
        httpContext.Response.Headers.Location = url;
        return Task.CompletedTask;
    }
}
