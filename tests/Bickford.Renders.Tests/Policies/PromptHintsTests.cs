using Bickford.Renders.Policies;

namespace Bickford.Renders.Tests.Policies;

public sealed class PromptHintsTests
{
    [Theory]
    [InlineData("Wide tracking shot of a teal coupe driving through a desert highway, heat ripples visible, hard sun overhead")]
    [InlineData("Close-up of a steaming coffee cup on a wooden table, morning light through blinds, soft depth of field")]
    [InlineData("Drone shot: an old fisherman walks along a pier at dusk")]
    [InlineData("Handheld camera follows two children who run across a field in golden hour light")]
    public void A_prompt_that_says_shot_subject_action_setting_and_lighting_gets_no_hint(string prompt) =>
        PromptHints.Of(prompt).ShouldBeEmpty();

    [Theory]
    [InlineData("lighthouse", "shot, subject, action, setting, lighting")]
    [InlineData("A lighthouse in fog", "shot, action")]
    [InlineData("A red kite flies over the sea", "shot, lighting")]
    [InlineData("Close-up of a cat that sleeps, soft light", "setting")]
    public void What_a_prompt_lacks_is_named_in_the_order_of_the_advice(string prompt, string lacks) =>
        string.Join(", ", PromptHints.Of(prompt).Select(hint => hint.About)).ShouldBe(lacks);

    [Theory]
    [InlineData("Wide shot of Mickey Mouse dancing in a city at night", "characters")]
    [InlineData("Wide shot of a singer on a stage at night, singing a song by the Beatles", "music")]
    [InlineData("Wide shot of president Lincoln walking through a city at night", "real people")]
    [InlineData("Wide shot of a naked man running on a beach at noon", "audience")]
    public void What_providers_refuse_is_warned_of_first(string prompt, string about)
    {
        var first = PromptHints.Of(prompt)[0];
        (first.Kind, first.About).ShouldBe((HintKind.Guardrail, about));
    }

    [Fact]
    public void A_king_who_is_nobody_in_particular_is_no_real_person() =>
        PromptHints.Of("Wide shot of an old king walking through a hall at night").ShouldBeEmpty();

    [Theory]
    [InlineData("The same, at night", "")]
    [InlineData("Change the color of the monster to orange.", "")]
    [InlineData("Make the boat red and add a dog. Then turn it into winter", "changes")]
    [InlineData("Make it night; the lamp turns", "changes")]
    public void A_remix_is_asked_for_one_change_and_for_nothing_that_is_to_be_seen_already(string prompt, string hints) =>
        string.Join(", ", PromptHints.Of(prompt, isRemix: true).Select(hint => hint.About)).ShouldBe(hints);

    [Fact]
    public void The_longest_prompt_is_looked_at_without_going_round_in_circles()
    {
        foreach (var piece in new[] { "a", "ing", "the ", "president ", ". a", ", and add ", "in ", "\u00e9", "on\n" })
            PromptHints.Of(string.Concat(Enumerable.Repeat(piece, 32_000 / piece.Length)), isRemix: piece.Length % 2 == 0).Count.ShouldBeLessThan(10);
    }
}
