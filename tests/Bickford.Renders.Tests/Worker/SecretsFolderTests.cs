using Bickford.Renders.Worker.Settings;

namespace Bickford.Renders.Tests.Worker;

/// <summary>A folder with a file for each secret, as Docker and Kubernetes mount them.</summary>
public sealed class SecretsFolderTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("renders-secrets-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_file_sets_the_key_it_is_named_for_without_its_last_new_line()
    {
        Write("Sora__ApiKey", "sk-from-a-file\n");

        var setting = Load().All.Single(s => s.Name == "Sora:ApiKey");

        setting.Values.ShouldBe(["sk-from-a-file"]);
        setting.Source.ShouldBe($"file {Path.Combine(_folder, "Sora__ApiKey")}");
    }

    [Fact]
    public void It_wins_over_the_settings_file_and_OPENAI_API_KEY_and_loses_to_the_environment()
    {
        Write("Sora__ApiKey", "from-the-folder");
        Write("Sora__DefaultModel", "from-the-folder");

        var settings = Load("""{"Sora":{"ApiKey":"from-the-file","Models":{"sora-2":{}}}}""", ("OPENAI_API_KEY", "from-openai"), ("Sora__DefaultModel", "sora-2"));

        settings.Sora.ApiKey.ShouldBe("from-the-folder");
        settings.Sora.DefaultModel.ShouldBe("sora-2");
    }

    [Fact]
    public void Other_files_empty_files_and_folders_are_left_alone()
    {
        Write("postgres-password", "not for us");
        Write("Others__Key", "not for us");
        Write("Sora__ApiKey", "\n");
        Directory.CreateDirectory(Path.Combine(_folder, "..data"));

        Load().Sora.ApiKey.ShouldBeNull();
    }

    [Fact]
    public void A_file_of_a_key_that_is_unknown_is_refused_by_its_name()
    {
        Write("Sora__ApiKeey", "secret-value");

        var error = SettingsWorld.Error(variables: new() { ["RENDERS_SECRETS"] = _folder });

        error.Message.ShouldContain("Sora:ApiKeey: no such setting");
        error.Message.ShouldContain(Path.Combine(_folder, "Sora__ApiKeey"));
        error.Message.ShouldNotContain("secret-value");
    }

    [Fact]
    public void A_folder_that_is_not_there_is_one_clear_error()
    {
        var error = SettingsWorld.Error(variables: new() { ["RENDERS_SECRETS"] = Path.Combine(_folder, "gone") });

        error.Field.ShouldBe("RENDERS_SECRETS");
        error.Message.ShouldContain("cannot be read; allowed: a folder of readable files named Section__Key");
    }

    private void Write(string name, string value) => File.WriteAllText(Path.Combine(_folder, name), value);

    private WorkerSettings Load(string json = "{}", params (string Name, string Value)[] variables) =>
        SettingsWorld.Load(json, new(variables.ToDictionary(v => v.Name, v => v.Value)) { ["RENDERS_SECRETS"] = _folder });
}
