using Bickford.Renders.Worker.Batches;
using Bickford.Renders.Worker.Cli;

namespace Bickford.Renders.Tests.Worker;

/// <summary>A file of renders, read.</summary>
public sealed class BatchFileTests
{
    private static readonly RenderOptions s_options = new() { Models = { ["sora-2"] = new ModelOptions { Sizes = { "720x1280", "1280x720" }, Seconds = { 4, 8 }, Price = 0.1m } } };

    [Fact]
    public void Each_line_is_a_render_of_the_batch_with_what_the_line_says()
    {
        var lines = Parse("""
            {"prompt": "first", "seconds": 8, "size": "1280x720", "tags": ["a"], "priority": 3, "keep": true, "idempotency_key": "mine"}

            {"prompt": "second"}
            """, "spring", "a", "b");

        lines.Select(line => line.Number).ShouldBe([1, 3]);
        lines.Select(line => line.Cost).ShouldBe([0.8m, 0.4m]);
        var (first, second) = (lines[0].Order, lines[1].Order);
        first.IdempotencyKey.ShouldBe("mine");
        (first.Request.Prompt, first.Request.Seconds, first.Request.Priority, first.Request.Keep, first.Request.Batch).ShouldBe(("first", 8, 3, true, "spring"));
        first.Request.Tags.ShouldBe(["a", "b"]);
        second.Request.Tags.ShouldBe(["a", "b"]);
        second.Request.Batch.ShouldBe("spring");
    }

    [Fact]
    public void A_line_keeps_its_key_however_it_is_written_and_wherever_it_stands()
    {
        var before = Parse("{\"prompt\": \"a\", \"seconds\": 8}\n{\"prompt\": \"b\"}");
        var after = Parse("{\"prompt\": \"new\"}\n\n{\"prompt\": \"b\"}\n{ \"seconds\":8,\"prompt\":\"a\" }");

        KeysOf(after).Skip(1).ShouldBe(KeysOf(before), ignoreOrder: true);
        KeysOf(Parse("{\"prompt\": \"b\"}", "another")).ShouldNotBe([KeysOf(before)[1]]);
        KeysOf(before).ShouldAllBe(key => key.StartsWith("batch/spring/", StringComparison.Ordinal) && key.Length <= 200);
    }

    [Fact]
    public void The_same_line_twice_is_two_renders()
    {
        var keys = KeysOf(Parse("{\"prompt\": \"a\"}\n{\"prompt\": \"a\"}\n{\"prompt\": \"a\"}"));

        keys.Distinct().Count().ShouldBe(3);
        keys[1].ShouldBe(keys[0] + "-2");
    }

    [Fact]
    public void The_longest_name_leaves_room_for_the_key() =>
        KeysOf(Parse("{\"prompt\": \"a\"}", new string('n', 100)))[0].Length.ShouldBeLessThanOrEqualTo(200);

    [Fact]
    public void Every_line_that_is_wrong_is_named_with_what_is_wrong()
    {
        var error = Should.Throw<BatchFileException>(() => Parse("""
            {"prompt": "right"}
            {"prompt": "x", "seconds": 5}
            {"prompt": }
            {"prompt": "x", "sise": "1x1"}
            {"prompt": "x", "idempotency_key": "k"}
            {"prompt": "y", "idempotency_key": "k"}
            {"prompt": "x", "batch": "other"}
            {"seconds": 4}
            """));

        error.Errors.Select(one => one.Field).ShouldBe(["line 2", "line 3", "line 4", "line 6", "line 7", "line 8"]);
        error.Errors[0].Message.ShouldStartWith("line 2: seconds: '5' is not allowed; allowed: 4, 8 for model sora-2");
        error.Errors[1].Message.ShouldContain("at byte 11");
        error.Errors[3].Message.ShouldContain("line 5 has it");
        error.Errors[4].Message.ShouldContain("a file is one batch, named by --name");
    }

    [Fact]
    public void Of_very_many_wrong_lines_the_first_are_named_and_the_others_counted()
    {
        var error = Should.Throw<BatchFileException>(() => Parse(string.Join('\n', Enumerable.Repeat("{}", 25))));

        error.Errors.Count.ShouldBe(21);
        error.Errors[^1].Message.ShouldBe("and 5 more lines are wrong");
    }

    [Fact]
    public void A_file_with_nothing_in_it_or_too_much_is_refused()
    {
        Should.Throw<InputException>(() => Parse(" \n\n")).Message.ShouldContain("it holds no line");
        Should.Throw<InputException>(() => Parse(string.Concat(Enumerable.Repeat("{}\n", BatchFile.MostLines + 1)))).Message.ShouldContain("at most 10000");
    }

    private static IReadOnlyList<BatchLine> Parse(string text, string name = "spring", params string[] tags) => BatchFile.Parse(text, name, tags, s_options);

    private static string[] KeysOf(IReadOnlyList<BatchLine> lines) => [.. lines.Select(line => line.Order.IdempotencyKey!)];
}
