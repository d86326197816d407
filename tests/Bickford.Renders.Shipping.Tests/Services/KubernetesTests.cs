using Bickford.Renders.Shipping.Tests.Compose;
using Bickford.Renders.Shipping.Tests.Images;
using Bickford.Renders.Shipping.Tests.Support;
using Bickford.Renders.Worker.Settings;
using k8s;
using k8s.Models;

namespace Bickford.Renders.Shipping.Tests.Services;

/// <summary>ops/kubernetes.yaml, read with the types of Kubernetes: a field that there is not, or of another kind, is an error.</summary>
public sealed class KubernetesTests
{
    private const string Secrets = "/run/renders-secrets";

    private static readonly string s_text = Repository.Read("ops", "kubernetes.yaml");
    private static readonly IReadOnlyList<object> s_objects = KubernetesYaml.LoadAllFromString(s_text, strict: true);
    private static readonly V1Deployment s_deployment = s_objects.OfType<V1Deployment>().Single();
    private static readonly V1PodSpec s_pod = s_deployment.Spec.Template.Spec;
    private static readonly V1Container s_worker = s_pod.Containers.Single();
    private static readonly V1ConfigMap s_settings = s_objects.OfType<V1ConfigMap>().Single();

    [Fact]
    public void A_field_that_there_is_not_is_found() =>
        Should.Throw<Exception>(() => KubernetesYaml.LoadAllFromString(s_text.Replace("readOnlyRootFilesystem", "readOnlyFilesystem", StringComparison.Ordinal), strict: true));

    [Fact]
    public void It_is_a_deployment_its_settings_its_pages_and_what_keeps_one_of_it_up()
    {
        s_objects.Select(one => one.GetType()).ShouldBe([typeof(V1ConfigMap), typeof(V1Deployment), typeof(V1Service), typeof(V1PodDisruptionBudget)]);
        s_objects.Cast<IMetadata<V1ObjectMeta>>().ShouldAllBe(one => one.Metadata.Name == "renders" && one.Metadata.NamespaceProperty == "renders");
        s_objects.OfType<V1PodDisruptionBudget>().Single().Spec.MinAvailable.Value.ShouldBe("1");
    }

    [Fact]
    public void Everything_that_selects_pods_selects_these()
    {
        var labels = s_deployment.Spec.Template.Metadata.Labels;

        s_deployment.Spec.Selector.MatchLabels.ShouldBe(labels);
        s_objects.OfType<V1Service>().Single().Spec.Selector.ShouldBe(labels);
        s_objects.OfType<V1PodDisruptionBudget>().Single().Spec.Selector.MatchLabels.ShouldBe(labels);
        s_pod.TopologySpreadConstraints.Single().LabelSelector.MatchLabels.ShouldBe(labels);
    }

    [Fact]
    public void It_meets_the_restricted_pod_security_standard_and_more()
    {
        s_pod.SecurityContext.RunAsNonRoot.ShouldBe(true);
        s_pod.SecurityContext.RunAsUser.ShouldNotBeNull().ShouldBeGreaterThan(0);
        s_pod.SecurityContext.SeccompProfile.Type.ShouldBe("RuntimeDefault");
        s_pod.AutomountServiceAccountToken.ShouldBe(false);
        s_worker.SecurityContext.AllowPrivilegeEscalation.ShouldBe(false);
        s_worker.SecurityContext.ReadOnlyRootFilesystem.ShouldBe(true);
        s_worker.SecurityContext.Capabilities.Drop.ShouldBe(["ALL"]);
        s_worker.SecurityContext.Capabilities.Add.ShouldBeNull();
        s_pod.Volumes.ShouldAllBe(volume => volume.HostPath == null);
    }

    [Fact]
    public void It_runs_this_version_and_one_user_with_compose()
    {
        s_worker.Image.ShouldEndWith($"/bickford-renders:{Repository.Version}");
        $"{s_pod.SecurityContext.RunAsUser}:{s_pod.SecurityContext.RunAsGroup}".ShouldBe(ComposeFile.Read().Services["worker-1"].Text("user"));
    }

    [Fact]
    public void It_has_limits_and_the_time_to_hand_its_steps_back()
    {
        s_worker.Resources.Limits.Keys.ShouldBe(["cpu", "memory"], ignoreOrder: true);
        s_worker.Resources.Requests.Keys.ShouldBe(["cpu", "memory"], ignoreOrder: true);
        TimeSpan.FromSeconds(s_pod.TerminationGracePeriodSeconds!.Value).ShouldBeGreaterThan(Load().Jobs.DrainTimeout);
    }

    [Fact]
    public void It_is_asked_where_the_worker_answers()
    {
        var port = new Uri(s_settings.Data["Dashboard__Urls"]).Port;

        s_worker.Ports.Single(one => one.Name == "http").ContainerPort.ShouldBe(port);
        s_worker.LivenessProbe.HttpGet.Path.ShouldBe("/health/live");
        s_worker.StartupProbe.HttpGet.Path.ShouldBe("/health/live");
        s_worker.ReadinessProbe.HttpGet.Path.ShouldBe("/health/ready");
        foreach (var probe in (V1Probe[])[s_worker.LivenessProbe, s_worker.StartupProbe, s_worker.ReadinessProbe])
            probe.HttpGet.Port.Value.ShouldBe("http");
        s_objects.OfType<V1Service>().Single().Spec.Ports.Single().TargetPort.Value.ShouldBe("http");
    }

    [Fact]
    public void Every_setting_is_one_and_the_worker_starts_with_all_of_them()
    {
        foreach (var name in s_settings.Data.Keys.Where(name => !name.StartsWith("OTEL_", StringComparison.Ordinal)))
            SettingCatalogue.Find(name.Split("__")).ShouldNotBeNull(name);

        Load().PostgreSql.ShouldBe(MadeUpSecrets.Examples["Database__ConnectionString"]);
    }

    [Fact]
    public void No_secret_stands_in_it_and_those_it_asks_for_are_the_workers()
    {
        var asked = System.Text.RegularExpressions.Regex.Matches(s_text, @"--from-literal=(?<name>\w+)=").Select(found => found.Groups["name"].Value).ToList();

        asked.ShouldContain("Sora__ApiKey");
        foreach (var name in asked)
            SettingCatalogue.Find(name.Split("__")).ShouldNotBeNull(name);
        s_settings.Data.Keys.Where(name => SettingCatalogue.Find(name.Split("__")) is { Key.Secret: true }).ShouldBeEmpty();
        s_worker.Env.Single(one => one.Name == SettingsLoader.SecretsVariable).Value.ShouldBe(Secrets);
        s_worker.VolumeMounts.Single(mount => mount.MountPath == Secrets).ReadOnlyProperty.ShouldBe(true);
        s_pod.Volumes.Single(volume => volume.Name == "secrets").Secret.SecretName.ShouldBe("renders");
    }

    [Fact]
    public void What_it_writes_has_room()
    {
        var writable = s_worker.VolumeMounts.Where(mount => mount.ReadOnlyProperty != true).Select(mount => mount.MountPath).ToList();

        writable.ShouldBe([Dockerfile.Read()["worker"].Last("VOLUME")!, "/tmp"]);
        var settings = Load();
        settings.StagingRoot.ShouldStartWith("/data/");
        s_pod.Volumes.Single(volume => volume.Name == "data").EmptyDir.SizeLimit.ToInt64().ShouldBeGreaterThan(settings.StagingMaxBytes);
    }

    private static WorkerSettings Load() => WorkerSettingsOf.Load(s_settings.Data.ToDictionary(), MadeUpSecrets.Examples);
}
