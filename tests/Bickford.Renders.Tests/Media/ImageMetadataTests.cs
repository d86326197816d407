using System.Text;
using Bickford.Renders.Media;
using SkiaSharp;

namespace Bickford.Renders.Tests.Media;

/// <summary>What is no part of a picture is taken out of it, and the picture stays.</summary>
public sealed class ImageMetadataTests
{
    public static TheoryData<string, byte[], byte[]> Files => new()
    {
        { "jpeg", TestMedia.Jpeg, CameraFile.FullJpeg(TestMedia.Jpeg, 6) },
        { "png", TestMedia.Png, CameraFile.FullPng(TestMedia.Png, 6) },
        { "webp", TestMedia.WebpExtended, CameraFile.FullWebp(TestMedia.WebpExtended, 6) },
    };

    [Theory]
    [MemberData(nameof(Files))]
    public void Nothing_is_left_but_the_picture_and_how_it_is_to_be_turned(string type, byte[] plain, byte[] full)
    {
        Text(full).ShouldContain(CameraFile.Secret);

        var stripped = ImageMetadata.Strip(full).ToArray();

        Text(stripped).ShouldNotContain(CameraFile.Secret[..9], Case.Sensitive, type);
        ImageHeader.Read(stripped).ShouldBe(ImageHeader.Read(plain));
        // Skia does not look for it in a png.
        OriginOf(stripped).ShouldBe(type == "png" ? SKEncodedOrigin.TopLeft : SKEncodedOrigin.RightTop);
        PixelsOf(stripped).ShouldBe(PixelsOf(plain));
        ImageMetadata.Strip(stripped).ToArray().ShouldBe(stripped, "there is nothing left to take out");
    }

    [Fact]
    public void A_png_says_how_it_is_to_be_turned_in_a_chunk_with_the_right_checksum()
    {
        const string Checksum = "b7481129"; // as zlib has it
        Convert.ToHexStringLower(ImageMetadata.Strip(CameraFile.FullPng(TestMedia.Png, 6)).Span).ShouldContain("0000001a" + "65584966" + "49492a0008000000" + "0100" + "120103000100000006000000" + "00000000" + Checksum);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(0)]
    [InlineData(9)]
    public void Of_a_picture_that_stands_upright_nothing_is_said(int orientation)
    {
        Text(ImageMetadata.Strip(CameraFile.FullJpeg(TestMedia.Jpeg, orientation)).ToArray()).ShouldNotContain("Exif");
        Text(ImageMetadata.Strip(CameraFile.FullPng(TestMedia.Png, orientation)).ToArray()).ShouldNotContain("eXIf");
        Text(ImageMetadata.Strip(CameraFile.FullWebp(TestMedia.WebpExtended, orientation)).ToArray()).ShouldBe(Text(TestMedia.WebpExtended));
    }

    [Fact]
    public void What_says_how_the_pixels_look_stays()
    {
        byte[] profile = [.. "ICC_PROFILE\0"u8, 1, 1, 42];
        byte[] jpeg = [0xFF, 0xD8, 0xFF, 0xE2, 0, (byte)(profile.Length + 2), .. profile, .. TestMedia.Jpeg[2..]];
        Text(ImageMetadata.Strip(jpeg).ToArray()).ShouldContain("ICC_PROFILE");
        Text(ImageMetadata.Strip(CameraFile.FullJpeg(TestMedia.Jpeg, 1)).ToArray()).ShouldContain("Adobe");
        Text(ImageMetadata.Strip(TestMedia.Png).ToArray()).ShouldBe(Text(TestMedia.Png), "pHYs and all");
    }

    [Fact]
    public void Images_without_more_than_a_picture_are_given_back_as_they_are()
    {
        foreach (var image in new[] { TestMedia.Png, TestMedia.WebpLossy, TestMedia.WebpLossless, TestMedia.WebpExtended })
            ImageMetadata.Strip(image).ToArray().ShouldBe(image);
        ImageMetadata.Strip(TestMedia.Mp4).ToArray().ShouldBe(TestMedia.Mp4, "it is no image");
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Whatever_is_cut_off_no_secret_comes_through(string type, byte[] plain, byte[] full)
    {
        for (var length = 0; length <= full.Length; length++)
            Text(ImageMetadata.Strip(full.AsMemory(0, length)).ToArray()).ShouldNotContain(CameraFile.Secret[..9], Case.Sensitive, $"{type} cut to {length} of {full.Length}, {plain.Length} without");
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void No_damaged_byte_makes_it_fail(string type, byte[] plain, byte[] full)
    {
        for (var at = 0; at < full.Length; at++)
        {
            foreach (var value in new byte[] { 0x00, 0xFF })
            {
                var damaged = full.ToArray();
                damaged[at] = value;
                ImageMetadata.Strip(damaged).Length.ShouldBeLessThanOrEqualTo(full.Length, $"{type} with {value} at {at}, {plain.Length} without");
            }
        }
    }

    private static string Text(byte[] bytes) => Encoding.Latin1.GetString(bytes);

    private static SKEncodedOrigin OriginOf(byte[] image)
    {
        using var data = SKData.CreateCopy(image);
        using var codec = SKCodec.Create(data);
        return codec.EncodedOrigin;
    }

    private static byte[] PixelsOf(byte[] image)
    {
        using var bitmap = SKBitmap.Decode(image);
        return bitmap.GetPixelSpan().ToArray();
    }
}
