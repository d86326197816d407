using System.Globalization;
using System.Text.Json;
using System.Threading.RateLimiting;
using Bickford.Renders.Worker.Doors;
using Bickford.Renders.Worker.Output;
using Bickford.Renders.Worker.Settings;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Bickford.Renders.Worker.Api;

/// <summary>The HTTP API: everything under <c>/api</c>, and its description.</summary>
internal static class ApiEndpoints
{
    private const string Limit = "api";

    /// <summary>What the API needs.</summary>
    public static void AddApi(this IServiceCollection services, WorkerSettings settings)
    {
        services.ConfigureHttpJsonOptions(json =>
        {
            json.SerializerOptions.PropertyNamingPolicy = Json.Options.PropertyNamingPolicy;
            json.SerializerOptions.Encoder = Json.Options.Encoder;
            foreach (var converter in Json.Options.Converters)
                json.SerializerOptions.Converters.Add(converter);
        });
        services.TryAddSingleton<ChangeWatch>();
        services.AddRateLimiter(limiter =>
        {
            limiter.AddPolicy(Limit, http => PartitionOf(http, settings.ApiRequestsPerMinute));
            limiter.OnRejected = (context, _) => new ValueTask(TooMany(context).WriteAsync(context.HttpContext));
        });
        services.AddOpenApi("v1", ApiDescription.Fill);
    }

    /// <summary>Goes before routing.</summary>
    public static void UseApi(this WebApplication app) => app.UseApiErrors();

    /// <summary>Maps it; goes behind the doors.</summary>
    public static void MapApi(this WebApplication app, WorkerSettings settings)
    {
        app.UseRateLimiter();
        var api = app.MapGroup("/api").RequireRateLimiting(Limit);
        RendersApi.Map(api);
        ActionsApi.Map(api);
        LintApi.Map(api);
        AssetsApi.Map(api, settings);
        EventsApi.Map(api);
        LedgerApi.Map(api);
        CursorsApi.Map(api);
        app.MapOpenApi("/openapi/{documentName}.json");
    }

    // By person or program where they have names, else by machine.
    private static RateLimitPartition<string> PartitionOf(HttpContext http, int requestsPerMinute)
    {
        var who = http.User.Identity?.Name ?? http.Connection.RemoteIpAddress?.ToString() ?? "";
        return requestsPerMinute == 0
            ? RateLimitPartition.GetNoLimiter(who)
            : RateLimitPartition.GetTokenBucketLimiter(who, _ => new TokenBucketRateLimiterOptions
            {
                TokenLimit = requestsPerMinute,
                TokensPerPeriod = Math.Max(1, requestsPerMinute / 60),
                ReplenishmentPeriod = requestsPerMinute >= 60 ? TimeSpan.FromSeconds(1) : TimeSpan.FromMinutes(1) / requestsPerMinute,
                QueueLimit = 0,
            });
    }

    private static ApiProblem TooMany(Microsoft.AspNetCore.RateLimiting.OnRejectedContext context) =>
        new("Too many requests", 429, "You have sent more requests than Dashboard:ApiRequestsPerMinute allows; wait a little.")
        {
            RetryAfter = context.Lease.TryGetMetadata(MetadataName.RetryAfter, out var after) ? after : TimeSpan.FromSeconds(1),
        };
}
