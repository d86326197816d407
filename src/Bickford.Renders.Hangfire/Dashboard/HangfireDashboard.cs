using Hangfire;
using Hangfire.Dashboard;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Bickford.Renders.Hangfire.Dashboard;

/// <summary>Hangfire's own dashboard, behind the host's doors.</summary>
public static class HangfireDashboard
{
    /// <summary>Where it is.</summary>
    public const string Path = "/hangfire";

    /// <summary>Serves it. State-changing requests need an anti-forgery token: <c>AddAntiforgery()</c> must have been called.</summary>
    /// <param name="endpoints">Where.</param>
    /// <param name="mayLook">Who may see it; everybody else is refused.</param>
    /// <param name="mayAct">Who may requeue, delete and trigger; everybody else sees no buttons, and is refused.</param>
    public static IEndpointConventionBuilder MapRendersHangfire(this IEndpointRouteBuilder endpoints, Func<HttpContext, bool> mayLook, Func<HttpContext, bool> mayAct) =>
        endpoints.MapHangfireDashboard(Path, new DashboardOptions
        {
            DashboardTitle = "Bickford Renders: jobs",
            AppPath = "/",
            DisplayStorageConnectionString = false,
            Authorization = [new Door(mayLook)],
            IsReadOnlyFunc = context => !mayAct(context.GetHttpContext()),
            // The page asks for its counters this often, in milliseconds; the default of two seconds keeps a database busy for every open tab.
            StatsPollingInterval = 5000,
        });

    private sealed class Door(Func<HttpContext, bool> mayLook) : IDashboardAuthorizationFilter
    {
        public bool Authorize(DashboardContext context) => mayLook(context.GetHttpContext());
    }
}
