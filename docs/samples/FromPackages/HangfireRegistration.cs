#if HANGFIRE
using Bickford.Renders.Hangfire;
using Microsoft.Extensions.Hosting;

namespace Bickford.Renders.Samples.FromPackages;

/// <summary>What the page of the package of Hangfire shows, word for word.</summary>
internal static class HangfireRegistration
{
    public static void Hangfire(HostApplicationBuilder builder)
    {
        builder.Services.AddRenders().UseHangfire(hangfire => hangfire.PostgreSql = "Host=db.example;Database=renders;Username=renders");
    }
}
#endif
