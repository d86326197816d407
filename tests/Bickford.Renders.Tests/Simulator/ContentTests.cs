using System.Security.Cryptography;
using Bickford.Renders.Simulator;

namespace Bickford.Renders.Tests.Simulator;

public sealed class ContentTests
{
    [Theory]
    [InlineData("", "video/mp4")]
    [InlineData("?variant=video", "video/mp4")]
    [InlineData("?variant=thumbnail", "image/webp")]
    [InlineData("?variant=spritesheet", "image/jpeg")]
    public async Task Each_variant_has_its_type_length_and_tag(string query, string type)
    {
        await using var simulator = await SimulatorClient.StartAsync();
        var id = await simulator.CreateCompletedAsync();

        var reply = await simulator.GetAsync($"videos/{id}/content{query}");

        reply.Status.ShouldBe(200);
        reply.Headers["Content-Type"].ShouldBe(type);
        reply.Headers["Content-Length"].ShouldBe($"{reply.Bytes.Length}");
        reply.Headers["ETag"].ShouldMatch("^\"[0-9a-f]{32}\"$");
        reply.Bytes.Length.ShouldBeGreaterThan(1000);
    }

    [Fact]
    public async Task An_unknown_variant_is_a_400()
    {
        await using var simulator = await SimulatorClient.StartAsync();
        var id = await simulator.CreateCompletedAsync();

        (await simulator.GetAsync($"videos/{id}/content?variant=poster")).Status.ShouldBe(400);
    }

    [Fact]
    public async Task The_mp4_can_start_before_it_is_whole_and_names_its_video()
    {
        await using var simulator = await SimulatorClient.StartAsync();
        var id = await simulator.CreateCompletedAsync();
        var other = await simulator.CreateCompletedAsync();

        var mp4 = (await simulator.GetAsync($"videos/{id}/content")).Bytes;

        Mp4.Boxes(mp4).Select(box => box.Type).ShouldBe(["ftyp", "moov", "free", "mdat", "free"]);
        mp4.AsSpan().IndexOf(System.Text.Encoding.ASCII.GetBytes(id)).ShouldBeGreaterThan(0);
        mp4.ShouldNotBe((await simulator.GetAsync($"videos/{other}/content")).Bytes);
    }

    [Fact]
    public async Task A_landscape_and_a_portrait_video_differ()
    {
        await using var simulator = await SimulatorClient.StartAsync();
        var wide = await simulator.CreateCompletedAsync(size: "1280x720");
        var tall = await simulator.CreateCompletedAsync(size: "720x1280");

        ImageHeader.Read((await simulator.GetAsync($"videos/{wide}/content?variant=thumbnail")).Bytes).ShouldBe(new ImageHeader("image/webp", 1280, 720));
        ImageHeader.Read((await simulator.GetAsync($"videos/{tall}/content?variant=thumbnail")).Bytes).ShouldBe(new ImageHeader("image/webp", 720, 1280));
    }

    [Fact]
    public async Task A_padded_mp4_has_exactly_the_length_asked_for_and_a_known_hash()
    {
        const int Length = 300_001;
        await using var simulator = await SimulatorClient.StartAsync(options => options with { ContentBytes = Length });
        var id = await simulator.CreateCompletedAsync();

        var mp4 = (await simulator.GetAsync($"videos/{id}/content")).Bytes;
        var content = await simulator.Server.GetContentAsync(id);

        mp4.Length.ShouldBe(Length);
        Mp4.Boxes(mp4).Sum(box => box.Length).ShouldBe(Length);
        content!.Length.ShouldBe(Length);
        content.ComputeSha256().ShouldBe(Convert.ToHexStringLower(SHA256.HashData(mp4)));
    }

    [Fact]
    public async Task Padding_above_four_gibibytes_uses_a_64_bit_box()
    {
        const long Length = 5L * 1024 * 1024 * 1024;
        await using var simulator = await SimulatorClient.StartAsync(options => options with { ContentBytes = Length });
        var id = await simulator.CreateCompletedAsync();
        var content = await simulator.Server.GetContentAsync(id);

        var boxes = Mp4.Boxes(content!.Length, content.Read);

        content.Length.ShouldBe(Length);
        boxes[^1].Type.ShouldBe("free");
        boxes[^1].Length.ShouldBeGreaterThan(uint.MaxValue);
        boxes.Sum(box => box.Length).ShouldBe(Length);
        var end = await simulator.GetAsync($"videos/{id}/content", ("Range", "bytes=-10"));
        end.Headers["Content-Range"].ShouldBe($"bytes {Length - 10}-{Length - 1}/{Length}");
    }

    [Theory]
    [InlineData("bytes=0-99", 0, 100)]
    [InlineData("bytes=19000-", 19000, -1)]
    [InlineData("bytes=-77", -77, 77)]
    [InlineData("bytes=50-99999999", 50, -1)]
    [InlineData("bytes=18999-40006", 18999, 21008)]
    public async Task A_range_is_exactly_that_part_of_the_whole(string range, int start, int count)
    {
        await using var simulator = await SimulatorClient.StartAsync(options => options with { ContentBytes = 50_000 });
        var id = await simulator.CreateCompletedAsync();
        var whole = (await simulator.GetAsync($"videos/{id}/content")).Bytes;
        start = start < 0 ? whole.Length + start : start;
        count = count < 0 ? whole.Length - start : count;

        var reply = await simulator.GetAsync($"videos/{id}/content", ("Range", range));

        reply.Status.ShouldBe(206);
        reply.Headers["Content-Range"].ShouldBe($"bytes {start}-{start + count - 1}/{whole.Length}");
        reply.Bytes.ShouldBe(whole[start..(start + count)]);
    }

    [Fact]
    public async Task A_range_past_the_end_is_a_416_that_tells_the_length()
    {
        await using var simulator = await SimulatorClient.StartAsync(options => options with { ContentBytes = 50_000 });
        var id = await simulator.CreateCompletedAsync();

        var reply = await simulator.GetAsync($"videos/{id}/content", ("Range", "bytes=50000-"));

        reply.Status.ShouldBe(416);
        reply.Headers["Content-Range"].ShouldBe("bytes */50000");
    }

    [Fact]
    public async Task A_range_of_another_version_is_answered_whole()
    {
        await using var simulator = await SimulatorClient.StartAsync();
        var id = await simulator.CreateCompletedAsync();
        var tag = (await simulator.GetAsync($"videos/{id}/content")).Headers["ETag"];

        (await simulator.GetAsync($"videos/{id}/content", ("Range", "bytes=0-9"), ("If-Range", tag))).Status.ShouldBe(206);
        (await simulator.GetAsync($"videos/{id}/content", ("Range", "bytes=0-9"), ("If-Range", "\"old\""))).Status.ShouldBe(200);
    }

    [Fact]
    public async Task A_server_without_ranges_answers_whole()
    {
        await using var simulator = await SimulatorClient.StartAsync(options => options with { SupportsRange = false });
        var id = await simulator.CreateCompletedAsync();

        var reply = await simulator.GetAsync($"videos/{id}/content", ("Range", "bytes=0-9"));

        reply.Status.ShouldBe(200);
        reply.Headers.ContainsKey("Accept-Ranges").ShouldBeFalse();
    }

    [Fact]
    public async Task A_clip_that_shows_its_prompt_is_a_valid_mp4_and_stays_the_same()
    {
        // Without ffmpeg on the PATH this is the embedded clip, and the same must hold.
        await using var simulator = await SimulatorClient.StartAsync(options => options with { DrawPrompt = true });
        var id = await simulator.CreateCompletedAsync("Text: 100% 'quoted', [in=out]; %{pts} \\ $(rm)");

        var first = await simulator.GetAsync($"videos/{id}/content");
        var part = await simulator.GetAsync($"videos/{id}/content", ("Range", "bytes=1000-1999"));

        Mp4.Boxes(first.Bytes).Select(box => box.Type).ShouldContain("moov");
        part.Bytes.ShouldBe(first.Bytes[1000..2000]);
        part.Headers["ETag"].ShouldBe(first.Headers["ETag"]);
    }

    [Fact]
    public void Long_prompts_are_wrapped_and_cut()
    {
        PromptClip.Wrap("one two three", 7, 8).ShouldBe("one two\nthree");
        PromptClip.Wrap(new string('x', 100), 10, 8).ShouldBe(new string('x', 10));
        PromptClip.Wrap("a b c d", 1, 2).ShouldBe("a\nb");
    }
}
