using Bickford.Renders.Worker.Api;
using Microsoft.AspNetCore.Http;

namespace Bickford.Renders.Tests.Worker.Api;

/// <summary>Whose page sent a request.</summary>
public sealed class ForeignPagesTests
{
    [Theory]
    [InlineData(null, null, true)]
    [InlineData("same-origin", null, true)]
    [InlineData("none", null, true)]
    [InlineData("same-site", null, false)]
    [InlineData("cross-site", null, false)]
    [InlineData("", null, false)]
    [InlineData("cross-site", "http://renders.example:8090", false)]
    [InlineData(null, "http://renders.example:8090", true)]
    [InlineData(null, "https://RENDERS.example:8090", true)]
    [InlineData(null, "http://renders.example", false)]
    [InlineData(null, "http://evil.example", false)]
    [InlineData(null, "http://renders.example:8090.evil.example", false)]
    [InlineData(null, "http://renders.example:8090@evil.example", false)]
    [InlineData(null, "null", false)]
    [InlineData(null, "", false)]
    public void Only_our_own_pages_and_programs_are_ours(string? site, string? origin, bool ours) =>
        ForeignPages.IsOurs(site, origin, new HostString("renders.example:8090")).ShouldBe(ours);
}
