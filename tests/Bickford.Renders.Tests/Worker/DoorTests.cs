using System.Net;
using System.Text;
using Bickford.Renders.Worker.Doors;
using Microsoft.AspNetCore.Http;

namespace Bickford.Renders.Tests.Worker;

/// <summary>Who may see the pages, and who may press buttons.</summary>
public sealed class DoorTests
{
    private const string OperatorPassword = "operator-password-1";
    private const string ViewerPassword = "viewer-password-12";
    private static readonly DoorSettings s_open = new(null, null, ReadOnly: false);
    private static readonly DoorSettings s_locked = new(OperatorPassword, ViewerPassword, ReadOnly: false);

    [Theory]
    [InlineData("127.0.0.1", "127.0.0.1:8090", true)]
    [InlineData("127.0.0.1", "localhost", true)]
    [InlineData("::1", "[::1]:8090", true)]
    [InlineData("::ffff:127.0.0.1", "LOCALHOST:80", true)]
    [InlineData("10.0.0.7", "127.0.0.1:8090", false)]
    [InlineData("127.0.0.1", "renders.example", false)]
    [InlineData("127.0.0.1", "127.0.0.1.renders.example", false)]
    [InlineData("127.0.0.1", "", false)]
    [InlineData(null, "127.0.0.1", false)]
    public void Without_a_password_only_this_machine_by_its_own_name_comes_in(string? from, string host, bool comesIn) =>
        Door.Of(s_open, from is null ? null : IPAddress.Parse(from), new HostString(host), null).ShouldBe(comesIn ? Access.Act : Access.None);

    [Theory]
    [InlineData("operator", OperatorPassword, "Act")]
    [InlineData("viewer", ViewerPassword, "Look")]
    [InlineData("operator", ViewerPassword, "None")]
    [InlineData("viewer", OperatorPassword, "None")]
    [InlineData("Operator", OperatorPassword, "None")]
    [InlineData("operator", "", "None")]
    public void With_passwords_everybody_must_say_one(string user, string password, string expected) =>
        Door.Of(s_locked, IPAddress.Loopback, new HostString("localhost"), Basic($"{user}:{password}")).ToString().ShouldBe(expected);

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("Basic")]
    [InlineData("Basic ")]
    [InlineData("Basic %%%")]
    [InlineData("Bearer b3BlcmF0b3I6b3BlcmF0b3ItcGFzc3dvcmQtMQ==")]
    public void What_is_no_sign_in_is_refused(string? authorization) =>
        Door.Of(s_locked, IPAddress.Loopback, new HostString("localhost"), authorization).ShouldBe(Access.None);

    [Fact]
    public void A_password_that_is_not_set_lets_nobody_in() =>
        Door.Of(new DoorSettings(OperatorPassword, null, false), IPAddress.Loopback, new HostString("localhost"), Basic("viewer:")).ShouldBe(Access.None);

    [Fact]
    public void A_password_may_contain_a_colon() =>
        Door.Of(new DoorSettings("pass:word:with:colons", null, false), null, new HostString("renders.example"), Basic("operator:pass:word:with:colons")).ShouldBe(Access.Act);

    [Fact]
    public void Read_only_holds_for_everybody()
    {
        Door.Of(s_open with { ReadOnly = true }, IPAddress.Loopback, new HostString("localhost"), null).ShouldBe(Access.Look);
        Door.Of(s_locked with { ReadOnly = true }, null, new HostString("x"), Basic($"operator:{OperatorPassword}")).ShouldBe(Access.Look);
    }

    [Fact]
    public void A_short_password_is_refused_and_not_shown()
    {
        var error = SettingsWorld.Error(flags: ["Dashboard:OperatorPassword=hunter2"]);

        error.Message.ShouldContain("allowed: at least 12 characters");
        error.Message.ShouldNotContain("hunter2");
    }

    private static string Basic(string credentials) => "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes(credentials));
}
