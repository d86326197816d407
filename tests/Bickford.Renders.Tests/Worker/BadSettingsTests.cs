using Bickford.Renders.Worker.Settings;
using static Bickford.Renders.Tests.Worker.SettingsWorld;

namespace Bickford.Renders.Tests.Worker;

public sealed class BadSettingsTests
{
    [Fact]
    public void An_unknown_key_names_its_line_and_the_nearest_known_key()
    {
        var error = Error("{\n  \"Sora\": {\n    \"BaseUlr\": \"http://x/v1\"\n  }\n}");

        error.Field.ShouldBe("Sora:BaseUlr");
        error.Message.ShouldContain("did you mean Sora:BaseUrl?");
        error.Message.ShouldContain("line 3");
    }

    [Fact]
    public void Files_of_a_parked_render_have_no_time() =>
        Error("""{"Retention":{"Parked":"1d"}}""").Message.ShouldContain("no such setting");

    [Fact]
    public void An_unknown_key_of_a_model_is_compared_with_the_keys_of_models() =>
        Error("""{"Sora":{"Models":{"wan":{"Pricee":1}}}}""").Message.ShouldContain("did you mean Sora:Models:wan:Price?");

    [Fact]
    public void A_key_given_twice_names_both_places()
    {
        var error = Error("{\"Jobs\":{\n\"ApiWorkers\":1,\n\"apiworkers\":2}}");

        error.Message.ShouldContain("twice");
        error.Message.ShouldContain("line 2");
        error.Message.ShouldContain("line 3");
    }

    [Fact]
    public void A_section_given_twice_with_the_same_key_is_found_too() =>
        Error("""{"Jobs":{"ApiWorkers":1},"Jobs":{"ApiWorkers":1}}""").Message.ShouldContain("twice");

    [Fact]
    public void An_unknown_variable_of_a_known_section_is_refused() =>
        Error(variables: new() { ["Jobs__ApiWorker"] = "4" }).Message.ShouldBe("Jobs:ApiWorker: no such setting, set in environment variable Jobs__ApiWorker; did you mean Jobs:ApiWorkers?");

    [Theory]
    [InlineData("Jobs:ApiWorkers", "many", "a whole number from 1 to 256")]
    [InlineData("Jobs:ApiWorkers", "0", "a whole number from 1 to 256")]
    [InlineData("Jobs:TransferWorkers", "65", "a whole number from 1 to 64")]
    [InlineData("Jobs:Deadline", "30", "a time from 1m to 7d")]
    [InlineData("Jobs:Deadline", "8d", "a time from 1m to 7d")]
    [InlineData("Jobs:Lease", "1s", "a time from 2s to 10m")]
    [InlineData("Jobs:PollFactor", "1,5", "a number from 1 to 10")]
    [InlineData("Jobs:Engine", "Cron", "Quartz, Hangfire")]
    [InlineData("Sora:BaseUrl", "host.example/v1", "http or https address")]
    [InlineData("Sora:BaseUrl", "ftp://host.example/v1", "http or https address")]
    [InlineData("Sora:BaseUrl", "https://user:pass@host.example/v1", "http or https address")]
    [InlineData("Sora:Format", "Xml", "Auto, Multipart, Json")]
    [InlineData("Sora:Previews", "maybe", "true, false")]
    [InlineData("Sora:Models:m:Sizes", "wide", "WIDTHxHEIGHT")]
    [InlineData("Sora:Models:m:Seconds", "4s", "a whole number from 1 to 3600")]
    [InlineData("Sora:Models:m:Price", "-1", "a number from 0")]
    [InlineData("Budget:PerDay", "-0.01", "a number from 0 to 1000000000")]
    [InlineData("Budget:Tags:ads:PerMonth", "much", "a number from 0")]
    [InlineData("Retention:ProviderCopiesAfter", "never", "off, or a time from 0s to 36500d")]
    [InlineData("Retention:Completed", "30", "off, or a time from 0s to 36500d")]
    [InlineData("Retention:ForeignAfter", "59m", "off, or a time from 1h to 36500d")]
    [InlineData("Retention:Tags:draft", "-1d", "off, or a time from 0s")]
    [InlineData("Retention:KeepLast", "-1", "a whole number from 0 to 1000000")]
    [InlineData("Retention:MaxDeletions", "0", "a whole number from 1 to 100000")]
    [InlineData("Retention:Every", "off", "a time from 1s to 7d")]
    [InlineData("Storage:Root", "  ", "a folder")]
    [InlineData("Staging:MaxBytes", "5", "a whole number, 1048576 or more")]
    [InlineData("Dashboard:Urls", "8090", "http://ADDRESS:PORT")]
    [InlineData("Dashboard:Urls", "https://127.0.0.1:8090", "http://ADDRESS:PORT")]
    [InlineData("Logging:LogLevel:Default", "Loud", "Trace, Debug")]
    public void A_value_that_is_not_allowed_names_field_value_choices_and_place(string key, string value, string allowed)
    {
        var error = Error(flags: [$"{key}={value}"]);

        error.Field.ShouldBe(key);
        error.Message.ShouldContain(allowed);
        error.Message.ShouldContain($"flag --set {key}");
        error.Message.ShouldNotContain("\n");
    }

    [Theory]
    [InlineData("Storage:Kind", "S3", "Storage:Bucket: ")]
    [InlineData("Storage:Bucket", "films", "belongs to Storage:Kind=S3")]
    public void What_does_not_go_with_the_rest_or_with_this_build_is_refused_clearly(string key, string value, string why) =>
        Error(flags: [$"{key}={value}"]).Message.ShouldContain(why);

    [Theory]
    [InlineData("""{"Jobs":{"ApiWorkers":[1]}}""", "a list is not allowed")]
    [InlineData("""{"Jobs":{"ApiWorkers":{}}}""", "a section is not allowed")]
    [InlineData("""{"Jobs":5}""", "is a section, not a setting")]
    [InlineData("""{"Sora":{"Models":{"m":5}}}""", "a plain value is not allowed")]
    [InlineData("""{"Sora":{"Models":{"m":{"Sizes":[["1x1"]]}}}}""", "a list inside a list")]
    public void A_value_of_the_wrong_shape_is_refused(string json, string problem) => Error(json).Message.ShouldContain(problem);

    [Theory]
    [InlineData("{\n\"Jobs\": {\n", "is not JSON")]
    [InlineData("[1]", "allowed: a JSON object")]
    [InlineData("", "is not JSON")]
    [InlineData("{} {}", "is not JSON")]
    [InlineData("{\n\"Sora\":{\"ApiKey\":\"\\ud83c\"}}", "line 2 holds a text that is not Unicode")]
    [InlineData("{\"\\udfac\":1}", "line 1 holds a text that is not Unicode")]
    public void A_file_that_is_not_a_settings_file_is_refused(string json, string problem) => Error(json).Message.ShouldContain(problem);

    [Theory]
    [InlineData("Jobs:PollMax", "Jobs:PollMax=1s", "Jobs:PollFirst=5s")]
    [InlineData("Jobs:RetryMax", "Jobs:RetryMax=1s", "Jobs:RetryFirst=5s")]
    [InlineData("Sora:ReadRetryMax", "Sora:ReadRetryMax=1s", "Sora:ReadRetryFirst=5s")]
    public void The_longest_time_is_not_below_the_first(string field, params string[] flags) =>
        Error(flags: flags).Field.ShouldBe(field);

    [Fact]
    public void A_default_model_is_one_of_the_models() =>
        Error("""{"Sora":{"DefaultModel":"x","Models":{"m":{}}}}""").Message.ShouldContain("allowed: m");

    [Fact]
    public void A_price_belongs_to_a_size_of_its_model() =>
        Error("""{"Sora":{"Models":{"m":{"Sizes":["1x1"],"Prices":{"2x2":1}}}}}""").Message.ShouldContain("no size of this model");

    [Theory]
    [InlineData(":memory:")]
    [InlineData("Data Source=a.db;Mode=ReadOnly")]
    [InlineData("Data Source=")]
    public void A_database_is_a_file(string text) => Error(flags: [$"Database:ConnectionString={text}"]).Field.ShouldBe("Database:ConnectionString");

    [Theory]
    [InlineData("""{"Storage":{"Root":"a\u0000b"}}""")]
    [InlineData("""{"Sora":{"Models":{"m":{"Sizes":["128\u0000x720"]}}}}""")]
    [InlineData("""{"Sora":{"Models":{"m\u0000":{"Price":1}}}}""")]
    public void A_NUL_character_is_refused(string json) => Error(json).Message.ShouldContain("a NUL character is not allowed");

    [Theory]
    [InlineData("""{"Dashboard":{"Urls":[]}}""")]
    [InlineData("""{"Dashboard":{"Urls":" , "}}""")]
    public void There_is_at_least_one_address_to_listen_on(string json) => Error(json).Message.ShouldContain("Dashboard:Urls: '' is not allowed; allowed: http://ADDRESS:PORT");

    [Fact]
    public void A_flag_needs_a_value() => Error(flags: ["Jobs:ApiWorkers"]).Message.ShouldContain("KEY=VALUE");

    [Fact]
    public void All_errors_are_listed_at_once() =>
        Errors("""{"Jobs":{"ApiWorkers":0,"Lease":"x"},"Nothing":1}""", new() { ["Sora__BaseUrl"] = "x" }).Select(error => error.Field)
            .ShouldBe(["Jobs:ApiWorkers", "Jobs:Lease", "Nothing", "Sora:BaseUrl"]);

    [Fact]
    public void A_secret_never_reaches_an_error_line() =>
        Errors(flags: ["Storage:SecretKey=hunter2", "Sora:Headers:X-Key= "]).ShouldAllBe(error => !error.Message.Contains("hunter2", StringComparison.Ordinal));

    [Fact]
    public void Links_into_a_bucket_need_one() =>
        Error("""{"Dashboard":{"PresignedAssets":true}}""").Message.ShouldStartWith("Dashboard:PresignedAssets: 'true' is not allowed with Storage:Kind 'Files'");
}
