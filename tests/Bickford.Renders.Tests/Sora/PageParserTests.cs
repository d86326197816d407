using System.Text.Json;
using Bickford.Renders.Sora;
using Bickford.Renders.Videos;

namespace Bickford.Renders.Tests.Sora;

public class PageParserTests
{
    private static VideoPage? Parse(string json, string? after = null)
    {
        using var document = JsonDocument.Parse(json);
        return PageParser.TryPage(document.RootElement, after, null, new Uri("https://api.example.test/v1/"));
    }

    [Theory]
    [InlineData("""{"data":[{"id":"a"},{"id":"b"}],"has_more":true,"last_id":"b"}""", "b")]
    [InlineData("""{"data":[{"id":"a"},{"id":"b"}],"has_more":true}""", "b")]
    [InlineData("""{"data":[{"id":"a"},{"id":"b"}],"has_more":"true","last_id":null}""", "b")]
    [InlineData("""{"data":[{"id":"a"}],"has_more":true,"last_id":"cursor-9"}""", "cursor-9")]
    [InlineData("""{"data":[{"id":"a"},{"id":"b"}],"has_more":false,"last_id":"b"}""", null)]
    [InlineData("""{"data":[{"id":"a"},{"id":"b"}]}""", "b")]
    [InlineData("""{"data":[],"has_more":true,"last_id":"b"}""", null)]
    [InlineData("""[{"id":"a"}]""", "a")]
    [InlineData("""{"data":[]}""", null)]
    public void The_next_page_begins_after_the_last_id_while_there_is_more(string json, string? next)
    {
        Parse(json)!.NextAfter.ShouldBe(next);
    }

    /// <summary>A server that gives fewer than it was asked for would hide the rest, and with it a video that was paid.</summary>
    [Fact]
    public void Without_has_more_a_short_page_is_followed_by_another_until_one_repeats_or_is_empty()
    {
        const string Json = """{"data":[{"id":"a"},{"id":"b"}]}""";

        Parse(Json)!.NextAfter.ShouldBe("b");
        Parse(Json, after: "b")!.NextAfter.ShouldBeNull();
    }

    /// <summary>A server that does not heed the position: what it says is there, and never gives, was not read.</summary>
    [Fact]
    public void A_page_that_ends_where_it_began_is_not_the_last_where_more_is_said_to_be_there() =>
        Parse("""{"data":[{"id":"a"},{"id":"b"}],"has_more":true}""", after: "b")!.NextAfter.ShouldBe("b");

    [Theory]
    [InlineData("""{"error":"no"}""")]
    [InlineData("""{"data":{"id":"a"}}""")]
    [InlineData("""{"data":[{"id":"a"},{}]}""")]
    [InlineData("""{"data":[null]}""")]
    [InlineData("7")]
    public void A_list_with_holes_is_no_list(string json) => Parse(json).ShouldBeNull();
}
