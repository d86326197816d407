using Bickford.Renders.Sora;
using Bickford.Renders.Worker.Composition;
using Bickford.Renders.Worker.Settings;

namespace Bickford.Renders.Tests.Worker;

public sealed class SettingsTests
{
    [Fact]
    public void A_model_may_have_a_colon_in_its_name()
    {
        var models = SettingsWorld.Load("""{"Sora":{"Models":{"wan2.1:14b":{"Sizes":["832x480"],"Price":0.1,"Prices":{"832x480":0.2}}}}}""").Sora.Models;

        models.ShouldHaveSingleItem().Key.ShouldBe("wan2.1:14b");
        (models["wan2.1:14b"].Price, models["wan2.1:14b"].Prices["832x480"]).ShouldBe((0.1m, 0.2m));
    }

    [Fact]
    public void The_shipped_file_is_right_and_offers_both_models()
    {
        var settings = SettingsLoader.Load(null, [], new Dictionary<string, string>());

        settings.Sora.Models.Keys.ShouldBe(["sora-2", "sora-2-pro"], ignoreOrder: true);
        settings.Sora.Models["sora-2"].Price.ShouldBe(0.10m);
        settings.Sora.Models["sora-2-pro"].Prices["1792x1024"].ShouldBe(0.50m);
        settings.Sora.Models["sora-2-pro"].Price.ShouldBeNull("the price of 1080p is not known");
        settings.Sora.DefaultModel.ShouldBe("sora-2");
    }

    [Fact]
    public void Budgets_are_what_is_set_and_no_limit_where_nothing_is()
    {
        var options = new RenderOptions();
        RenderOptionsBinding.Fill(options, SettingsWorld.Load(
            """{"Budget":{"PerDay":12.5,"Tags":{"ads":{"PerDay":1},"Film 2":{"PerMonth":0}}}}""", new() { ["Budget__Tags__ads__PerMonth"] = "20" }));

        (options.Budget.PerDay, options.Budget.PerMonth).ShouldBe((12.5m, null));
        options.Budget.Tags.ToDictionary(tag => tag.Key, tag => (tag.Value.PerDay, tag.Value.PerMonth)).ShouldBe(
            new Dictionary<string, (decimal?, decimal?)> { ["ads"] = (1, 20), ["Film 2"] = (null, 0) }, ignoreOrder: true);

        RenderOptionsBinding.Fill(options = new RenderOptions(), SettingsWorld.Load());
        options.Budget.IsSet.ShouldBeFalse();
    }

    [Fact]
    public void What_clean_up_deletes_is_what_is_set()
    {
        var options = new RenderOptions();
        RenderOptionsBinding.Fill(options, SettingsWorld.Load(
            """{"Retention":{"ProviderCopiesAfter":"OFF","Completed":"30d","Failed":"0s","Tags":{"Draft":"1d","master":"off"},"KeepLast":5,"MaxDeletions":10,"Every":"1h"}}""",
            new() { ["Retention__ForeignAfter"] = "2d", ["Retention__Cancelled"] = "off" }));

        var retention = options.Retention;
        (retention.ProviderCopiesAfter, retention.ForeignAfter, retention.KeepLast, retention.MaxDeletions, retention.Every).ShouldBe((null, TimeSpan.FromDays(2), 5, 10, TimeSpan.FromHours(1)));
        retention.Files.ShouldBe(new Dictionary<RenderStatus, TimeSpan> { [RenderStatus.Completed] = TimeSpan.FromDays(30), [RenderStatus.Failed] = TimeSpan.Zero }, ignoreOrder: true);
        retention.Tags.ShouldBe(new Dictionary<string, TimeSpan?> { ["Draft"] = TimeSpan.FromDays(1), ["master"] = null }, ignoreOrder: true);
    }

    [Fact]
    public void Defaults_are_those_of_the_core()
    {
        var (filled, defaults) = (new RenderOptions(), new RenderOptions());
        RenderOptionsBinding.Fill(filled, SettingsWorld.Load());

        (filled.Deadline, filled.Lease, filled.CreateSettle, filled.Previews).ShouldBe((defaults.Deadline, defaults.Lease, defaults.CreateSettle, defaults.Previews));
        (filled.Poll.First, filled.Poll.Max, filled.Poll.Factor).ShouldBe((defaults.Poll.First, defaults.Poll.Max, defaults.Poll.Factor));
        (filled.Retry.First, filled.Retry.Max, filled.Retry.MaxAttempts).ShouldBe((defaults.Retry.First, defaults.Retry.Max, defaults.Retry.MaxAttempts));
        (filled.ReconcileEvery, filled.ReconcileGrace, filled.MaxAssetBytes).ShouldBe((defaults.ReconcileEvery, defaults.ReconcileGrace, defaults.MaxAssetBytes));
        (filled.Ledger.SealEvery, filled.Ledger.SealMaxEvents).ShouldBe((defaults.Ledger.SealEvery, defaults.Ledger.SealMaxEvents));
        (filled.Retention.ProviderCopiesAfter, filled.Retention.ForeignAfter, filled.Retention.KeepLast).ShouldBe((defaults.Retention.ProviderCopiesAfter, defaults.Retention.ForeignAfter, defaults.Retention.KeepLast));
        (filled.Retention.MaxDeletions, filled.Retention.Every, filled.Retention.Files.Count, filled.Retention.Tags.Count).ShouldBe((defaults.Retention.MaxDeletions, defaults.Retention.Every, 0, 0));
        filled.StagingRoot.ShouldBe(Path.GetFullPath(defaults.StagingRoot));
    }

    [Fact]
    public void Defaults_are_those_of_the_providers_client()
    {
        var (filled, defaults) = (new VideosApiOptions(), new VideosApiOptions());
        VideosApiBinding.Fill(filled, SettingsWorld.Load(flags: ["Sora:BaseUrl=http://127.0.0.1:1/v1"]).Sora);

        filled.BaseUrl.ShouldBe("http://127.0.0.1:1/v1");
        foreach (var property in typeof(VideosApiOptions).GetProperties().Where(p => p.CanWrite && p.Name is not nameof(filled.BaseUrl)))
            property.GetValue(filled).ShouldBe(property.GetValue(defaults), property.Name);
    }

    [Fact]
    public void A_variable_wins_over_the_file_and_a_flag_over_both()
    {
        const string File = """{"Jobs":{"ApiWorkers":1,"TransferWorkers":1,"MaxAttempts":1}}""";
        var variables = new Dictionary<string, string> { ["Jobs__ApiWorkers"] = "2", ["JOBS__TRANSFERWORKERS"] = "2" };

        var jobs = SettingsWorld.Load(File, variables, ["Jobs:ApiWorkers=3"]).Jobs;

        (jobs.ApiWorkers, jobs.TransferWorkers, jobs.MaxAttempts).ShouldBe((3, 2, 1));
    }

    [Fact]
    public void A_list_replaces_the_list_below_it_and_may_be_written_three_ways()
    {
        const string File = """{"Sora":{"Models":{"m":{"Sizes":["1x1","2x2","3x3"],"Seconds":[1,2]}}}}""";
        var variables = new Dictionary<string, string> { ["Sora__Models__m__Sizes__0"] = "4x4", ["Sora__Models__m__Sizes__1"] = "5x5", ["Sora__Models__m__Seconds"] = "8, 9" };

        var model = SettingsWorld.Load(File, variables).Sora.Models["m"];

        model.Sizes.ShouldBe(["4x4", "5x5"]);
        model.Seconds.ShouldBe([8, 9]);
    }

    [Fact]
    public void A_model_without_anything_leaves_all_choices_to_the_server() =>
        SettingsWorld.Load("""{"Sora":{"Models":{"wan-2.2":{}}}}""").Sora.Models["wan-2.2"].Sizes.ShouldBeEmpty();

    [Theory]
    [InlineData("", "from-openai")]
    [InlineData("own", "own")]
    public void The_key_falls_back_to_OPENAI_API_KEY(string own, string expected) =>
        SettingsWorld.Load($$$"""{"Sora":{"ApiKey":"{{{own}}}"}}""", new() { ["OPENAI_API_KEY"] = "from-openai" }).Sora.ApiKey.ShouldBe(expected);

    [Fact]
    public void An_empty_variable_counts_as_not_set() =>
        SettingsWorld.Load("""{"Jobs":{"ApiWorkers":5}}""", new() { ["Jobs__ApiWorkers"] = "" }).Jobs.ApiWorkers.ShouldBe(5);

    [Fact]
    public void Variables_of_other_programs_do_not_matter() =>
        Should.NotThrow(() => SettingsWorld.Load(variables: new() { ["Other__Key"] = "x", ["Logging__Console__FormatterName"] = "Json", ["JOBS"] = "x" }));

    [Fact]
    public void A_file_is_named_by_a_variable_unless_a_flag_names_another()
    {
        var missing = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());

        Should.Throw<SettingsException>(() => SettingsLoader.Load(null, [], new Dictionary<string, string> { [SettingsLoader.FileVariable] = missing })).Message.ShouldContain(missing);
        Should.Throw<SettingsException>(() => SettingsLoader.Load(missing + "2", [], new Dictionary<string, string> { [SettingsLoader.FileVariable] = missing })).Message.ShouldContain(missing + "2");
    }

    [Fact]
    public void Paths_start_at_the_working_directory_and_the_database_may_be_a_connection_string()
    {
        var settings = SettingsWorld.Load(flags: ["Database:ConnectionString=Data Source=some/r.db;", "Storage:Root=videos"]);

        settings.DatabasePath.ShouldBe(Path.GetFullPath("some/r.db"));
        settings.StorageRoot.ShouldBe(Path.GetFullPath("videos"));
    }
}
