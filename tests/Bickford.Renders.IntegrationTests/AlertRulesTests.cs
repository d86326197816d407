using System.ComponentModel;
using System.Diagnostics;

namespace Bickford.Renders.IntegrationTests;

/// <summary>The alert rules by Prometheus' own tool: they are valid, and fire when ops/alerts.tests.yml says so.</summary>
public sealed class AlertRulesTests
{
    [Theory]
    [InlineData("check", "rules", "alerts.yml")]
    [InlineData("test", "rules", "alerts.tests.yml")]
    public async Task The_rules_pass(params string[] arguments)
    {
        var root = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(root, "worker.sln")))
            root = Path.GetDirectoryName(root)!;
        try
        {
            using var promtool = Process.Start(new ProcessStartInfo("promtool", arguments) { WorkingDirectory = Path.Combine(root, "ops"), RedirectStandardOutput = true, RedirectStandardError = true })!;
            var error = promtool.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            var output = await promtool.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
            await promtool.WaitForExitAsync(TestContext.Current.CancellationToken);
            promtool.ExitCode.ShouldBe(0, output + await error);
            output.ShouldContain("SUCCESS");
        }
        catch (Win32Exception e)
        {
            throw new InvalidOperationException("'promtool' of Prometheus is not on the PATH; it is in the package prometheus: apt-get download prometheus && dpkg -x prometheus_*.deb FOLDER", e);
        }
    }
}
