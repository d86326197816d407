using System.Globalization;
using Bickford.Renders.Shipping.Tests.Images;
using Bickford.Renders.Shipping.Tests.Support;
using Bickford.Renders.Worker.Settings;

namespace Bickford.Renders.Shipping.Tests.Compose;

/// <summary>What <c>docker compose up</c> brings up, and under which limits. No engine starts it here: Compose itself reads it, and the rest is checked against it.</summary>
public sealed class ComposeTests
{
    private static readonly ComposeFile s_file = ComposeFile.Read();
    private static readonly string[] s_workers = ["worker-1", "worker-2"];
    private static readonly string[] s_own = [.. s_workers, "simulator"];

    [Theory]
    [InlineData()]
    [InlineData("--profile", "demo")]
    [InlineData("--profile", "demo", "--profile", "tools")]
    public async Task Compose_takes_the_file_with_every_profile(params string[] profiles)
    {
        // The plugin where it is, or the program of that name: both only read here, and need no engine.
        var plugin = await Command.AnswersAsync("docker", "compose", "version");
        string[] arguments = [.. plugin ? (string[])["compose"] : [], "--file", ComposeFile.Name, .. profiles, "config", "--quiet"];

        var read = await Command.RunAsync(plugin ? "docker" : "docker-compose", Repository.Root, [], arguments);

        read.ExitCode.ShouldBe(0, read.Error);
        read.Error.ShouldBeEmpty();
    }

    [Fact]
    public void It_brings_a_database_a_store_telemetry_and_two_workers_and_a_provider_only_for_a_demo()
    {
        s_file.Services.Keys.ShouldBe(["secrets", "passwords", "postgres", "minio", "seq", "worker-1", "worker-2", "simulator"], ignoreOrder: true);
        s_file.Services.Where(service => service.Value.List("profiles").Count > 0).Select(service => service.Key).ShouldBe(["passwords", "simulator"], ignoreOrder: true);
        s_file.Services["simulator"].Texts("profiles").ShouldBe(["demo"]);
        foreach (var worker in s_workers)
            s_file.EnvironmentOf(worker)["Jobs__Engine"].ShouldBe("Hangfire");
    }

    [Fact]
    public void Nobody_has_to_set_a_variable()
    {
        var variables = ComposeFile.Interpolation().Matches(s_file.Text);

        variables.ShouldNotBeEmpty();
        variables.Where(variable => !variable.Value.Contains(":-", StringComparison.Ordinal)).Select(variable => variable.Value).ShouldBeEmpty();
    }

    [Fact]
    public void Every_image_is_pinned_and_ours_are_of_this_version()
    {
        foreach (var (name, service) in s_file.Services)
        {
            var tag = service.Text("image")!.Split(':')[1];
            tag.ShouldMatch(@"^(\d+\.\d+(\.\d+)?|RELEASE\.[\dTZ-]+)$", name);
            if (s_own.Contains(name))
                tag.ShouldBe(Repository.Version);
        }
    }

    [Fact]
    public void Ours_are_built_from_stages_that_there_are()
    {
        foreach (var name in s_own)
        {
            var build = s_file.Services[name].Map("build");
            build.Text("dockerfile").ShouldBe("ops/Dockerfile");
            Dockerfile.Read().Stages.Select(stage => stage.Name).ShouldContain(build.Text("target"));
        }
    }

    [Fact]
    public void No_container_runs_as_root_but_the_one_that_hands_volumes_over_and_ends()
    {
        foreach (var (name, service) in s_file.Services)
        {
            var user = service.Text("user").ShouldNotBeNull(name);
            (user.StartsWith('0') || user == "root").ShouldBe(name == "secrets", name);
        }

        s_file.Once.ShouldContain("secrets");
        s_file.Services["secrets"].Text("network_mode").ShouldBe("none");
    }

    [Fact]
    public void No_container_can_write_to_its_image_or_do_more_than_it_must()
    {
        var allowed = new Dictionary<string, string[]> { ["secrets"] = ["CHOWN"], ["seq"] = ["NET_BIND_SERVICE"] };
        foreach (var (name, service) in s_file.Services)
        {
            service.Text("read_only").ShouldBe("true", name);
            service.Texts("cap_drop").ShouldBe(["ALL"], name);
            service.Texts("cap_add").ShouldBe(allowed.GetValueOrDefault(name, []), name);
            service.Texts("security_opt").ShouldContain("no-new-privileges:true", name);
            service.At("privileged").ShouldBeNull(name);
            (service.Text("network_mode") ?? "none").ShouldBe("none", name);
        }
    }

    [Fact]
    public void Every_container_has_limits_and_its_log_an_end()
    {
        foreach (var (name, service) in s_file.Services)
        {
            foreach (var limit in (string[])["mem_limit", "cpus", "pids_limit"])
                service.Text(limit).ShouldNotBeNull($"{name} {limit}");
            service.Map("logging").Map("options").Text("max-size").ShouldNotBeNull(name);
            service.Map("logging").Map("options").Text("max-file").ShouldNotBeNull(name);
        }
    }

    [Fact]
    public void What_lasts_comes_back_and_says_how_it_is()
    {
        s_file.Lasting.ShouldBe(["postgres", "minio", "seq", "worker-1", "worker-2", "simulator"], ignoreOrder: true);
        foreach (var name in s_file.Lasting)
        {
            s_file.Services[name].Text("restart").ShouldBe("unless-stopped", name);
            // Ours have it in their image.
            (s_own.Contains(name) || s_file.Services[name].Map("healthcheck").List("test").Count > 0).ShouldBeTrue(name);
        }
    }

    [Fact]
    public void Who_waits_for_another_waits_until_it_is_well_or_done()
    {
        foreach (var (name, service) in s_file.Services)
        {
            foreach (var (other, how) in service.Map("depends_on"))
                how.Text("condition").ShouldBe(s_file.Once.Contains((string)other) ? "service_completed_successfully" : "service_healthy", $"{name} → {other}");
        }

        foreach (var worker in s_workers)
        {
            // Telemetry that is away must not keep a worker from its work.
            s_file.Services[worker].Map("depends_on").Keys.ShouldBe(["secrets", "postgres", "minio"], ignoreOrder: true);
        }
    }

    [Fact]
    public void Nothing_is_published_but_to_this_machine()
    {
        var ports = s_file.Services.SelectMany(service => service.Value.Texts("ports")).ToList();

        ports.ShouldNotBeEmpty();
        ports.ShouldAllBe(port => port.StartsWith("127.0.0.1:", StringComparison.Ordinal));
        ports.Select(port => port.Split(':')[1]).ShouldBeUnique();
    }

    [Fact]
    public void Rows_and_videos_are_where_only_workers_reach_them()
    {
        s_file.Root.Map("networks").Map("inside").Text("internal").ShouldBe("true");
        foreach (var name in s_file.Lasting)
            s_file.Services[name].Texts("networks").ShouldBe(name.StartsWith("worker", StringComparison.Ordinal) ? ["inside", "outside"] : name is "postgres" or "minio" ? ["inside"] : ["outside"], name);
    }

    [Fact]
    public void Whatever_must_outlive_a_container_is_on_a_volume()
    {
        var mounts = s_file.Services.SelectMany(service => service.Value.List("volumes").Select(volume =>
            volume is string text ? (service.Key, Source: text.Split(':')[0], Target: text.Split(':')[1]) : (service.Key, Source: volume.Text("source")!, Target: volume.Text("target")!))).ToList();

        mounts.Select(mount => mount.Source).Distinct().ShouldBe(s_file.Root.Map("volumes").Keys.Cast<string>(), ignoreOrder: true);
        mounts.ShouldContain(("postgres", "postgres", "/var/lib/postgresql/data"));
        mounts.ShouldContain(("minio", "minio", "/data"));
        mounts.ShouldContain(("seq", "seq", "/data"));
        // Each worker has a staging folder of its own.
        mounts.ShouldContain(("worker-1", "staging-1", Dockerfile.Read()["worker"].Last("VOLUME")!));
        mounts.ShouldContain(("worker-2", "staging-2", Dockerfile.Read()["worker"].Last("VOLUME")!));
    }

    [Fact]
    public void Workers_have_the_time_to_hand_their_steps_back()
    {
        var drain = WorkerSettingsOf.Load(s_file.EnvironmentOf("worker-1"), MadeUpSecrets.Examples).Jobs.DrainTimeout;

        foreach (var worker in s_workers)
            TimeSpan.FromSeconds(double.Parse(s_file.Services[worker].Text("stop_grace_period")!.TrimEnd('s'), CultureInfo.InvariantCulture)).ShouldBeGreaterThan(drain);
    }

    [Fact]
    public void A_worker_starts_with_what_its_image_the_file_and_the_secrets_say_together()
    {
        foreach (var worker in s_workers)
        {
            var environment = Dockerfile.Read().EnvironmentOf("worker").Concat(s_file.EnvironmentOf(worker)).ToDictionary();

            var settings = WorkerSettingsOf.Load(environment, MadeUpSecrets.Examples);

            settings.PostgreSql.ShouldBe(MadeUpSecrets.Examples["Database__ConnectionString"]);
            settings.S3.ShouldNotBeNull().SecretKey.ShouldBe(MadeUpSecrets.Examples["Storage__SecretKey"]);
            settings.Sora.BaseUrl.ShouldBe(new Uri("http://simulator:8089/v1"));
        }
    }

    [Fact]
    public void Every_variable_of_a_worker_is_a_setting_or_of_a_known_family()
    {
        foreach (var name in s_workers.SelectMany(worker => s_file.EnvironmentOf(worker).Keys).Distinct())
        {
            var known = name.Contains("__", StringComparison.Ordinal)
                ? SettingCatalogue.Find(name.Split("__")) is not null
                : name is SettingsLoader.SecretsVariable or "OPENAI_API_KEY" || name.StartsWith("OTEL_", StringComparison.Ordinal);
            known.ShouldBeTrue(name);
        }
    }

    [Fact]
    public void Telemetry_goes_to_seq_over_otlp_unless_somebody_says_otherwise()
    {
        foreach (var worker in s_workers)
        {
            var telemetry = WorkerSettingsOf.Load(s_file.EnvironmentOf(worker), MadeUpSecrets.Examples).Telemetry;

            telemetry.UsesGrpc.ShouldBeFalse();
            telemetry.Traces.ShouldBe(new Uri("http://seq:5341/ingest/otlp/v1/traces"));
            telemetry.Metrics.ShouldBe(new Uri("http://seq:5341/ingest/otlp/v1/metrics"));
            telemetry.Logs.ShouldBe(new Uri("http://seq:5341/ingest/otlp/v1/logs"));
        }
    }
}
