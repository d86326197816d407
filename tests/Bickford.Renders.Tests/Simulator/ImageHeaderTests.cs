using Bickford.Renders.Simulator;

namespace Bickford.Renders.Tests.Simulator;

public sealed class ImageHeaderTests
{
    [Fact]
    public void Reads_the_pixel_size_of_each_kind_of_image()
    {
        ImageHeader.Read(Images.Png(1280, 720)).ShouldBe(new ImageHeader("image/png", 1280, 720));
        ImageHeader.Read(Images.WebpExtended(1792, 1024)).ShouldBe(new ImageHeader("image/webp", 1792, 1024));
        ImageHeader.Read(Images.WebpLossless(720, 1280)).ShouldBe(new ImageHeader("image/webp", 720, 1280));
        ImageHeader.Read(Images.EmbeddedWebp("720x1280")).ShouldBe(new ImageHeader("image/webp", 720, 1280));
        ImageHeader.Read(Images.EmbeddedJpeg("1280x720")).ShouldBe(new ImageHeader("image/jpeg", 1280, 288));
    }

    [Fact]
    public void Gives_nothing_for_other_files() => ImageHeader.Read("GIF89a plus enough bytes to be read as a header"u8).ShouldBeNull();

    [Fact]
    public void Never_reads_past_a_header_that_is_cut_short()
    {
        foreach (var image in new[] { Images.Png(9, 9), Images.WebpExtended(9, 9), Images.WebpLossless(9, 9), Images.EmbeddedWebp("9x1"), Images.EmbeddedJpeg("9x1") })
        {
            for (var length = 0; length < Math.Min(image.Length, 700); length++)
            {
                var header = ImageHeader.Read(image.AsSpan(0, length));
                if (header is not null)
                    header.ShouldBe(ImageHeader.Read(image));
            }
        }
    }
}
