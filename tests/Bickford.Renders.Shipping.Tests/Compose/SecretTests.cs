using System.Text.RegularExpressions;
using Bickford.Renders.Shipping.Tests.Support;
using Npgsql;

namespace Bickford.Renders.Shipping.Tests.Compose;

/// <summary>Secrets are made up at the first start and stand in no file: the script that does it is run here.</summary>
public sealed partial class SecretTests : IDisposable
{
    private static readonly ComposeFile s_file = ComposeFile.Read();
    private readonly string _folder = Directory.CreateTempSubdirectory("renders-made-up-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task They_are_made_up_once_and_stay_and_differ_from_each_other()
    {
        var first = await RunAsync();
        var second = await RunAsync();

        first.Keys.ShouldBe(MadeUpSecrets.Examples.Keys, ignoreOrder: true);
        second.ShouldBe(first);
        first.Values.ShouldBeUnique();
        first.Values.ShouldAllBe(secret => secret.Length >= 16);
    }

    [Fact]
    public async Task A_worker_takes_them()
    {
        var made = await RunAsync();

        var settings = WorkerSettingsOf.Load(s_file.EnvironmentOf("worker-1"), made);

        new NpgsqlConnectionStringBuilder(settings.PostgreSql).Password.ShouldBe(made["postgres-password"]);
        settings.S3.ShouldNotBeNull().AccessKey.ShouldBe(made["Storage__AccessKey"]);
    }

    [Fact]
    public void Each_service_reads_its_own_from_files_that_are_made()
    {
        var read = s_file.Services.SelectMany(service => service.Value.Map("environment").Values).OfType<string>()
            .Where(value => value.StartsWith("/run/renders-secrets/", StringComparison.Ordinal)).Select(value => value["/run/renders-secrets/".Length..]).ToList();

        read.ShouldBe(["postgres-password", "Storage__AccessKey", "Storage__SecretKey"], ignoreOrder: true);
        read.ShouldBeSubsetOf(MadeUpSecrets.Examples.Keys);
        s_file.Services.Where(service => service.Value.Texts("volumes").Any(volume => volume.StartsWith("secrets:", StringComparison.Ordinal) && !volume.EndsWith(":ro", StringComparison.Ordinal)))
            .Select(service => service.Key).ShouldBe(["secrets"]);
    }

    [Fact]
    public void None_stands_in_the_file()
    {
        foreach (var (name, service) in s_file.Services)
        {
            foreach (var (variable, value) in service.Map("environment"))
            {
                if (SecretName().IsMatch((string)variable) && value is string { Length: > 0 } text)
                    text.ShouldStartWith("/run/renders-secrets", Case.Sensitive, $"{name} {variable}");
            }
        }
    }

    // As the container runs it, but here; handing folders over is for root.
    private async Task<Dictionary<string, string>> RunAsync()
    {
        foreach (var volume in (string[])["secrets", "minio", "seq"])
            Directory.CreateDirectory(Path.Combine(_folder, volume));
        var script = s_file.Services["secrets"].Texts("command")[2].Replace("$$", "$", StringComparison.Ordinal)
            .Replace("/secrets", $"{_folder}/secrets", StringComparison.Ordinal).Replace("/minio", $"{_folder}/minio", StringComparison.Ordinal).Replace("/seq", $"{_folder}/seq", StringComparison.Ordinal);
        await Command.MustAsync("sh", _folder, [], "-euc", $"chown() {{ [ -d \"$2\" ]; }}\n{script}");
        return Directory.EnumerateFiles(Path.Combine(_folder, "secrets")).ToDictionary(file => Path.GetFileName(file), File.ReadAllText);
    }

    [GeneratedRegex("PASSWORD|SECRET|KEY|HASH|HEADERS", RegexOptions.IgnoreCase)]
    private static partial Regex SecretName();
}
