using Bickford.Renders.Sora;
using Bickford.Renders.Tests.Support;
using Bickford.Renders.Videos;

namespace Bickford.Renders.Tests.Sora;

/// <summary>Wherever a server points to: an address that can be asked for, or a refusal.</summary>
public sealed class ForeignHostsPropertyTests
{
    private static readonly Uri From = new("https://api.example.test/v1/videos/video_1/content");

    private static readonly string[] Hosts = ["cdn.example.test", "xn--", "xn--a", "\u200d", "a\u0301", "١", "-", "a..b", "[::1]", "[::1", "[v1.a]", "%31", "169.254.169.254", "0x7f.1", "u:p@x", ""];

    [Theory]
    [InlineData("//")]
    [InlineData("https://xn--\u200d/a.mp4")]
    public void An_address_that_is_none_is_refused(string location) =>
        Should.Throw<VideosApiException>(() => ForeignHosts.Next(From, new Uri(location, UriKind.RelativeOrAbsolute))).Fault.ShouldBe(VideosFault.BadAnswer);

    [Fact]
    public void Wherever_a_server_points_to_is_an_address_that_can_be_asked_for_or_refused() => Fuzz.Check(6_000, Location, text =>
    {
        if (!Uri.TryCreate(text, UriKind.RelativeOrAbsolute, out var location))
            return;
        Uri next;
        try
        {
            next = ForeignHosts.Next(From, location);
        }
        catch (VideosApiException e)
        {
            e.Fault.ShouldBe(VideosFault.BadAnswer);
            e.Message.Any(char.IsControl).ShouldBeFalse(e.Message);
            return;
        }

        next.Scheme.ShouldBe("https", "from https it never goes back to http");
        next.UserInfo.ShouldBe("");
        next.IdnHost.ShouldNotBeEmpty();
        new Endpoint(new VideosApiOptions { BaseUrl = "https://api.example.test/v1" }).IsOwn(next).ShouldBe(next.IdnHost == "api.example.test" && next.Port == 443);
    });

    private static string Location(Random random) => random.Next(3) switch
    {
        0 => Arbitrary.Text(random),
        1 => $"{random.Pick("https", "http", "HTTPS", "ftp", "file", "data", "")}{random.Pick("://", ":", "//", ":/", ":\\\\")}{random.Pick(Hosts)}{random.Pick("", ":443", ":0", ":99999", ":")}{random.Pick("", "/a.mp4", "/../..", "?x", "#x")}",
        _ => Arbitrary.Mutated(random, "https://cdn.example.test:443/a.mp4?signature=1"),
    };
}
