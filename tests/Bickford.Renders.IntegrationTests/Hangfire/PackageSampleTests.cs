using Bickford.Renders.Hangfire;
using Bickford.Renders.Ports;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Bickford.Renders.IntegrationTests.Hangfire;

/// <summary>The C# of the package's own page, word for word, and that it brings the engine.</summary>
public sealed class PackageSampleTests
{
    [Fact]
    public void The_package_brings_the_engine()
    {
        var builder = Host.CreateApplicationBuilder();

        builder.Services.AddRenders().UseHangfire(hangfire => hangfire.PostgreSql = "Host=db.example;Database=renders;Username=renders");

        // Registered only: asked for, it would look for its database.
        var last = builder.Services.Last(service => service.ServiceType == typeof(IJobScheduler));
        (last.ImplementationType ?? last.ImplementationInstance?.GetType() ?? last.ImplementationFactory!.Method.DeclaringType!).Assembly.GetName().Name.ShouldBe("Bickford.Renders.Hangfire");
    }
}
