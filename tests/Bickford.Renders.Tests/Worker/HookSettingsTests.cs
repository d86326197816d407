using static Bickford.Renders.Tests.Worker.SettingsWorld;

namespace Bickford.Renders.Tests.Worker;

public sealed class HookSettingsTests
{
    private const string Key = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private const string Other = "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

    [Fact]
    public void There_is_no_hook_that_nobody_set()
    {
        Load().Hooks.ShouldBeEmpty();
        Load("""{"Hooks":{}}""").Hooks.ShouldBeEmpty();
        Load("""{"Hooks":{"billing":{"Url":""}}}""").Hooks.ShouldBeEmpty();
    }

    [Fact]
    public void A_hook_needs_an_address_and_a_key_and_has_the_rest()
    {
        var hook = Load("""{"Hooks":{"billing":{"Url":"https://a.example/in?x=1","Secret":"KEY"}}}""".Replace("KEY", Key, StringComparison.Ordinal)).Hooks.ShouldHaveSingleItem();

        (hook.Name, hook.Shown, hook.MaxAttempts, hook.AllowPrivateHosts).ShouldBe(("billing", "https://a.example", 16, false));
        hook.Types.ShouldBe(["render.completed", "render.failed", "render.parked", "render.cancelled"]);
        (hook.Takes("render.completed"), hook.Takes("render.created")).ShouldBe((true, false));
    }

    [Fact]
    public void Every_key_of_a_hook_is_a_variable_too()
    {
        var hook = Load(variables: new()
        {
            ["Hooks__BILLING__Url"] = "http://10.0.0.7/in",
            ["Hooks__billing__Secret"] = $"{Key},{Other}",
            ["Hooks__billing__Types"] = "render.*,invoice.paid",
            ["Hooks__billing__Timeout"] = "3s",
            ["Hooks__billing__MaxAttempts"] = "2",
            ["Hooks__billing__RetryFirst"] = "1s",
            ["Hooks__billing__RetryMax"] = "1m",
            ["Hooks__billing__AllowPrivateHosts"] = "true",
        }).Hooks.ShouldHaveSingleItem();

        (hook.Name, hook.Secrets.Count, hook.Timeout, hook.MaxAttempts).ShouldBe(("billing", 2, TimeSpan.FromSeconds(3), 2));
        (hook.RetryFirst, hook.RetryMax, hook.AllowPrivateHosts).ShouldBe((TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1), true));
        (hook.Takes("render.created"), hook.Takes("renders"), hook.Takes("invoice.paid"), hook.Takes("invoice.sent")).ShouldBe((true, false, true, false));
    }

    [Theory]
    [InlineData("Url", "ftp://a.example/in", "https address")]
    [InlineData("Url", "https://user:hunter22@a.example/in", "without user info")]
    [InlineData("Url", "http://a.example/in", "https; or http to a receiver on the own network")]
    [InlineData("Secret", "hunter22hunter22", "whsec_ and base64 of 24 to 64 random bytes")]
    [InlineData("Secret", Key + ",hunter22", "whsec_ and base64")]
    [InlineData("Types", "Render.Completed", "types of events such as render.completed")]
    [InlineData("Types", "*.completed", "types of events")]
    [InlineData("Timeout", "0s", "a time from 1s to 5m")]
    [InlineData("MaxAttempts", "0", "a whole number from 1 to 1000")]
    [InlineData("RetryMax", "1s", "00:00:05 to 1.00:00:00")]
    [InlineData("AllowPrivateHosts", "maybe", "true, false")]
    public void A_value_that_cannot_be_is_one_line_without_secrets(string key, string value, string allowed)
    {
        var variables = new Dictionary<string, string> { ["Hooks__billing__Url"] = "https://a.example/in", ["Hooks__billing__Secret"] = Key, [$"Hooks__billing__{key}"] = value };

        var error = Error(variables: variables);

        error.Field.ShouldBe($"Hooks:billing:{key}");
        error.Message.ShouldContain(allowed);
        error.Message.ShouldContain($"Hooks__billing__{key}");
        error.Message.ShouldNotContain("hunter22");
    }

    [Theory]
    [InlineData("Url", "https://a.example/in", "Hooks:billing:Secret: (none) is not allowed")]
    [InlineData("Secret", Key, "Hooks:billing:Url: (none) is not allowed")]
    public void What_is_missing_is_named(string key, string value, string problem) => Error(variables: new() { [$"Hooks__billing__{key}"] = value }).Message.ShouldStartWith(problem);

    [Fact]
    public void A_name_that_no_hook_can_have_is_refused() => Error(variables: new() { ["Hooks__a.b__Url"] = "https://a.example/in", ["Hooks__a.b__Secret"] = Key }).Message.ShouldStartWith("Hooks:a.b: 'a.b' is not allowed");

    [Fact]
    public async Task Neither_key_nor_address_is_ever_shown()
    {
        var settings = Load(variables: new() { ["Hooks__billing__Url"] = "https://a.example/services/T0KENT0KEN", ["Hooks__billing__Secret"] = Key });
        var shown = await new CliWorld().RunAsync("settings", "--set", "Hooks:billing:Url=https://a.example/services/T0KENT0KEN", "--set", $"Hooks:billing:Secret={Key}");

        shown.ExitCode.ShouldBe(0, shown.Error);
        shown.Out.ShouldContain("Hooks:billing:Secret");
        shown.Out.ShouldNotContain("T0KEN");
        shown.Out.ShouldNotContain("MfKQ9r8");
        settings.Secrets.Apply($"signed with {Key[6..]} for https://a.example/services/T0KENT0KEN").ShouldBe("signed with *** for ***");
    }
}
