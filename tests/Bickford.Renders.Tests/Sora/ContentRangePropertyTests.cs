using System.Net;
using System.Net.Http.Headers;
using Bickford.Renders.Sora;
using Bickford.Renders.Tests.Support;
using Bickford.Renders.Videos;

namespace Bickford.Renders.Tests.Sora;

/// <summary>Bytes are only ever put where the server says they belong, and only if we asked for that place.</summary>
public sealed class ContentRangePropertyTests
{
    [Fact]
    public void A_body_stands_at_its_beginning_or_where_we_asked_for_it() => Fuzz.Check(5_000, Answer, input =>
    {
        var (offset, tag, status, range, length) = input;
        var asked = ContentRange.From(new ContentResume(offset, tag));
        using var response = new HttpResponseMessage((HttpStatusCode)status) { Content = new ByteArrayContent([]) };
        response.Content.Headers.ContentLength = length;
        response.Content.Headers.TryAddWithoutValidation("Content-Range", range);

        if (ContentRange.Place(response, asked) is not var (at, whole))
        {
            status.ShouldBe(206);
            return;
        }

        at.ShouldBe(status == 206 ? asked?.Offset ?? 0 : 0);
        (whole is null or >= 0).ShouldBeTrue();
        if (status == 206 && length is { } bytes && whole is { } all)
            (at + bytes).ShouldBeLessThanOrEqualTo(all);
    });

    [Fact]
    public void Only_a_strong_tag_vouches_for_equal_bytes() => Fuzz.Check(2_000, random => (random.NextInt64(-5, 100), Tag(random)), input =>
    {
        if (ContentRange.From(new ContentResume(input.Item1, input.Item2)) is not { } range)
            return;
        range.Offset.ShouldBe(input.Item1);
        range.Offset.ShouldBeGreaterThan(0);
        range.ETag.IsWeak.ShouldBeFalse();
        using var request = new HttpRequestMessage();
        range.Apply(request.Headers);
        RangeHeaderValue.Parse(request.Headers.Range!.ToString()).Ranges.Single().From.ShouldBe(range.Offset);
    });

    private static (long Offset, string Tag, int Status, string Range, long? Length) Answer(Random random)
    {
        var from = random.Pick(0L, 5, 5, 5, long.MaxValue);
        var to = random.Pick(0L, 4, 9, 9, long.MaxValue);
        return (
            random.Pick(0L, 5, 5, 5, long.MaxValue),
            random.Chance(0.8) ? "\"1\"" : Tag(random),
            random.Pick(200, 206, 206, 206),
            random.Chance(0.2) ? Arbitrary.Text(random) : $"{random.Pick("bytes", "bytes", "bytes", "items")} {from}-{to}/{random.Pick("*", "10", "10", "0", "9223372036854775807")}",
            random.Pick<long?>(null, 0, 5, 5, 10, long.MaxValue));
    }

    private static string Tag(Random random) => random.Pick("\"1\"", "W/\"1\"", "\"\"", "*", "1", "\"a\nb\"", Arbitrary.Text(random));
}
