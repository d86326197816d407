using System.IO.Compression;
using System.Text;
using Bickford.Renders.Videos;

namespace Bickford.Renders.Tests.Sora.Hostile;

/// <summary>What servers of bad will write to a socket.</summary>
internal static class HostileAnswers
{
    public const string Completed = """{"id":"v","status":"completed"}""";

    public const string Video = "Content-Type: video/mp4\r\n";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>A server that gives every request the same bytes and closes.</summary>
    public static RawServer Once(string answer) => new(async (connection, _, stop) =>
    {
        await connection.WriteAsync(answer, stop);
        connection.Close();
    });

    /// <summary>A server that begins as told and then repeats a piece for as long as somebody listens.</summary>
    public static RawServer Endless(string start, string piece, int pieceTimes = 4096) => new(async (connection, _, stop) =>
    {
        await connection.WriteAsync(start, stop);
        var bytes = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(piece, pieceTimes)));
        while (true)
            await connection.WriteAsync(bytes, stop);
    });

    /// <summary>A server that begins as told and then says nothing.</summary>
    public static RawServer Stalling(string start) => new(async (connection, _, stop) =>
    {
        await connection.WriteAsync(start, stop);
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop);
    });

    /// <summary>The head of an answer in chunks.</summary>
    public static string Chunked(int status = 200, string headers = Video) => $"HTTP/1.1 {status} X\r\n{headers}Transfer-Encoding: chunked\r\n\r\n";

    /// <summary>A whole answer of bytes.</summary>
    public static async Task WriteAsync(RawServer.Connection connection, string headers, byte[] body, CancellationToken stop)
    {
        await connection.WriteAsync($"HTTP/1.1 200 X\r\nContent-Length: {body.Length}\r\n{headers}\r\n", stop);
        await connection.WriteAsync(body, stop);
    }

    public static byte[] Gzip(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.SmallestSize))
            gzip.Write(bytes);
        return packed.ToArray();
    }

    /// <summary>Opens a file and reads it to its end, as a download does.</summary>
    public static async Task<byte[]> FetchAsync(IVideosApi client, ContentResume? resume = null) =>
        await ContentTests.BytesAsync(await client.DownloadAsync("v", resume: resume, cancellationToken: Cancel));

    /// <summary>The failure of a fetch, whether it came with the headers or in the body.</summary>
    public static async Task<Exception> FetchFailureAsync(IVideosApi client)
    {
        var failure = await Should.ThrowAsync<Exception>(() => FetchAsync(client));
        (failure is VideosApiException or IOException).ShouldBeTrue(failure.ToString());
        return failure;
    }
}
