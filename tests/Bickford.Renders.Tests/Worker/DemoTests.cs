using System.Text.Json.Nodes;
using Bickford.Renders.Ledger;
using Bickford.Renders.Worker.Cli;
using Bickford.Renders.Worker.Demo;
using Bickford.Renders.Worker.Output;
using Bickford.Renders.Worker.Settings;

namespace Bickford.Renders.Tests.Worker;

public sealed class DemoTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("renders-demo-test-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void An_earlier_demo_is_replaced()
    {
        var path = Path.Combine(_root, "demo");
        using (var first = DemoFolder.Take(path))
            File.WriteAllText(first.PathOf("renders.db"), "old");

        using var second = DemoFolder.Take(path);

        File.Exists(second.PathOf("renders.db")).ShouldBeFalse();
    }

    [Fact]
    public void A_folder_with_anything_else_in_it_is_left_alone()
    {
        var precious = Path.Combine(_root, "precious.txt");
        File.WriteAllText(precious, "mine");

        Should.Throw<InputException>(() => DemoFolder.Take(_root)).Field.ShouldBe("--folder");

        File.ReadAllText(precious).ShouldBe("mine");
    }

    [Fact]
    public void A_link_in_an_earlier_demo_is_removed_and_not_followed()
    {
        var (path, outside) = (Path.Combine(_root, "demo"), Path.Combine(_root, "outside"));
        DemoFolder.Take(path).Dispose();
        Directory.CreateDirectory(outside);
        File.WriteAllText(Path.Combine(outside, "mine"), "mine");
        Directory.CreateSymbolicLink(Path.Combine(path, "link"), outside);

        using var folder = DemoFolder.Take(path);

        File.Exists(Path.Combine(outside, "mine")).ShouldBeTrue();
        Directory.Exists(folder.PathOf("link")).ShouldBeFalse();
    }

    [Fact]
    public void Two_demos_do_not_share_a_folder()
    {
        using var first = DemoFolder.Take(_root);

        Should.Throw<InputException>(() => DemoFolder.Take(_root)).Message.ShouldContain("no other demo runs in");
    }

    [Fact]
    public void Its_settings_stand_alone_and_can_be_read_back_from_its_file()
    {
        using var folder = DemoFolder.Take(_root);
        var flags = DemoPlan.Settings("http://127.0.0.1:1/v1", folder);
        File.WriteAllText(folder.PathOf("settings.json"), DemoSettingsFile.Text(flags));

        var read = SettingsLoader.Load(folder.PathOf("settings.json"), [], new Dictionary<string, string>());

        read.DatabasePath.ShouldBe(SettingsLoader.FromFlags(flags).DatabasePath);
        read.Sora.Models.Keys.ShouldBe(["sora-2"]);
    }

    [Fact]
    public void The_expected_outcome_is_five_videos_one_refusal_one_adoption_and_five_creates() => Expected().IsExpected.ShouldBeTrue();

    [Fact]
    public void Any_other_outcome_is_not_the_expected_one()
    {
        var good = Expected();
        var unverified = new LedgerReport(false, 1, 1, null, 1);

        (good with { Creates = 6 }).IsExpected.ShouldBeFalse("a video was paid twice");
        (good with { Ledger = unverified }).IsExpected.ShouldBeFalse("the ledger does not verify");
        (good with { Adopted = new HashSet<Guid>() }).IsExpected.ShouldBeFalse("nothing was healed");
        (good with { Renders = [.. good.Renders.Skip(1)] }).IsExpected.ShouldBeFalse("a render is gone");
        (good with { Renders = [.. good.Renders.Select(r => r.Prompt == DemoPlan.Moderated ? r with { Cause = RenderCause.Internal } : r)] }).IsExpected.ShouldBeFalse("another cause");
    }

    [Fact]
    public void Json_has_exactly_the_promised_fields()
    {
        var json = JsonNode.Parse(Json.Line(Expected().ToJson()))!.AsObject();

        json.Select(p => p.Key).ShouldBe(["renders", "ledger", "creates"]);
        json["renders"]![0]!.AsObject().Select(p => p.Key).ShouldBe(["id", "status", "cause", "video_id", "assets"]);
        json["renders"]![0]!["assets"]![0]!.AsObject().Select(p => p.Key).ShouldBe(["kind", "uri", "bytes", "sha256"]);
        json["ledger"]!.AsObject().Select(p => p.Key).ShouldBe(["verified", "events"]);
    }

    private static DemoResult Expected()
    {
        var renders = DemoPlan.Requests().Select(r => r.Prompt).Append(DemoPlan.Remix)
            .Select((prompt, i) => (prompt == DemoPlan.Moderated ? Sample.Failed() : Sample.Completed()) with { Prompt = prompt, Id = new Guid(i, 0, 0, new byte[8]) })
            .ToArray();
        return new DemoResult(renders, new HashSet<Guid> { renders.Single(r => r.Prompt == DemoPlan.AnswerLost).Id }, new LedgerReport(true, 70, 6, null, 0), 5);
    }
}
