using System.Security.Cryptography;
using Bickford.Renders.Staging;

namespace Bickford.Renders.Tests.Steps;

/// <summary>Bytes on their way into a partial file, one buffer while the next is filled.</summary>
public sealed class PartWriterTests
{
    private const int Many = 1_000_003;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_comes_is_written_and_hashed_in_its_order_behind_what_was_there()
    {
        var bytes = Bytes();
        using var file = new MemoryStream();
        file.Write(bytes.AsSpan(0, 1_000));
        await using var writer = new PartWriter(file);

        await writer.TakeUpAsync(Token);
        await PourAsync(writer, bytes.AsMemory(1_000));
        await writer.FinishAsync();

        file.ToArray().ShouldBe(bytes);
        writer.Sha256().ShouldBe(Convert.ToHexStringLower(SHA256.HashData(bytes)));
    }

    [Fact]
    public async Task A_buffer_that_the_disk_still_writes_is_not_filled_again()
    {
        var bytes = Bytes();
        using var file = new SlowFile();
        await using var writer = new PartWriter(file);

        var pouring = PourAsync(writer, bytes);
        pouring.IsCompleted.ShouldBeFalse("both buffers are full, and the disk has none of them");
        file.Writes.ShouldBe(1);
        file.Go();
        await pouring;
        await writer.FinishAsync();

        file.ToArray().ShouldBe(bytes);
        writer.Sha256().ShouldBe(Convert.ToHexStringLower(SHA256.HashData(bytes)));
    }

    [Fact]
    public async Task A_disk_that_fails_while_more_comes_is_told_before_anything_counts()
    {
        using var file = new SlowFile { Fails = true };
        await using var writer = new PartWriter(file);
        file.Go();

        await Should.ThrowAsync<IOException>(async () =>
        {
            await PourAsync(writer, Bytes());
            await writer.FinishAsync();
        });
    }

    [Fact]
    public async Task The_end_waits_for_what_the_disk_still_writes()
    {
        using var file = new SlowFile();
        var writer = new PartWriter(file);
        writer.Room.Span.Fill(1);
        writer.Fill(writer.Room.Length);
        writer.Turn();

        var end = writer.DisposeAsync();
        end.IsCompleted.ShouldBeFalse("its buffers would go to others, and the file would be closed");
        file.Go();
        await end;
        file.Length.ShouldBeGreaterThan(0);
    }

    private static async Task PourAsync(PartWriter writer, ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var count = Math.Min(Math.Min(7_777, writer.Room.Length), bytes.Length);
            bytes[..count].CopyTo(writer.Room);
            bytes = bytes[count..];
            if (!writer.Fill(count))
                continue;
            await writer.WrittenAsync();
            writer.Turn();
        }
    }

    private static byte[] Bytes()
    {
        var bytes = new byte[Many];
        new Random(1).NextBytes(bytes);
        return bytes;
    }

    /// <summary>Takes what it is given when the test lets it, as it is then.</summary>
    private sealed class SlowFile : MemoryStream
    {
        private readonly TaskCompletionSource _go = new();

        public bool Fails { get; init; }

        public int Writes { get; private set; }

        public void Go() => _go.SetResult();

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Writes++;
            await _go.Task;
            if (Fails)
                throw new IOException("no space left");
            Write(buffer.Span);
        }
    }
}
