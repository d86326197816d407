using System.Buffers;
using System.Text;

namespace Bickford.Renders.Simulator;

/// <summary>Sends an answer, spoilt where a fault says so. Streams: no body is ever held whole.</summary>
internal sealed class AnswerWriter(int seed, CancellationToken stopping)
{
    private static readonly object CutMark = new();
    private const int ChunkBytes = 64 * 1024;
    private const string Html = "<!DOCTYPE html><html><head><title>Gateway</title></head><body><h1>We will be back soon</h1></body></html>";

    public async Task WriteAsync(HttpContext context, Answer answer, FaultRule? fault = null)
    {
        answer = Distort(answer, fault);
        var response = context.Response;
        response.StatusCode = answer.Status;
        response.ContentType = answer.ContentType;
        foreach (var (name, value) in answer.Headers)
            response.Headers[name] = value;

        var count = answer.Count;
        switch (fault?.Kind)
        {
            case FaultKind.Truncate:
                response.ContentLength = count;
                await SendAsync(context, answer, 0, Part(count, fault.Bytes));
                EndEarly(context);
                break;
            case FaultKind.Stall:
                response.ContentLength = count;
                var first = Part(count, fault.Bytes);
                await SendAsync(context, answer, 0, first);
                await WaitAsync(context, fault.For ?? Timeout.InfiniteTimeSpan);
                await SendAsync(context, answer, first, count - first);
                break;
            case FaultKind.WrongLength when (fault.Bytes ?? -1000) > 0:
                response.ContentLength = count + fault.Bytes;
                await SendAsync(context, answer, 0, count);
                EndEarly(context);
                break;
            case FaultKind.WrongLength:
                var shorter = Math.Max(0, count + (fault.Bytes ?? -1000));
                response.ContentLength = shorter;
                await SendAsync(context, answer, 0, shorter);
                break;
            case FaultKind.Slow:
                response.ContentLength = count;
                await SendSlowlyAsync(context, answer, fault.Bytes ?? 65536);
                break;
            default:
                response.ContentLength = count;
                await SendAsync(context, answer, 0, count);
                break;
        }
    }

    /// <summary>Aborts the connection on purpose.</summary>
    public static void Cut(HttpContext context)
    {
        context.Items[CutMark] = true;
        context.Abort();
    }

    /// <summary>Whether the connection ended before the answer did.</summary>
    public static bool WasCut(HttpContext context) => context.Items.ContainsKey(CutMark) || context.RequestAborted.IsCancellationRequested;

    /// <summary>Waits in real time; ends early with an exception when the caller leaves or the server stops.</summary>
    public async Task WaitAsync(HttpContext context, TimeSpan time)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
        try
        {
            await Task.Delay(time, TimeProvider.System, end.Token);
        }
        catch (OperationCanceledException)
        {
            Cut(context);
            throw;
        }
    }

    private Answer Distort(Answer answer, FaultRule? fault)
    {
        switch (fault)
        {
            case { Kind: FaultKind.Garbage, As: "html" }:
                return new Answer(200, "text/html; charset=utf-8", new BytesBody(Encoding.UTF8.GetBytes(Html)));
            case { Kind: FaultKind.Garbage }:
                return answer with { Body = new NoiseBody(Draws.Bits(seed, answer.Body.Length, "garbage"), answer.Body.Length) };
            case { Kind: FaultKind.Malformed }:
                return answer with { Count = answer.Count / 2 };
            default:
                return answer;
        }
    }

    // A body shorter than its length makes Kestrel close the connection behind the last byte. An abort would throw away what is still on its way,
    // and the fault would strike at another byte each time.
    private static void EndEarly(HttpContext context) => context.Items[CutMark] = true;

    // At least one byte stays away, or the fault would not be one.
    private static long Part(long count, long? asked) => Math.Max(0, Math.Min(asked ?? count / 2, count - 1));

    private static async Task SendAsync(HttpContext context, Answer answer, long start, long count)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(ChunkBytes);
        try
        {
            for (long sent = 0; sent < count;)
            {
                var part = buffer.AsMemory(0, (int)Math.Min(ChunkBytes, count - sent));
                answer.Body.Read(answer.Offset + start + sent, part.Span);
                await context.Response.Body.WriteAsync(part, context.RequestAborted);
                sent += part.Length;
            }

            await context.Response.Body.FlushAsync(context.RequestAborted);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private async Task SendSlowlyAsync(HttpContext context, Answer answer, long bytesPerSecond)
    {
        var part = Math.Max(1, bytesPerSecond / 20);
        for (long sent = 0; sent < answer.Count; sent += part)
        {
            var count = Math.Min(part, answer.Count - sent);
            await SendAsync(context, answer, sent, count);
            await WaitAsync(context, TimeSpan.FromSeconds((double)count / bytesPerSecond));
        }
    }
}
