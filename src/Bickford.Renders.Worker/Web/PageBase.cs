using Bickford.Renders.Worker.Doors;
using Microsoft.AspNetCore.Components;

namespace Bickford.Renders.Worker.Web;

/// <summary>What every page knows: who asks, when, and for what.</summary>
public abstract class PageBase : ComponentBase
{
    /// <summary>The request: pages are rendered by the server alone, so that there always is one.</summary>
    [CascadingParameter]
    public HttpContext Http { get; set; } = null!;

    [Inject]
    internal TimeProvider Clock { get; set; } = null!;

    private protected DateTimeOffset Now => field == default ? field = Clock.GetUtcNow() : field;

    /// <summary>Whoever may only look sees no buttons.</summary>
    private protected bool MayAct => Http.Access() == Access.Act;

    private protected CancellationToken Stop => Http.RequestAborted;

    /// <summary>This page's own address, without the message that it may show.</summary>
    private protected string Here => LocalUrl.Or(Http.Request.Path.ToUriComponent() + Http.Request.QueryString.ToUriComponent(), "/");

    /// <summary>Answers with this status. Set at the last moment: the framework would take a 404 that stands before for a page that has nothing to say.</summary>
    private protected void Answer(int status) => Http.Response.OnStarting(() =>
    {
        Http.Response.StatusCode = status;
        return Task.CompletedTask;
    });
}
