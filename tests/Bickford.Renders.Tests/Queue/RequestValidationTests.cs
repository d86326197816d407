using Bickford.Renders.Queue;
using Bickford.Renders.Tests.Media;

namespace Bickford.Renders.Tests.Queue;

public sealed class RequestValidationTests
{
    [Theory]
    [InlineData("frame\0.png")]
    [InlineData("half")]
    public void A_file_name_that_no_database_can_keep_is_refused(string name)
    {
        var reference = new ReferenceImage(Media.TestMedia.Png, name == "half" ? $"{(char)0xD83C}.png" : name);

        Should.Throw<RenderRequestException>(() => RequestValidation.Check(new RenderRequest("A boat") { Model = "m", Reference = reference }, new RenderOptions())).Field.ShouldBe("reference");
    }

    [Fact]
    public void A_model_of_half_a_surrogate_pair_is_refused() =>
        Should.Throw<RenderRequestException>(() => RequestValidation.Check(new RenderRequest("A boat") { Model = $"{(char)0xD83C}" }, new RenderOptions())).Field.ShouldBe("model");

    private static readonly RenderOptions Options = Catalogue();

    [Theory]
    [InlineData(null, "(none)")]
    [InlineData("", "''")]
    [InlineData(" \t\n", "' \t\n'")]
    [InlineData("a\0b", "'a␀b'")]
    public void A_bad_prompt_is_named(string? prompt, string shown) =>
        Refused("prompt", shown, () => RequestValidation.Check(new RenderRequest(prompt!), Options));

    [Fact]
    public void A_prompt_may_have_32000_characters_and_no_more()
    {
        RequestValidation.Check(new RenderRequest(new string('a', 32_000)), Options).Prompt.Length.ShouldBe(32_000);
        var error = Refused("prompt", "(32001 characters)", () => RequestValidation.Check(new RenderRequest(new string('a', 32_001)), Options));
        error.Message.Length.ShouldBeLessThan(300);
    }

    [Theory]
    [InlineData("sora-3", "'sora-3'")]
    [InlineData("", "''")]
    [InlineData("SORA-2", "'SORA-2'")]
    public void A_model_that_is_not_in_the_catalogue_is_answered_with_the_catalogue(string model, string shown)
    {
        var error = Refused("model", shown, () => RequestValidation.Check(new RenderRequest("p") { Model = model }, Options));
        error.Allowed.ShouldContain("sora-2, sora-2-pro");
        error.Allowed.ShouldContain("Sora:Models");
    }

    [Theory]
    [InlineData("1920x1080", "1280x720, 720x1280")]
    [InlineData("1280X720", "width x height")]
    [InlineData("0x720", "width x height")]
    [InlineData("1280x720\n", "width x height")]
    [InlineData("1280x720; rm", "width x height")]
    [InlineData("", "width x height")]
    public void A_size_that_the_model_does_not_have_is_named(string size, string allowed) =>
        Refused("size", $"'{size}'", () => RequestValidation.Check(new RenderRequest("p") { Size = size }, Options)).Allowed.ShouldContain(allowed);

    [Theory]
    [InlineData(6, "4, 8, 12")]
    [InlineData(0, "1 to 3600")]
    [InlineData(-4, "1 to 3600")]
    [InlineData(int.MaxValue, "1 to 3600")]
    public void A_length_that_the_model_does_not_have_is_named(int seconds, string allowed) =>
        Refused("seconds", $"'{seconds}'", () => RequestValidation.Check(new RenderRequest("p") { Seconds = seconds }, Options)).Allowed.ShouldContain(allowed);

    [Theory]
    [InlineData(-101)]
    [InlineData(101)]
    public void A_priority_out_of_range_is_named(int priority) =>
        Refused("priority", $"'{priority}'", () => RequestValidation.Check(new RenderRequest("p") { Priority = priority }, Options)).Allowed.ShouldBe("-100 to 100");

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("a\nb")]
    public void A_bad_tag_is_named(string tag) =>
        Refused("tags", "", () => RequestValidation.Check(new RenderRequest("p") { Tags = ["good", tag] }, Options));

    [Fact]
    public void Too_many_tags_a_long_tag_and_no_list_are_named()
    {
        Refused("tags", "'21'", () => RequestValidation.Check(new RenderRequest("p") { Tags = [.. Enumerable.Repeat("t", 21)] }, Options));
        Refused("tags", "'", () => RequestValidation.Check(new RenderRequest("p") { Tags = [new string('t', 65)] }, Options));
        Refused("tags", "(none)", () => RequestValidation.Check(new RenderRequest("p") { Tags = null! }, Options));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a\tb")]
    public void A_bad_key_is_named(string key) => Refused("idempotencyKey", "", () => RequestValidation.CheckKey(key));

    [Fact]
    public void Half_a_character_which_no_database_takes_is_named()
    {
        var half = new string('\ud83c', 1);
        Refused("prompt", "half", () => RequestValidation.Check(new RenderRequest("a " + half), Options));
        Refused("tags", half, () => RequestValidation.Check(new RenderRequest("p") { Tags = [half + "a"] }, Options));
        Refused("idempotencyKey", half, () => RequestValidation.CheckKey(half));
        RequestValidation.Check(new RenderRequest("🎬"), Options).Prompt.ShouldBe("🎬");
    }

    [Fact]
    public void A_key_has_1_to_200_characters_or_is_left_out()
    {
        RequestValidation.CheckKey(null);
        RequestValidation.CheckKey(new string('k', 200));
        Refused("idempotencyKey", "(201 characters)", () => RequestValidation.CheckKey(new string('k', 201)));
    }

    [Fact]
    public void A_reference_must_be_an_image_of_the_renders_size()
    {
        Refused("reference", "'a.png'", () => Check(new byte[] { 1, 2, 3 })).Allowed.ShouldContain("jpeg, png or webp");
        Refused("reference", "'a.png'", () => Check([])).Message.ShouldContain("it has 0");
        Refused("reference", "'a.png'", () => Check(TestMedia.Png)).Message.ShouldContain("it is 48x32");
        RequestValidation.Check(new RenderRequest("p") { Model = "free", Size = "48x32", Reference = new(TestMedia.Png, "a.png") }, new RenderOptions()).ReferenceType.ShouldBe("image/png");

        static void Check(byte[] content) => RequestValidation.Check(new RenderRequest("p") { Reference = new(content, "a.png") }, Options);
    }

    [Fact]
    public void What_is_left_out_comes_from_the_catalogue_with_its_price()
    {
        RequestValidation.Check(new RenderRequest("p"), Options).ShouldBe(new ValidRequest("p", "sora-2", "1280x720", 4, null, 0.4m));
        RequestValidation.Check(new RenderRequest("p") { Model = "sora-2-pro", Size = "1792x1024", Seconds = 8 }, Options).Cost.ShouldBe(4m);
    }

    [Fact]
    public void Without_a_catalogue_the_server_judges_but_a_model_must_be_named()
    {
        var open = new RenderOptions();
        RequestValidation.Check(new RenderRequest("p") { Model = "any" }, open).ShouldBe(new ValidRequest("p", "any", null, null, null, null));
        Refused("model", "(none)", () => RequestValidation.Check(new RenderRequest("p"), open)).Allowed.ShouldContain("Sora:DefaultModel");
        Refused("model", "'a\nb'", () => RequestValidation.Check(new RenderRequest("p") { Model = "a\nb" }, open));
    }

    private static RenderRequestException Refused(string field, string shown, Action check)
    {
        var error = Should.Throw<RenderRequestException>(check);
        error.Field.ShouldBe(field);
        error.Message.ShouldStartWith(field + ": ");
        error.Message.ShouldContain(shown);
        error.Message.ShouldContain("allowed: ");
        return error;
    }

    private static RenderOptions Catalogue()
    {
        var options = new RenderOptions { DefaultModel = "sora-2" };
        options.Models["sora-2"] = new ModelOptions { Sizes = { "1280x720", "720x1280" }, Seconds = { 4, 8, 12 }, Price = 0.1m };
        options.Models["sora-2-pro"] = new ModelOptions { Sizes = { "1280x720", "1792x1024" }, Seconds = { 4, 8, 12 }, Price = 0.3m, Prices = { ["1792x1024"] = 0.5m } };
        return options;
    }
}
