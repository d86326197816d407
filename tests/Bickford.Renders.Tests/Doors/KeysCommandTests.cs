using System.Text.Json.Nodes;
using Bickford.Renders.Ports;
using Bickford.Renders.Tests.Worker;
using Bickford.Renders.Worker.Doors;

namespace Bickford.Renders.Tests.Doors;

/// <summary><c>renders keys</c>.</summary>
public sealed class KeysCommandTests
{
    private readonly CliWorld _world = new();
    private readonly MemoryKeys _keys = new();

    public KeysCommandTests() => _world.Parts[typeof(IApiKeys)] = _keys;

    [Fact]
    public async Task A_new_key_is_shown_once_and_only_its_hash_is_kept()
    {
        var made = JsonNode.Parse((await _world.RunAsync("keys", "create", "--name", "ci", "--role", "operator", "--expires", "90d", "--json")).Out)!;
        var key = made["key"]!.GetValue<string>();

        var kept = (await _keys.ListAsync(TestContext.Current.CancellationToken)).ShouldHaveSingleItem();
        ApiKeyText.IdOf(key).ShouldBe(kept.Id);
        (kept.Name, kept.Role, kept.Sha256).ShouldBe(("ci", ApiKeyRole.Operator, ApiKeyText.Sha256(key)));
        (kept.ExpiresAt - kept.CreatedAt).ShouldBe(TimeSpan.FromDays(90));
        _world.Prepared.ShouldBeTrue("a key may be made before the first render");
        foreach (var list in new[] { await _world.RunAsync("keys", "list"), await _world.RunAsync("keys", "list", "--json") })
        {
            list.Out.ShouldContain("ci");
            list.Out.ShouldContain(kept.Id);
            list.Out.ShouldNotContain(key[17..]);
            list.Out.ShouldNotContain(kept.Sha256);
        }
    }

    [Fact]
    public async Task For_people_the_key_stands_alone_on_the_first_line()
    {
        var result = await _world.RunAsync("keys", "create", "--name", "ci", "--role", "Viewer");

        result.ExitCode.ShouldBe(0, result.Error);
        ApiKeyText.IdOf(result.Out.Split('\n')[0].TrimEnd('\r')).ShouldNotBeNull();
        result.Out.ShouldContain("not shown again");
        (await _keys.ListAsync(TestContext.Current.CancellationToken)).Single().ExpiresAt.ShouldBeNull();
    }

    [Theory]
    [InlineData("--name", "a b", "--role", "viewer")]
    [InlineData("--name", "a/b", "--role", "viewer")]
    [InlineData("--role", "admin", "--name", "ci")]
    [InlineData("--role", "1", "--name", "ci")]
    [InlineData("--expires", "90", "--name", "ci", "--role", "viewer")]
    [InlineData("--expires", "1s", "--name", "ci", "--role", "viewer")]
    [InlineData("--expires", "-5d", "--name", "ci", "--role", "viewer")]
    public async Task What_is_wrong_is_told_by_name_and_makes_no_key(string field, string value, params string[] rest)
    {
        var result = await _world.RunAsync(["keys", "create", $"{field}={value}", .. rest]);

        result.ExitCode.ShouldBe(2, result.Out);
        result.Error.ShouldStartWith(field);
        result.Error.ShouldContain("allowed: ");
        (await _keys.ListAsync(TestContext.Current.CancellationToken)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_name_is_taken_until_its_key_is_revoked()
    {
        string[] create = ["keys", "create", "--name", "ci", "--role", "viewer"];
        await _world.RunAsync(create);

        var refused = await _world.RunAsync(create);
        (refused.ExitCode, refused.Error).ShouldBe((2, $"--name: 'ci' is the name of a key that is not revoked; allowed: another name, or 'renders keys revoke ci' first{Environment.NewLine}"));
        (await _world.RunAsync("keys", "revoke", "ci")).ExitCode.ShouldBe(0);
        (await _world.RunAsync(create)).ExitCode.ShouldBe(0);

        (await _world.RunAsync("keys", "list")).Out.ShouldContain("revoked");
    }

    [Fact]
    public async Task A_key_is_revoked_by_its_id_or_name_and_a_second_time_is_told()
    {
        var id = ApiKeyText.IdOf(_keys.Give("ci", ApiKeyRole.Viewer))!;

        JsonNode.Parse((await _world.RunAsync("keys", "revoke", id, "--json")).Out)!["revoked"]!.GetValue<bool>().ShouldBeTrue();
        (await _world.RunAsync("keys", "revoke", id)).Out.ShouldContain("was revoked before");
        (await _world.RunAsync("keys", "revoke", "ci")).ExitCode.ShouldBe(2);
    }

    [Fact]
    public async Task A_whole_key_on_the_command_line_is_not_repeated()
    {
        var key = _keys.Give("ci", ApiKeyRole.Viewer);

        var result = await _world.RunAsync("keys", "revoke", key);

        result.ExitCode.ShouldBe(2);
        (result.Out + result.Error).ShouldNotContain(key[4..]);
    }
}
