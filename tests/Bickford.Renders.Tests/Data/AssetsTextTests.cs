using System.Text.Json;
using System.Text.Json.Serialization;
using Bickford.Renders.Data;
using Bickford.Renders.Ledger;
using Bickford.Renders.Tests.Support;

namespace Bickford.Renders.Tests.Data;

/// <summary>The quick look at a row's assets never says anything but the JSON reader.</summary>
public sealed class AssetsTextTests
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter<AssetKind>() } };

    [Fact]
    public void What_it_says_is_what_the_reader_says() => Fuzz.Check(2_000, AnyAssets, text =>
    {
        if (AssetsText.TryVideoUri(text, out var uri))
            uri.ShouldBe(LedgerHead.StorageUriOf(JsonSerializer.Deserialize<RenderAsset[]>(text, Json)!));
    });

    [Theory]
    [InlineData("[]", null)]
    [InlineData("""[{"kind":"Video","bytes":19303,"sha256":"26fc","contentType":"video/mp4","uri":"file:///v/a.mp4"}]""", "file:///v/a.mp4")]
    [InlineData("""[{"kind":"Thumbnail","bytes":1,"sha256":"26fc","contentType":"image/webp","uri":null},{"kind":"Video","bytes":0,"sha256":"","contentType":"video/mp4","uri":"s3://b/ü"}]""", "s3://b/ü")]
    [InlineData("""[{"kind":"Video","bytes":1,"sha256":"26fc","contentType":"video/mp4","uri":null}]""", null)]
    public void It_knows_what_this_program_writes(string text, string? uri)
    {
        AssetsText.TryVideoUri(text, out var said).ShouldBeTrue();
        said.ShouldBe(uri);
    }

    private static string AnyAssets(Random random)
    {
        var assets = Enumerable.Range(0, random.Next(4)).Select(_ => new RenderAsset(
            random.Pick(AssetKind.Video, AssetKind.Thumbnail, AssetKind.Spritesheet), random.Next(), random.Pick("26fc", ""), "video/mp4", random.Pick(null, "file:///a", "s3://ü/\"")));
        var text = JsonSerializer.Serialize(assets, Json);
        return random.Chance(0.5) ? Arbitrary.Mutated(random, text) : text;
    }
}
