using Bickford.Renders.Worker.Web.Actions;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;

namespace Bickford.Renders.Tests.Worker.Web;

/// <summary>What the form for a new render asks for.</summary>
public sealed class NewRenderActionTests
{
    [Fact]
    public void What_is_left_empty_is_left_to_the_settings()
    {
        var request = Of(("prompt", " one\r\ntwo "), ("with", ""), ("size", ""), ("seconds", ""), ("priority", ""), ("tags", ""));

        (request.Prompt, request.Model, request.Intent, request.Size, request.Seconds, request.Priority, request.Keep).ShouldBe(("one\ntwo", null, null, null, null, 0, false));
        request.Tags.ShouldBeEmpty();
    }

    [Fact]
    public void It_takes_an_intent_or_a_model_and_all_the_rest()
    {
        Of(("prompt", "p"), ("with", "intent:Final")).Intent.ShouldBe(RenderIntent.Final);
        var request = Of(("prompt", "p"), ("with", "model:sora-2"), ("size", "1280x720"), ("seconds", "8"), ("priority", "-5"), ("tags", "a, b,,"), ("keep", "true"));
        (request.Model, request.Intent, request.Size, request.Seconds, request.Priority, request.Keep).ShouldBe(("sora-2", null, "1280x720", 8, -5, true));
        request.Tags.ShouldBe(["a", "b"]);
    }

    [Theory]
    [InlineData("seconds", "4.5")]
    [InlineData("priority", "high")]
    public void A_field_that_is_no_number_is_named(string field, string value) =>
        Should.Throw<RenderRequestException>(() => Of(("prompt", "p"), (field, value))).Field.ShouldBe(field);

    [Fact]
    public void An_intent_that_there_is_not_is_named() =>
        Should.Throw<RenderRequestException>(() => Of(("prompt", "p"), ("with", "intent:1"))).Field.ShouldBe("intent");

    private static RenderRequest Of(params (string Name, string Value)[] fields) =>
        NewRenderAction.RequestOf(new FormCollection(fields.ToDictionary(field => field.Name, field => new StringValues(field.Value))));
}
