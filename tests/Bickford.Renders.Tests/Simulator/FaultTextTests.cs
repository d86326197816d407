using Bickford.Renders.Simulator;

namespace Bickford.Renders.Tests.Simulator;

public sealed class FaultTextTests
{
    [Theory]
    [InlineData("create:drop-after:times=1:match=lighthouse")]
    [InlineData("any:status:probability=0.25:status=503:code=a:type=b:message=c\\:d\\\\e:retry-after=2s:retry-after-ms=1500")]
    [InlineData("content:stall:skip=3:variant=video:for=1500ms:bytes=10")]
    [InlineData("content:wrong-length:bytes=-5")]
    [InlineData("create:moderation:at=30:late=true")]
    [InlineData("create:hang:effect=false")]
    [InlineData("remix:fail:as=cancelled")]
    public void A_rule_reads_back_as_it_was_written(string text)
    {
        FaultRule.Parse(text).ToString().ShouldBe(text);
        FaultRule.Parse(FaultRule.Parse(text).ToString()).ShouldBe(FaultRule.Parse(text));
    }

    [Fact]
    public void Every_kind_can_be_written()
    {
        foreach (var kind in Enum.GetValues<FaultKind>())
        {
            var operation = kind == FaultKind.Redirect ? FaultOperation.Content : FaultOperation.Create;
            var rule = new FaultRule { Operation = operation, Kind = kind };
            FaultRule.Parse(rule.ToString()).ShouldBe(rule);
        }
    }

    [Theory]
    [InlineData("create", "operation:kind")]
    [InlineData("make:hang", "'make'")]
    [InlineData("create:explode", "'explode'")]
    [InlineData("create:hang:sometimes", "'sometimes'")]
    [InlineData("create:hang:times=0", "times=0")]
    [InlineData("create:hang:times=many", "'many'")]
    [InlineData("create:status:status=200", "status=200")]
    [InlineData("create:hang:probability=1.5", "probability=1.5")]
    [InlineData("create:hang:probability=NaN", "probability=NaN")]
    [InlineData("create:hang:for=800h", "30 days")]
    [InlineData("create:stuck:at=101", "at=101")]
    [InlineData("content:slow:bytes=0", "bytes=0")]
    [InlineData("content:slow:variant=poster", "variant=poster")]
    [InlineData("get:hang:variant=video", "variant")]
    [InlineData("list:hang:match=a", "match")]
    [InlineData("list:lost", "lost")]
    [InlineData("get:redirect", "redirect")]
    [InlineData("content:malformed", "malformed")]
    [InlineData("content:garbage:as=jpeg", "as=jpeg")]
    public void A_rule_that_makes_no_sense_is_refused_in_one_line_that_says_why(string text, string part)
    {
        var error = Should.Throw<FormatException>(() => FaultRule.Parse(text));

        error.Message.ShouldContain(part);
        error.Message.ShouldNotContain("\n");
    }
}
