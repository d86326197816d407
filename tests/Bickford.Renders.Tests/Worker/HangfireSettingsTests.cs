using Bickford.Renders.Worker.Settings;

namespace Bickford.Renders.Tests.Worker;

/// <summary>The engine Hangfire needs PostgreSQL and a build that has it.</summary>
public sealed class HangfireSettingsTests
{
    private static readonly string[] s_onPostgreSql = ["Jobs:Engine=Hangfire", "Database:Provider=PostgreSql", "Database:ConnectionString=Host=db.example;Database=renders"];

    [Fact]
    public void A_build_without_it_says_how_to_build_with_it()
    {
        var error = Contradictions(hangfireIsThere: false, s_onPostgreSql).ShouldHaveSingleItem();

        error.Field.ShouldBe("Jobs:Engine");
        error.Message.ShouldContain("this build has no Hangfire; allowed: Quartz, or a build with 'dotnet build -p:UseHangfire=true'");
        error.Message.ShouldContain("it is set in flag --set Jobs:Engine");
        error.Message.ShouldNotContain("\n");
    }

    [Fact]
    public void A_build_with_it_takes_it() => Contradictions(hangfireIsThere: true, s_onPostgreSql).ShouldBeEmpty();

    [Fact]
    public void It_needs_PostgreSQL() =>
        Contradictions(hangfireIsThere: true, "Jobs:Engine=Hangfire").ShouldHaveSingleItem().Message.ShouldContain("allowed: Quartz, or Database:Provider 'PostgreSql'");

    [Theory]
    [InlineData("Jobs:Engine=Quartz", true, 2)]
    [InlineData("Jobs:Engine=Hangfire", false, 15)]
    public void Some_defaults_depend_on_the_engine(string engine, bool carryOn, int reconcileSeconds)
    {
        var values = Values(engine);

        values.Is("Jobs:CarryOn", "true").ShouldBe(carryOn);
        values.Time("Jobs:ReconcileEvery").ShouldBe(TimeSpan.FromSeconds(reconcileSeconds));
    }

    [Fact]
    public void What_is_set_holds_with_either() =>
        Values("Jobs:Engine=Hangfire", "Jobs:CarryOn=true").Is("Jobs:CarryOn", "true").ShouldBeTrue();

    private static IReadOnlyList<SettingError> Contradictions(bool hangfireIsThere, params string[] flags) => [.. SettingsBinder.Contradictions(Values(flags), hangfireIsThere)];

    private static SettingValues Values(params string[] flags)
    {
        var (settings, errors) = SettingsReader.Merge(SettingsSources.FromFlags(flags));
        errors.ShouldBeEmpty();
        return new SettingValues(settings);
    }
}
