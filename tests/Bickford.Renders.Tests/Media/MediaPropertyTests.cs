using System.Buffers.Binary;
using System.Text;
using Bickford.Renders.Media;
using Bickford.Renders.Tests.Support;

namespace Bickford.Renders.Tests.Media;

/// <summary>Files from strangers are judged by their headers: no sizes they claim are ever believed, allocated or read.</summary>
public sealed class MediaPropertyTests
{
    private static readonly string[] Types = ["ftyp", "moov", "mdat", "moof", "free", "skip", "uuid", "trak", "\0\0\0\0", "ab\u0080d", "    "];
    private static readonly byte[][] Images = [TestMedia.Png, TestMedia.Jpeg, TestMedia.WebpLossy, TestMedia.WebpLossless, TestMedia.WebpExtended];

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public Task Boxes_of_any_size_are_judged_by_a_few_bytes_each() => Fuzz.CheckAsync(4_000, Boxes, async file =>
    {
        using var stream = new CountingStream(file);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var checking = Mp4File.CheckAsync(stream, Cancellation);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        checking.IsCompleted.ShouldBeTrue("a stream in memory never waits, so all of it was on this thread");
        var check = await checking;
        check.Ok.ShouldBe(check.Problem is null);
        // A box is at least its header, so that many looks are enough; each reads no more than a header, and asks once more at the end of the file.
        stream.Reads.ShouldBeLessThanOrEqualTo(2 * (file.Length / 8 + 2));
        stream.BytesRead.ShouldBeLessThanOrEqualTo((file.Length / 8 + 2) * 16L);
        allocated.ShouldBeLessThan(16_384 + 500L * file.Length);
        if (check.Problem is { } problem)
            (problem.Length < 200 && problem.All(c => c is >= ' ' and < '\x7f')).ShouldBeTrue(problem);
    });

    [Fact]
    public async Task No_beginning_of_a_video_is_a_video()
    {
        for (var length = 0; length < TestMedia.Mp4.Length; length++)
        {
            using var file = new MemoryStream(TestMedia.Mp4[..length]);
            (await Mp4File.CheckAsync(file, Cancellation)).Problem.ShouldNotBeNull($"{length} bytes");
        }
    }

    [Fact]
    public void An_image_header_takes_no_memory_that_the_file_may_size() => Fuzz.Check(6_000, Image, file =>
    {
        ImageHeader.Read(TestMedia.Png); // what is set up once does not count
        var before = GC.GetAllocatedBytesForCurrentThread();
        var info = ImageHeader.Read(file);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(1_024);

        if (info is null)
            return;
        (info.Width >= 1 && info.Height >= 1).ShouldBeTrue();
        info.ContentType.ShouldBe(MediaType.Sniff(file));
    });

    [Fact]
    public void A_type_is_told_from_the_first_bytes_alone() => Fuzz.Check(4_000, random => random.Chance(0.5) ? Image(random) : Boxes(random), file =>
    {
        var whole = MediaType.Sniff(file);
        (whole is null or MediaType.Mp4 or MediaType.Jpeg or MediaType.Png or MediaType.Webp).ShouldBeTrue(whole);
        MediaType.Sniff(file.AsSpan(0, Math.Min(file.Length, MediaType.SniffBytes))).ShouldBe(whole);
    });

    /// <summary>Boxes whose sizes are right, wrong, open, of 64 bits, or beyond everything; some inside others.</summary>
    private static byte[] Boxes(Random random)
    {
        var file = new List<byte>();
        if (random.Chance(0.9))
            file.AddRange(Box("ftyp", 16, [.. "isom"u8, .. new byte[4]]));
        for (var boxes = random.Next(6); boxes > 0; boxes--)
        {
            var body = random.Chance(0.3) ? Box(random.Pick(Types), 8, []) : Arbitrary.Bytes(random, 24);
            var right = 8 + body.Length;
            file.AddRange(Box(random.Pick(Types), random.Chance(0.6) ? (uint)right : random.Pick<uint>(0, 1, 2, 7, 8, (uint)right - 1, (uint)right + 1, int.MaxValue, 0x80000000, uint.MaxValue), body));
            if (random.Chance(0.2))
                file.AddRange([0, 0, 0, 1, .. Encoding.Latin1.GetBytes(random.Pick(Types)), .. Size(random.Pick<ulong>(0, 1, 15, 16, 24, long.MaxValue, 1UL << 63, ulong.MaxValue - 8, ulong.MaxValue))]);
        }

        return random.Chance(0.2) ? Mutation.Of([.. file, 0], random) : [.. file];
    }

    /// <summary>A real image that was damaged, or the start of one with anything behind it.</summary>
    private static byte[] Image(Random random)
    {
        var real = random.Pick(Images);
        return random.Next(3) switch
        {
            0 => Mutation.Of(real, random),
            1 => [.. real[..random.Next(Math.Min(40, real.Length))], .. Arbitrary.Bytes(random, 400)],
            _ => [0xFF, 0xD8, .. Enumerable.Repeat((byte)0xFF, random.Next(1, 3_000)), .. Arbitrary.Bytes(random, 60)],
        };
    }

    private static byte[] Box(string type, uint size, byte[] body)
    {
        var header = new byte[8];
        BinaryPrimitives.WriteUInt32BigEndian(header, size);
        Encoding.Latin1.GetBytes(type, header.AsSpan(4));
        return [.. header, .. body];
    }

    private static byte[] Size(ulong size)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, size);
        return bytes;
    }

    private sealed class CountingStream(byte[] file) : MemoryStream(file)
    {
        public int Reads { get; private set; }

        public long BytesRead { get; private set; }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Reads++;
            var read = await base.ReadAsync(buffer, cancellationToken);
            BytesRead += read;
            return read;
        }
    }
}
