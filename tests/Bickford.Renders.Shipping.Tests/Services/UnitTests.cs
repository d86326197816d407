using System.Globalization;
using Bickford.Renders.Shipping.Tests.Support;
using Bickford.Renders.Worker.Settings;

namespace Bickford.Renders.Shipping.Tests.Services;

/// <summary>The systemd unit: systemd's own tools read it, and the worker takes what it sets.</summary>
public sealed class UnitTests : IDisposable
{
    // Of 10, lower is safer; systemd calls 2 and less "OK", and a plain service has 9.6.
    private const int HighestExposure = 20;

    private readonly string _folder = Directory.CreateTempSubdirectory("renders-unit-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Systemd_takes_every_line_of_it()
    {
        var said = await Command.RunAsync("systemd-analyze", _folder, [], "verify", "--man=no", Copy());

        said.ExitCode.ShouldBe(0, said.Error);
        // A key that it does not know is a line here, and no failure.
        said.Error.Split('\n').Where(line => line.Contains("renders.service", StringComparison.Ordinal)).ShouldBeEmpty();
    }

    [Fact]
    public async Task What_the_worker_does_not_need_it_may_not_do()
    {
        var said = await Command.RunAsync("systemd-analyze", _folder, [], "security", "--offline=true", "--no-pager", $"--threshold={HighestExposure}", Copy());

        said.ExitCode.ShouldBe(0, said.Output);
        UnitFile.One("DynamicUser").ShouldBe("yes");
        // .NET compiles while it runs: with this it would not start.
        UnitFile.All("MemoryDenyWriteExecute").ShouldBeEmpty();
    }

    [Fact]
    public void It_has_the_time_to_hand_its_steps_back_and_comes_back_whatever_ended_it()
    {
        TimeSpan.FromSeconds(double.Parse(UnitFile.One("TimeoutStopSec"), CultureInfo.InvariantCulture)).ShouldBeGreaterThan(Load().Jobs.DrainTimeout);
        UnitFile.One("Restart").ShouldBe("always");
        UnitFile.One("StartLimitIntervalSec").ShouldBe("0");
        // The worker says when it is ready.
        UnitFile.One("Type").ShouldBe("notify");
        UnitFile.One("ExecStart").ShouldBe("/opt/renders/renders serve");
    }

    [Fact]
    public void Rows_and_videos_live_in_the_folder_that_is_its_own()
    {
        UnitFile.One("WorkingDirectory").ShouldBe($"/var/lib/{UnitFile.One("StateDirectory")}");
        Load().DatabasePath.ShouldNotBeNull().ShouldStartWith(Environment.CurrentDirectory);
    }

    [Fact]
    public void Secrets_come_as_credentials_and_every_one_that_is_offered_is_a_secret_of_the_worker()
    {
        var offered = File.ReadLines(UnitFile.Path).Select(line => line.TrimStart('#')).Where(line => line.StartsWith("LoadCredential=", StringComparison.Ordinal))
            .Select(line => line["LoadCredential=".Length..].Split(':')).ToList();

        UnitFile.Environment[SettingsLoader.SecretsVariable].ShouldBe("%d");
        offered.Count.ShouldBeGreaterThan(3);
        foreach (var credential in offered)
        {
            credential[1].ShouldBe($"/etc/renders/{credential[0]}");
            var key = SettingCatalogue.Find(credential[0].Split("__")).ShouldNotBeNull(credential[0]).Key;
            (key.Secret || key.Name == "Database:ConnectionString").ShouldBeTrue(credential[0]);
        }
    }

    private static WorkerSettings Load() =>
        WorkerSettingsOf.Load(UnitFile.Environment.Where(one => one.Key != SettingsLoader.SecretsVariable).ToDictionary(), new Dictionary<string, string> { ["Sora__ApiKey"] = "example-key" });

    // The same unit, with a program that is there.
    private string Copy()
    {
        var copy = Path.Combine(_folder, "renders.service");
        File.WriteAllText(copy, File.ReadAllText(UnitFile.Path).Replace("/opt/renders/renders", "/bin/true", StringComparison.Ordinal));
        return copy;
    }
}
