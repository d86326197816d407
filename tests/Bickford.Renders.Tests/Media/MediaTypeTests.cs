using Bickford.Renders.Media;

namespace Bickford.Renders.Tests.Media;

public sealed class MediaTypeTests
{
    [Theory]
    [InlineData("isom")]
    [InlineData("mp42")]
    [InlineData("M4V ")]
    [InlineData("qt  ")]
    public void Video_brands_are_video(string brand) => MediaType.Sniff(FileType(brand)).ShouldBe("video/mp4");

    [Theory]
    [InlineData("avif")]
    [InlineData("heic")]
    [InlineData("mif1")]
    [InlineData("M4A ")]
    public void Image_and_audio_brands_are_not_video(string brand) => MediaType.Sniff(FileType(brand)).ShouldBeNull();

    [Fact]
    public void Text_and_nothing_have_no_type()
    {
        MediaType.Sniff([]).ShouldBeNull();
        MediaType.Sniff("<!doctype html>"u8).ShouldBeNull();
        MediaType.Sniff("{\"error\":{}}  "u8).ShouldBeNull();
        MediaType.Sniff("RIFF\0\0\0\0WAVEfmt "u8).ShouldBeNull();
        MediaType.Sniff(new byte[12]).ShouldBeNull();
    }

    [Fact]
    public void Beginnings_that_are_too_short_have_no_type()
    {
        foreach (var file in new[] { TestMedia.Mp4, TestMedia.WebpLossy })
            MediaType.Sniff(file.AsSpan(0, MediaType.SniffBytes - 1)).ShouldBeNull();
    }

    private static byte[] FileType(string brand) => [0, 0, 0, 32, .. "ftyp"u8, .. System.Text.Encoding.ASCII.GetBytes(brand)];
}
