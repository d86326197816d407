using Bickford.Renders.Media;

namespace Bickford.Renders.Tests.Media;

public sealed class ImageHeaderTests
{
    public static TheoryData<string, byte[], string> RealFiles => new()
    {
        { "png", TestMedia.Png, "image/png" },
        { "jpeg", TestMedia.Jpeg, "image/jpeg" },
        { "lossy webp", TestMedia.WebpLossy, "image/webp" },
        { "lossless webp", TestMedia.WebpLossless, "image/webp" },
        { "extended webp", TestMedia.WebpExtended, "image/webp" },
    };

    [Theory]
    [MemberData(nameof(RealFiles))]
    public void The_size_comes_from_the_file_itself(string name, byte[] file, string contentType)
    {
        ImageHeader.Read(file).ShouldBe(new ImageInfo(contentType, 48, 32), name);
        MediaType.Sniff(file.AsSpan(0, MediaType.SniffBytes)).ShouldBe(contentType, name);
    }

    [Fact]
    public void An_exif_turn_and_an_embedded_thumbnail_do_not_change_the_size()
    {
        byte[] thumbnail = [0xFF, 0xD8, 0xFF, 0xC0, 0, 17, 8, 0, 90, 0, 160, 3, 1, 0x22, 0, 2, 0x11, 1, 3, 0x11, 1];
        byte[] exif =
        [
            .. "Exif\0\0MM\0*\0\0\0\u0008"u8,
            0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0, 0, 0, 0, 0, // One entry: orientation 6, a quarter turn.
            .. thumbnail,
        ];
        byte[] file = [0xFF, 0xD8, 0xFF, 0xE1, 0, (byte)(exif.Length + 2), .. exif, .. TestMedia.Jpeg[2..]];

        ImageHeader.Read(file).ShouldBe(new ImageInfo("image/jpeg", 48, 32));
    }

    [Fact]
    public void Progressive_jpegs_and_fill_bytes_are_read()
    {
        byte[] file = [0xFF, 0xD8, 0xFF, 0xFF, 0xFF, 0xE0, 0, 4, 1, 2, 0xFF, 0xC2, 0, 17, 8, 0x02, 0xD0, 0x05, 0x00, 3];

        ImageHeader.Read(file).ShouldBe(new ImageInfo("image/jpeg", 1280, 720));
    }

    [Fact]
    public void The_greatest_webp_sizes_do_not_overflow()
    {
        byte[] extended = [.. "RIFF\0\0\0\0WEBPVP8X\n\0\0\0\0\0\0\0"u8, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF];
        byte[] lossless = [.. "RIFF\0\0\0\0WEBPVP8L\n\0\0\0/"u8, 0xFF, 0xFF, 0xFF, 0xFF];

        ImageHeader.Read(extended).ShouldBe(new ImageInfo("image/webp", 1 << 24, 1 << 24));
        ImageHeader.Read(lossless).ShouldBe(new ImageInfo("image/webp", 1 << 14, 1 << 14));
    }

    [Fact]
    public void Other_files_are_no_images()
    {
        ImageHeader.Read([]).ShouldBeNull();
        ImageHeader.Read("<html>not found</html>      "u8).ShouldBeNull();
        ImageHeader.Read("GIF89a\u0030\0\u0020\0 and more bytes follow here"u8).ShouldBeNull();
        ImageHeader.Read(TestMedia.Mp4).ShouldBeNull();
    }

    [Fact]
    public void A_size_of_zero_is_no_size()
    {
        var png = TestMedia.Png.ToArray();
        png.AsSpan(16, 4).Clear();
        byte[] jpeg = [0xFF, 0xD8, 0xFF, 0xC0, 0, 17, 8, 0, 0, 5, 0, 3];

        ImageHeader.Read(png).ShouldBeNull();
        ImageHeader.Read(jpeg).ShouldBeNull();
    }

    [Theory]
    [MemberData(nameof(RealFiles))]
    public void Every_beginning_of_a_file_gives_the_right_size_or_none(string name, byte[] file, string contentType)
    {
        for (var length = 0; length < file.Length; length++)
        {
            if (ImageHeader.Read(file.AsSpan(0, length)) is { } info)
                info.ShouldBe(new ImageInfo(contentType, 48, 32), $"{name}, {length} bytes");
        }
    }

    [Theory]
    [MemberData(nameof(RealFiles))]
    public void Mutated_files_never_throw_and_never_give_an_impossible_size(string name, byte[] file, string contentType)
    {
        var random = new Random(20260101);
        for (var round = 0; round < 20_000; round++)
        {
            var mutated = Mutation.Of(file, random);
            if (ImageHeader.Read(mutated) is { } info)
                (info.Width >= 1 && info.Height >= 1).ShouldBeTrue($"{name} ({contentType}), round {round}: {Convert.ToHexString(mutated)}");
        }
    }
}
