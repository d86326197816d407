using System.Buffers.Binary;
using System.Text;
using Bickford.Renders.Media;

namespace Bickford.Renders.Tests.Media;

public sealed class Mp4FileTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_real_video_is_fine()
    {
        (await CheckAsync(TestMedia.Mp4)).ShouldBe(new Mp4Check(true, null));
        (await CheckAsync(TestMedia.FragmentedMp4)).Ok.ShouldBeTrue();
        MediaType.Sniff(TestMedia.Mp4).ShouldBe("video/mp4");
    }

    [Fact]
    public async Task The_order_of_moov_and_mdat_does_not_matter() =>
        (await CheckAsync([.. Box("ftyp", 8), .. Box("mdat", 100), .. Box("moov", 20)])).Ok.ShouldBeTrue();

    [Fact]
    public async Task A_64_bit_size_and_an_open_last_size_are_read()
    {
        (await CheckAsync([.. Box("ftyp", 8), .. Box("moov", 20), .. LongBox("mdat", 100)])).Ok.ShouldBeTrue();
        (await CheckAsync([.. Box("ftyp", 8), .. Box("moov", 20), .. Header(0, "mdat"), 1, 2, 3])).Ok.ShouldBeTrue();
    }

    [Fact]
    public async Task A_box_body_is_never_read()
    {
        const long Body = 5L << 40;
        var length = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(length, 16 + Body);
        byte[] start = [.. Box("ftyp", 8), .. Box("moov", 20), .. Header(1, "mdat"), .. length];
        await using var file = new PaddedStream(start, start.Length + Body);

        (await Mp4File.CheckAsync(file, Token)).ShouldBe(new Mp4Check(true, null));
        file.BytesRead.ShouldBeLessThan(100);
    }

    [Fact]
    public async Task Every_cut_of_a_real_video_is_found()
    {
        for (var length = 0; length < TestMedia.Mp4.Length; length++)
            (await CheckAsync(TestMedia.Mp4[..length])).Ok.ShouldBeFalse($"{length} bytes");
    }

    [Fact]
    public async Task A_cut_is_named_with_box_place_and_missing_bytes()
    {
        byte[] whole = [.. Box("ftyp", 8), .. Box("moov", 5_654), .. Box("mdat", 3_000)];

        (await ProblemAsync(whole[..^1_234])).ShouldBe("ends 1,234 bytes short in box mdat at 5,678");
        (await ProblemAsync(whole[..12])).ShouldBe("ends 4 bytes short in box ftyp at 0");
        (await ProblemAsync(whole[..5_680])).ShouldBe("ends inside the header of a box at 5,678");
        (await ProblemAsync([.. Box("ftyp", 8), .. Header(1, "mdat"), 0])).ShouldBe("ends inside the header of box mdat at 16");
    }

    [Theory]
    [InlineData("<!DOCTYPE html><html></html>", "is no MP4 but HTML or XML")]
    [InlineData("\r\n  <?xml version=\"1.0\"?>", "is no MP4 but HTML or XML")]
    [InlineData("\uFEFF<html>", "is no MP4 but HTML or XML")]
    [InlineData("{\"error\":{\"message\":\"gone\"}}", "is no MP4 but JSON")]
    [InlineData("", "is empty")]
    [InlineData("\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", "is no MP4: it begins with zero bytes")]
    [InlineData("plain text, quite long", "is no MP4: it begins with 706C61696E207465 and not with an ftyp box")]
    [InlineData("abc", "is no MP4: it begins with 616263 and not with an ftyp box")]
    public async Task What_is_no_mp4_is_called_what_it_is(string text, string problem) =>
        (await ProblemAsync(Encoding.UTF8.GetBytes(text))).ShouldBe(problem);

    [Fact]
    public async Task An_image_is_called_an_image() => (await ProblemAsync(TestMedia.Png)).ShouldBe("is no MP4 but image/png");

    [Fact]
    public async Task Missing_boxes_are_named()
    {
        (await ProblemAsync([.. Box("ftyp", 8), .. Box("mdat", 9)])).ShouldBe("has no moov box: it was cut off, or never finished");
        (await ProblemAsync([.. Box("ftyp", 8), .. Box("moov", 9)])).ShouldBe("has neither an mdat nor a moof box: there is no video in it");
    }

    [Fact]
    public async Task Garbage_after_a_box_and_impossible_sizes_are_named()
    {
        (await ProblemAsync([.. TestMedia.Mp4, 1, 2, 3])).ShouldBe("ends inside the header of a box at 1,564");
        (await ProblemAsync([.. TestMedia.Mp4, .. new byte[100]])).ShouldBe("has no box at 1,564, where one should begin");
        (await ProblemAsync([.. Box("ftyp", 8), .. Header(7, "moov")])).ShouldBe("has a box moov at 16 with the impossible size 7");
        (await ProblemAsync([.. Box("ftyp", 8), .. Header(1, "moov"), 0, 0, 0, 0, 0, 0, 0, 15])).ShouldBe("has a box moov at 16 with the impossible size 15");
        (await ProblemAsync([.. Box("ftyp", 8), .. Header(1, "moov"), .. Enumerable.Repeat((byte)255, 8)])).ShouldStartWith("ends 18,446,744,073,709,551,599 bytes short in box moov at 16");
    }

    [Fact]
    public async Task A_file_of_countless_boxes_is_given_up_on()
    {
        var file = Box("ftyp", 8).Concat(Enumerable.Repeat(Box("free", 0), Mp4File.MaxBoxes).SelectMany(box => box));

        (await ProblemAsync([.. file])).ShouldBe("has more than 100,000 boxes");
    }

    [Fact]
    public async Task Mutated_videos_never_throw_and_a_bad_one_always_has_a_problem()
    {
        var random = new Random(20260102);
        foreach (var file in new[] { TestMedia.Mp4, TestMedia.FragmentedMp4 })
        {
            for (var round = 0; round < 5_000; round++)
            {
                var check = await CheckAsync(Mutation.Of(file, random));
                check.Ok.ShouldBe(check.Problem is null);
            }
        }
    }

    [Fact]
    public async Task Random_bytes_are_never_a_video()
    {
        var random = new Random(20260103);
        for (var round = 0; round < 5_000; round++)
        {
            var bytes = new byte[random.Next(0, 200)];
            random.NextBytes(bytes);
            (await CheckAsync(bytes)).Ok.ShouldBeFalse();
        }
    }

    private static Task<Mp4Check> CheckAsync(byte[] file) => Mp4File.CheckAsync(new MemoryStream(file), Token);

    private static async Task<string?> ProblemAsync(byte[] file)
    {
        var check = await CheckAsync(file);
        check.Ok.ShouldBeFalse();
        return check.Problem;
    }

    private static byte[] Header(uint size, string type)
    {
        var header = new byte[8];
        BinaryPrimitives.WriteUInt32BigEndian(header, size);
        Encoding.ASCII.GetBytes(type, header.AsSpan(4));
        return header;
    }

    private static byte[] Box(string type, int body) => [.. Header((uint)(8 + body), type), .. new byte[body]];

    private static byte[] LongBox(string type, int body)
    {
        var length = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(length, 16 + body);
        return [.. Header(1, type), .. length, .. new byte[body]];
    }

    private sealed class PaddedStream(byte[] start, long length) : MemoryStream(start)
    {
        public int BytesRead { get; private set; }

        public override long Length => length;

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var read = await base.ReadAsync(buffer, cancellationToken);
            BytesRead += read;
            return read;
        }
    }
}
